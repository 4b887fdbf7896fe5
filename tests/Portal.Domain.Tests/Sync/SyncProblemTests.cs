using System.Reflection;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>Every failure of a sync or a source says what happened in whole sentences, under a code of its own, with the particulars it was given.</summary>
public class SyncProblemTests
{
    public static TheoryData<string> Catalogues => [nameof(SyncProblems), nameof(SourceProblems)];

    [Theory, MemberData(nameof(Catalogues))]
    public void Problems_Codes_AreWordsAndNeverShared(string catalogue)
    {
        var all = All(catalogue);

        Assert.NotEmpty(all);
        Assert.All(all, problem => Assert.Matches("^[a-z]+(-[a-z]+)+$|^cancelled$", problem.Value.Code));
        Assert.Equal(all.Count, all.Values.Select(problem => problem.Code).Distinct().Count());
    }

    [Theory, MemberData(nameof(Catalogues))]
    public void Problems_Sentences_AreWholeAndNameTheParticulars(string catalogue) => Assert.All(All(catalogue), problem =>
    {
        Assert.Matches("^([A-Z\"]|[0-9]).{20,}\\.$", problem.Value.Sentence);
        foreach (var particular in Particulars(problem.Key)) Assert.Contains(particular is DateTimeOffset time ? time.ToString("d MMM yyyy HH:mm", System.Globalization.CultureInfo.InvariantCulture) : particular.ToString()!, problem.Value.Sentence, StringComparison.Ordinal);
    });

    [Fact]
    public void Reasons_Codes_AreClosedAndTheirSentencesWhole()
    {
        Assert.Equal(
            ["added-by-support", "address-changed", "address-unclear", "adopted", "anonymous", "bad-email", "changed-since", "in-already", "in-group", "joined-team", "left-at-apple", "left-team", "left-team-kept", "manual-ended", "no-address-left", "not-approved", "not-confirmed", "not-ours-any-more", "old-address-stays-out", "out-already", "project-ends", "resting-after-refusal", "same-address", "suppressed", "undone-add", "undone-removal", "unmanaged", "waiting-for-email", "waiting-for-place"],
            PlanReasons.All.Keys.Order(StringComparer.Ordinal));
        Assert.All(PlanReasons.All, reason => Assert.Equal(reason.Key, reason.Value.Code));
        Assert.All(PlanReasons.All.Values, reason => Assert.Matches("^[A-Z].{15,}\\.$", reason.Sentence));
        Assert.Equal(PlanReasons.All.Count, PlanReasons.All.Values.Select(reason => reason.Sentence).Distinct().Count());
    }

    [Theory]
    [InlineData("team-empty", Turn.CommunityManager)]
    [InlineData("team-shrunk", Turn.CommunityManager)]
    [InlineData("group-would-be-empty", Turn.ProgramManager)]
    [InlineData("too-many-removals", Turn.ProgramManager)]
    [InlineData("too-many-removals-today", Turn.ProgramManager)]
    [InlineData("too-many-adds", Turn.ProgramManager)]
    [InlineData("group-internal", Turn.ProgramManager)]
    [InlineData("group-gone", Turn.ProgramManager)]
    [InlineData("group-taken", Turn.ProgramManager)]
    [InlineData("other-apple-team", Turn.KeyCustodian)]
    [InlineData("short-read", Turn.Nobody)]
    [InlineData("app-not-visible", Turn.AppleAdmin)]
    public void SyncProblems_Turn_IsTheOneOfTheFailureModes(string code, Turn turn) =>
        Assert.Equal(turn, All(nameof(SyncProblems)).Values.Single(problem => problem.Code == code).Turn);

    [Theory]
    [InlineData("source-cut-short", Turn.Nobody)]
    [InlineData("source-unavailable", Turn.Nobody)]
    [InlineData("source-key-refused", Turn.CommunityManager)]
    [InlineData("source-package-gone", Turn.CommunityManager)]
    [InlineData("source-count-disagrees", Turn.CommunityManager)]
    [InlineData("source-column-gone", Turn.ProgramManager)]
    public void SourceProblems_Turn_IsTheOneOfTheFailureModes(string code, Turn turn) =>
        Assert.Equal(turn, All(nameof(SourceProblems)).Values.Single(problem => problem.Code == code).Turn);

    private static Dictionary<MemberInfo, Problem> All(string catalogue)
    {
        var type = catalogue == nameof(SyncProblems) ? typeof(SyncProblems) : typeof(SourceProblems);
        var fixedOnes = type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(Problem)).Select(f => ((MemberInfo)f, (Problem)f.GetValue(null)!));
        var made = type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(m => m.ReturnType == typeof(Problem)).Select(m => ((MemberInfo)m, (Problem)m.Invoke(null, Particulars(m))!));
        return fixedOnes.Concat(made).ToDictionary(pair => pair.Item1, pair => pair.Item2);
    }

    private static readonly DateTimeOffset SomeTime = new(2026, 12, 1, 8, 30, 0, TimeSpan.Zero);

    private static object[] Particulars(MemberInfo member) => member is not MethodInfo method ? []
        : [.. method.GetParameters().Select((parameter, i) => parameter.ParameterType == typeof(int) ? 4711 + i : parameter.ParameterType == typeof(DateTimeOffset) ? SomeTime : (object)$"Something{i}")];
}
