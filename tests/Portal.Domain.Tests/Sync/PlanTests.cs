using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>The plan as a table: team, group, ledger → what is done about each person and why.</summary>
public class PlanTests
{
    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("1=ana@x.org", "", "", "Add ana@x.org joined-team")]
    [InlineData("1=ana@x.org", "ana@x.org", "", "Keep ana@x.org in-group")]
    [InlineData("1=ana@x.org", "ana@x.org", "ana@x.org/Sync/1", "Keep ana@x.org in-group")]
    [InlineData("1=ana@x.org", "", "ana@x.org/Sync/1/removed", "Add ana@x.org joined-team")]
    [InlineData("1=ana@x.org", "", "ana@x.org/Sync/1/unseen", "Add ana@x.org joined-team")]
    [InlineData("1=ana@x.org", "bo@x.org", "bo@x.org/Sync/2", "Add ana@x.org joined-team; Remove bo@x.org left-team")]
    [InlineData("2=bo@x.org 1=ana@x.org", "", "", "Add ana@x.org joined-team; Add bo@x.org joined-team")]
    public void Calculate_TeamAndGroup_DifferenceWithReasons(string team, string group, string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group, ledger))));

    [Theory, Trait("Invariant", "6")]
    [InlineData("1=Ana@X.ORG", "ana@x.org", "Keep ana@x.org in-group")]
    [InlineData("1=ana@x.org", "ANA@x.org", "Keep ana@x.org in-group")]
    [InlineData("1=ana+beta@x.org", "ana@x.org", "Add ana+beta@x.org joined-team; Skip ana@x.org unmanaged")]
    [InlineData("1=a.na@x.org", "ana@x.org", "Add a.na@x.org joined-team; Skip ana@x.org unmanaged")]
    [InlineData("1=ren\u00E9@x.org", "rene\u0301@x.org", "Keep ren\u00E9@x.org in-group")]
    [InlineData("1=ana@x.org 2=ANA@x.org", "", "Add ana@x.org joined-team; Skip ana@x.org same-address")]
    [InlineData("2=ANA@x.org 1=ana@x.org 3=ana@X.org", "ana@x.org", "Keep ana@x.org in-group; Skip ana@x.org same-address; Skip ana@x.org same-address")]
    [Trait("Failure", "F12")]
    public void Calculate_TwoSpellings_AreOneTesterAndOneVisibleConflict(string team, string group, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group))));

    [Theory, Trait("Invariant", "7")]
    [InlineData("1=", "", "Wait member:1 waiting-for-email")]
    [InlineData("1= 2=ana@x.org", "ana@x.org", "Keep ana@x.org in-group; Wait member:1 waiting-for-email")]
    [InlineData("1=nobody", "", "Skip member:1 bad-email")]
    [InlineData("1=ana@x", "", "Skip member:1 bad-email")]
    [InlineData("1= 2= 3=x", "", "Skip member:3 bad-email; Wait member:1 waiting-for-email; Wait member:2 waiting-for-email")]
    [Trait("Failure", "F10")]
    [Trait("Failure", "F11")]
    public void Calculate_MemberWithoutUsableAddress_IsListedAndNotFailed(string team, string group, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group))));

    [Fact, Trait("Invariant", "7")]
    public void Calculate_AddressOfSpacesOnly_WaitsForOne()
    {
        var inputs = Plans.Inputs() with { Team = new TeamSnapshot([new Member(1, "1", "  ")], Plans.Then, null) };

        Assert.Equal("Wait member:1 waiting-for-email", Plans.Told(SyncPlan.Calculate(inputs)));
    }

    [Theory, Trait("Invariant", "8")]
    [InlineData("", "?9", "", "Skip tester:9 anonymous")]
    [InlineData("1=ana@x.org", "?9 ana@x.org ?8", "ana@x.org/Sync/1", "Keep ana@x.org in-group; Skip tester:8 anonymous; Skip tester:9 anonymous")]
    [InlineData("9=", "?9", "tester:9/Sync/9", "Skip tester:9 anonymous; Wait member:9 waiting-for-email")]
    public void Calculate_AnonymousTester_MatchesNobodyAndStays(string team, string group, string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group, ledger))));

    [Theory, Trait("Invariant", "10")]
    [InlineData("", "Skip bo@x.org unmanaged")]
    [InlineData("bo@x.org/PreExisting/2", "Skip bo@x.org unmanaged")]
    [InlineData("bo@x.org/Manual/2", "Skip bo@x.org added-by-support")]
    [InlineData("bo@x.org/Sync/2/removed", "Skip bo@x.org unmanaged")]
    [InlineData("bo@x.org/Adopted/2/removed", "Skip bo@x.org unmanaged")]
    [InlineData("bo@x.org/Sync/2", "Remove bo@x.org left-team")]
    [InlineData("bo@x.org/Sync/2/unseen", "Remove bo@x.org left-team")]
    [InlineData("bo@x.org/Adopted/2", "Remove bo@x.org left-team")]
    [InlineData("bo@x.org/Sync/-", "Remove bo@x.org left-team")]
    public void Calculate_LeftTheTeam_OnlyWhatIsOursIsRemoved(string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs("", "bo@x.org", ledger))));

    [Theory, Trait("Failure", "F37"), Trait("Invariant", "10")]
    [InlineData("", "bo@x.org/Manual/-", true, "Skip bo@x.org added-by-support")]
    [InlineData("", "bo@x.org/Manual/-/ended", true, "Remove bo@x.org manual-ended")]
    [InlineData("", "bo@x.org/Manual/-/unseen/ended", true, "Remove bo@x.org manual-ended")]
    [InlineData("", "bo@x.org/Manual/-/ended", false, "Remove bo@x.org manual-ended")]
    [InlineData("2=bo@x.org", "bo@x.org/Manual/-/ended", true, "Keep bo@x.org in-group")]
    [InlineData("", "bo@x.org/Manual/-/removed/ended", true, "Skip bo@x.org unmanaged")]
    [InlineData("", "bo@x.org/PreExisting/-/ended", true, "Skip bo@x.org unmanaged")]
    [InlineData("", "bo@x.org/Sync/2/ended", false, "Keep bo@x.org left-team-kept")]
    public void Calculate_AddedByHand_StaysUntilItsDayUnlessInTheTeamByThen(string team, string ledger, bool mirror, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, "bo@x.org", ledger, policy: new SyncPolicy { Mirror = mirror }))));

    [Theory, Trait("Invariant", "10")]
    [InlineData("bo@x.org/Sync/2", "Keep bo@x.org left-team-kept")]
    [InlineData("bo@x.org/Adopted/2", "Keep bo@x.org left-team-kept")]
    [InlineData("bo@x.org/PreExisting/2", "Skip bo@x.org unmanaged")]
    public void Calculate_LeftTheTeamUnderAddOnly_NobodyIsRemoved(string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs("", "bo@x.org", ledger, policy: new SyncPolicy { Mirror = false }))));

    [Theory, Trait("Invariant", "10")]
    [InlineData(true, "", true)]
    [InlineData(true, "ana@x.org/PreExisting/1", true)]
    [InlineData(true, "ana@x.org/PreExisting/1/removed", false)]
    [InlineData(true, "ana@x.org/Sync/1", false)]
    [InlineData(true, "ana@x.org/Manual/1", false)]
    [InlineData(true, "ana@x.org/Adopted/1", false)]
    [InlineData(false, "", false)]
    [InlineData(false, "ana@x.org/PreExisting/1", false)]
    [Trait("Failure", "F27")]
    public void Calculate_AlreadyInTheGroup_IsTakenOverOnlyWhereSomebodyChoseTo(bool chosen, string ledger, bool adopted)
    {
        var item = Assert.Single(SyncPlan.Calculate(Plans.Inputs("1=ana@x.org", "ana@x.org", ledger, policy: new SyncPolicy { AdoptMatching = chosen })).Items);

        Assert.Equal((PlanAction.Keep, adopted, adopted ? "adopted" : "in-group"), (item.Action, item.Adopt, item.Reason.Code));
    }

    [Theory, Trait("Invariant", "21")]
    [InlineData("ana@x.org/Sync/1", "Skip ana@x.org left-at-apple")]
    [InlineData("ana@x.org/Adopted/1", "Skip ana@x.org left-at-apple")]
    [InlineData("ana@x.org/PreExisting/1", "Skip ana@x.org left-at-apple")]
    [InlineData("ana@x.org/Manual/1", "Skip ana@x.org left-at-apple")]
    [InlineData("ana@x.org/Sync/1/removed", "Add ana@x.org joined-team")]
    public void Calculate_GoneWithoutUs_IsNotInvitedAgainByItself(string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=ana@x.org", "", ledger))));

    [Theory, Trait("Invariant", "21"), Trait("Failure", "F28")]
    [InlineData("1=ana@x.org", "ana@x.org/Sync/1", "", false, "Skip ana@x.org left-at-apple")]
    [InlineData("1=ana@x.org", "", "", true, "Skip ana@x.org left-at-apple")]
    [InlineData("1=ana@x.org", "ana@x.org/Sync/1", "ana@x.org", false, "Skip ana@x.org suppressed")]
    [InlineData("1=ana@x.org", "bo@x.org/Sync/1", "", false, "Skip ana@x.org left-at-apple")]
    [InlineData("", "ana@x.org/Sync/1", "", false, "Remove ana@x.org left-team")]
    [InlineData("", "", "", false, "Skip ana@x.org unmanaged")]
    public void Calculate_RevokedAtAppleAndStillListed_AsksAPersonAndTakesNothingOver(string team, string ledger, string suppressed, bool adopt, string plan)
    {
        var made = SyncPlan.Calculate(Plans.Inputs(team, "ana@x.org/REVOKED", ledger, suppressed, new SyncPolicy { AdoptMatching = adopt }));

        Assert.Equal(plan, Plans.Told(made));
        Assert.False(made.Items[0].Adopt || made.Items[0].NeedsInvitation);
        Assert.Equal("t-ana@x.org", made.Items[0].TesterId);
    }

    [Theory, Trait("Invariant", "20")]
    [InlineData("NOT_INVITED", true, "", true)]
    [InlineData("NOT_INVITED", false, "", false)]
    [InlineData("NOT_INVITED", true, "ana@x.org", false)]
    [InlineData("INVITED", true, "", false)]
    [InlineData("ACCEPTED", true, "", false)]
    [InlineData("REVOKED", true, "", false)]
    [InlineData("A_WORD_OF_LATER", true, "", false)]
    public void Calculate_InTheGroupWithoutInvitation_IsNotDoneWhileThereIsABuild(string state, bool build, string suppressed, bool invite)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=ana@x.org", $"ana@x.org/{state}", "ana@x.org/Sync/1", suppressed, build: build));

        Assert.Equal(invite, Assert.Single(plan.Items).NeedsInvitation);
        Assert.Equal(!invite, plan.ChangesNothing);
    }

    [Theory]
    [InlineData("1=ana@x.org", "", "", "ana@x.org", "Skip ana@x.org suppressed")]
    [InlineData("1=ana@x.org", "ana@x.org", "", "ana@x.org", "Keep ana@x.org in-group")]
    [InlineData("1=ana@x.org", "", "ana@x.org/Sync/1", "ana@x.org", "Skip ana@x.org suppressed")]
    [InlineData("1=new@x.org", "", "ana@x.org/Sync/1/removed", "ana@x.org", "Skip new@x.org suppressed")]
    [InlineData("1=new@x.org 2=bo@x.org", "", "ana@x.org/Sync/1/removed", "ana@x.org", "Add bo@x.org joined-team; Skip new@x.org suppressed")]
    [InlineData("1=new@x.org", "new@x.org/NOT_INVITED", "ana@x.org/Sync/1/removed", "ana@x.org", "Keep new@x.org in-group")]
    [InlineData("1=new@x.org 2=ana@x.org", "", "ana@x.org/Sync/1/removed", "ana@x.org", "Add new@x.org joined-team; Skip ana@x.org suppressed")]
    [InlineData("1=new@x.org", "", "ana@x.org/Sync/-/removed", "ana@x.org", "Add new@x.org joined-team")]
    [InlineData("1=new@x.org", "", "ana@x.org/Sync/1/removed bo@x.org/Sync/2", "bo@x.org", "Add new@x.org joined-team")]
    public void Calculate_Suppressed_IsNeverAddedUnderAnyAddress(string team, string group, string ledger, string suppressed, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group, ledger, suppressed))));

    [Theory, Trait("Invariant", "14"), Trait("Invariant", "15")]
    [InlineData(null, "Add ana@x.org joined-team; Add bo@x.org joined-team; Keep cy@x.org in-group")]
    [InlineData(3, "Add ana@x.org joined-team; Add bo@x.org joined-team; Keep cy@x.org in-group")]
    [InlineData(2, "Add ana@x.org joined-team; Add bo@x.org joined-team; Keep cy@x.org in-group")]
    [InlineData(1, "Add ana@x.org joined-team; Keep cy@x.org in-group; Wait bo@x.org waiting-for-place")]
    [InlineData(0, "Keep cy@x.org in-group; Wait ana@x.org waiting-for-place; Wait bo@x.org waiting-for-place")]
    [InlineData(-5, "Keep cy@x.org in-group; Wait ana@x.org waiting-for-place; Wait bo@x.org waiting-for-place")]
    [Trait("Failure", "F21")]
    public void Calculate_FewFreePlaces_TheRestWaitForOne(int? places, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=bo@x.org 2=cy@x.org 3=ana@x.org", "cy@x.org", places: places))));

    [Fact]
    [Trait("Invariant", "15")]
    public void Calculate_AppFull_WhomTheAppKnowsTakesNoPlaceAndDoesNotWait() =>
        Assert.Equal("Add bo@x.org joined-team; Wait ana@x.org waiting-for-place", Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=bo@x.org 2=ana@x.org", places: 0) with { KnownToApp = new HashSet<string> { "bo@x.org" } })));

    [Theory, Trait("Invariant", "13")]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Calculate_IncompleteRead_IsRefused(bool team, bool group)
    {
        var inputs = Plans.Inputs("1=ana@x.org", "bo@x.org", "bo@x.org/Sync/2");
        if (!team) inputs = inputs with { Team = inputs.Team with { Problem = Plans.CutShort } };
        if (!group) inputs = inputs with { Group = inputs.Group with { Problem = Plans.CutShort } };

        var refused = Assert.Throws<InvalidOperationException>(() => SyncPlan.Calculate(inputs));
        Assert.Contains("invariant 13", refused.Message, StringComparison.Ordinal);
    }
}
