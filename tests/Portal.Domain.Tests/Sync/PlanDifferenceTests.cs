using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>What changed since the plan somebody saw. Acts: <c>+ana</c> added, <c>-bo</c> or <c>-bo/t2</c> removed, <c>=cy</c> kept.</summary>
[Trait("Invariant", "16")]
public class PlanDifferenceTests
{
    [Theory]
    [InlineData("+ana -bo", "+ana -bo", "")]
    [InlineData("+ana -bo", "-bo +ana =cy", "")]                 // order and keeps say nothing
    [InlineData("+ana", "+ana +cy", "cy: nothing → Add")]
    [InlineData("+ana -bo", "+ana", "bo: Remove → nothing")]
    [InlineData("+ana", "-ana", "ana: Add → Remove")]
    [InlineData("", "", "")]
    [InlineData("", "+b +a", "a: nothing → Add, b: nothing → Add")]
    [InlineData("+ana", "+ana/t9", "")]                           // the app knows her by now: the same add
    [InlineData("-bo/t1", "-bo/t1 -bo/t2", "bo: nothing → Remove")]
    [InlineData("-bo/t1", "-bo/t2", "bo: Remove → Remove")]       // another tester of the same address
    public void Between_TwoPlans_NamesWhoIsTreatedOtherwise(string seen, string now, string expected) => Assert.Equal(expected,
        string.Join(", ", PlanDifference.Between(Acts(seen), Acts(now)).Select(c => $"{c.PersonKey}: {c.Before?.ToString() ?? "nothing"} → {c.Now?.ToString() ?? "nothing"}")));

    private static IEnumerable<PlannedAct> Acts(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
    {
        var parts = word[1..].Split('/');
        return new PlannedAct(parts[0], word[0] switch { '+' => PlanAction.Add, '-' => PlanAction.Remove, _ => PlanAction.Keep }, parts.ElementAtOrDefault(1));
    });
}
