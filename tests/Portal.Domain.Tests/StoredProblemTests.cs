using System.Reflection;
using System.Runtime.CompilerServices;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests;

public class StoredProblemTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static;

    [Fact]
    public void Of_EveryProblemThereIs_ComesBackWithItsTurn()
    {
        var all = Made().ToList();

        Assert.True(all.Count > 100, $"Only {all.Count} problems were found.");
        var lost = all.Where(problem => StoredProblem.Of(problem.Code, problem.Sentence)!.Turn != (problem.Turn is Turn.Requester ? Turn.Nobody : problem.Turn)).Select(problem => $"{problem.Code}: {problem.Turn}");
        Assert.True(!lost.Any(), $"Name these in StoredProblem too: {string.Join(", ", lost.Distinct())}");
    }

    [Fact]
    public void Of_NoCode_IsNoProblem() => Assert.Null(StoredProblem.Of(null, "left over"));

    /// <summary>Every problem the domain can make: the fixed ones, and each factory once, with anything.</summary>
    private static IEnumerable<Problem> Made()
    {
        foreach (var type in typeof(Problem).Assembly.GetTypes().Where(type => type.Name.Contains("Problems", StringComparison.Ordinal)))
        {
            foreach (var field in type.GetFields(Everything).Where(field => field.FieldType == typeof(Problem))) yield return (Problem)field.GetValue(null)!;
            foreach (var factory in type.GetMethods(Everything).Where(method => method.ReturnType == typeof(Problem)))
            {
                if (factory.GetParameters().Any(of => of.Name is "code")) continue; // only adds words to another
                yield return (Problem)factory.Invoke(null, [.. factory.GetParameters().Select(Anything)])!;
            }
        }
    }

    private static object? Anything(ParameterInfo of) => of.ParameterType switch
    {
        var type when type == typeof(string) => "x",
        var type when type == typeof(IReadOnlyList<string>) => Array.Empty<string>(),
        var type when type == typeof(BuildState) => new BuildState("Processing", BuildMood.Good),
        var type => RuntimeHelpers.GetUninitializedObject(type),
    };
}
