using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>
/// The inverse of a run. Done: <c>+ana@x.org/1 -bo@x.org</c> (added or removed, member id), with <c>/pending</c> or <c>/later</c>
/// (changed again since) behind it.
/// </summary>
public class UndoPlanTests
{
    private static readonly Guid Run = Guid.Parse("0193b0a0-0000-7000-8000-000000000001");

    [Theory, Trait("Invariant", "18")]
    [InlineData("+a@x.org/1", "a@x.org", "a@x.org/Sync/1", "", "Remove a@x.org undone-add")]
    [InlineData("+a@x.org/1", "a@x.org", "a@x.org/Adopted/1", "", "Remove a@x.org undone-add")]
    [InlineData("+a@x.org/1", "", "a@x.org/Sync/1", "", "Skip a@x.org out-already")]
    [InlineData("+a@x.org/1/pending", "a@x.org", "a@x.org/Sync/1", "", "Skip a@x.org not-confirmed")]
    [InlineData("+a@x.org/1/later", "a@x.org", "a@x.org/Sync/1", "", "Skip a@x.org changed-since")]
    [InlineData("-b@x.org/2", "", "b@x.org/Sync/2/removed", "", "Add b@x.org undone-removal")]
    [InlineData("-b@x.org/2", "b@x.org", "b@x.org/Sync/2/removed", "", "Skip b@x.org in-already")]
    [InlineData("-b@x.org/2", "", "b@x.org/Sync/2/removed", "b@x.org", "Skip b@x.org suppressed")]
    [InlineData("-b@x.org/2/later", "", "b@x.org/Sync/2/removed", "", "Skip b@x.org changed-since")]
    [InlineData("-b@x.org/2/pending", "", "b@x.org/Sync/2", "", "Skip b@x.org not-confirmed")]
    [InlineData("-member:7/7", "", "", "", "Skip member:7 no-address-left")]
    public void Undo_OnePerson_IsTheInverseOrSaysWhyNot(string done, string group, string ledger, string suppressed, string expected) =>
        Assert.Equal(expected, Told(done, Plans.Inputs("", group, ledger, suppressed)));

    [Theory, Trait("Invariant", "10")]
    [InlineData("a@x.org/Manual/-")]
    [InlineData("a@x.org/PreExisting/1")]
    [InlineData("a@x.org/Sync/1/removed")]
    [InlineData("")]
    public void Undo_AddedByTheRunButNotOursAnyMore_StaysAlone(string ledger) =>
        Assert.Equal("Skip a@x.org not-ours-any-more", Told("+a@x.org/1", Plans.Inputs("", "a@x.org", ledger)));

    [Fact, Trait("Invariant", "8")]
    public void Undo_PeopleTheRunDidNotTouch_AreNoPartOfIt() =>
        Assert.Equal("Remove a@x.org undone-add", Told("+a@x.org/1", Plans.Inputs("1=a@x.org 2=new@x.org", "a@x.org b@x.org ?9", "a@x.org/Sync/1 b@x.org/Sync/2")));

    [Fact, Trait("Invariant", "21")]
    public void Undo_RemovedThenRevokedAtApple_IsNotInvitedAgain() =>
        Assert.Equal("Skip b@x.org left-at-apple", Told("-b@x.org/2", Plans.Inputs("", "b@x.org/REVOKED", "b@x.org/Sync/2/removed")));

    [Theory, Trait("Invariant", "14"), Trait("Invariant", "15")]
    [InlineData(0, "Wait b@x.org waiting-for-place; Wait c@x.org waiting-for-place")]
    [InlineData(1, "Add b@x.org undone-removal; Wait c@x.org waiting-for-place")]
    public void Undo_AppAlmostFull_IsCutAtTheFreePlaces(int places, string expected) =>
        Assert.Equal(expected, Told("-b@x.org/2 -c@x.org/3", Plans.Inputs("", "", "b@x.org/Sync/2/removed c@x.org/Sync/3/removed", places: places)));

    [Theory, Trait("Invariant", "22")]
    [InlineData("new@x.org", "", "Add old@x.org undone-removal; Remove new@x.org undone-add after old@x.org")]
    [InlineData("new@x.org old@x.org", "", "Remove new@x.org undone-add; Skip old@x.org in-already")]
    [InlineData("new@x.org", "old@x.org", "Skip new@x.org old-address-stays-out; Skip old@x.org suppressed")]
    public void Undo_ChangedAddress_PutsTheOldInFirst(string group, string suppressed, string expected) =>
        Assert.Equal(expected, Told("+new@x.org/1 -old@x.org/1", Plans.Inputs("", group, "new@x.org/Sync/1 old@x.org/Sync/1/removed", suppressed)));

    [Fact]
    public void Undo_RefusedLately_WaitsWithTheNextTry()
    {
        var inputs = Plans.Inputs("", "a@x.org", "a@x.org/Sync/1 b@x.org/Sync/2/removed") with { Resting = Plans.Resting("a@x.org b@x.org") };

        Assert.Equal("Wait a@x.org resting-after-refusal; Wait b@x.org resting-after-refusal", Told("+a@x.org/1 -b@x.org/2", inputs));
    }

    [Fact, Trait("Invariant", "13")]
    public void Undo_GroupCutShort_IsNoPlan()
    {
        var inputs = Plans.Inputs("", "a@x.org", "a@x.org/Sync/1");

        Assert.Throws<InvalidOperationException>(() => SyncPlan.Undo(inputs with { Group = inputs.Group with { Problem = Plans.CutShort } }, Run, Done("+a@x.org/1")));
    }

    [Fact, Trait("Invariant", "16")]
    public void Undo_Hash_IsOfTheGroupTheRunAndWhatIsDone()
    {
        var inputs = Plans.Inputs("", "a@x.org", "a@x.org/Sync/1");
        string HashOf(PlanInputs of, Guid run) => SyncPlan.Undo(of, run, Done("+a@x.org/1")).Hash;

        Assert.Equal(HashOf(inputs, Run), HashOf(inputs, Run));
        Assert.NotEqual(HashOf(inputs, Run), HashOf(inputs, Guid.Empty));
        Assert.NotEqual(HashOf(inputs, Run), HashOf(Plans.Inputs("", "a@x.org b@x.org", "a@x.org/Sync/1"), Run));
        Assert.NotEqual(HashOf(inputs, Run), HashOf(inputs with { KeyVersion = 2 }, Run));
    }

    [Theory, Trait("Invariant", "14"), Trait("Invariant", "38")]
    [InlineData(3, 0, 100, null)]
    [InlineData(11, 0, 100, "too-many-removals")]
    [InlineData(0, 26, 100, "too-many-adds")]
    [InlineData(5, 0, 5, "group-would-be-empty")]
    public void Limits_UndoOfARun_HoldAsForAnySync(int added, int removed, int group, string? expected)
    {
        // The team was not read: that alone blocks nothing.
        var items = Enumerable.Range(0, added).Select(n => new PlanItem($"a{n}@x.org", PlanAction.Remove, PlanReasons.UndoneAdd))
            .Concat(Enumerable.Range(0, removed).Select(n => new PlanItem($"r{n}@x.org", PlanAction.Add, PlanReasons.UndoneRemoval)));

        var verdict = SyncGuard.Limits(new SyncPlan([.. items], "hash"), new SyncPolicy(), new GuardFacts(0, 100, group, 0, FirstFill: false));

        Assert.Equal(expected, (verdict as SyncVerdict.NeedsApproval)?.Problem.Code);
    }

    private static string Told(string done, PlanInputs inputs) => Plans.Told(SyncPlan.Undo(inputs, Run, Done(done)));

    private static DoneAct[] Done(string text) => [.. text.Split(' ').Select(word =>
    {
        var parts = word[1..].Split('/');
        return new DoneAct(parts[0], word[0] == '+' ? PlanAction.Add : PlanAction.Remove, !parts.Contains("pending"), parts.Contains("later")) { MemberId = parts[1], Email = parts[0], TesterId = $"t-{parts[0]}" };
    })];
}
