using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Sync;
using Portal.Tests;
using LedgerEntry = Portal.Simulator.LedgerEntry;

namespace Portal.Services.Tests.Sync;

/// <summary>What one failure does to the others of a run, who is invited, and what is looked at before anyone is removed.</summary>
public sealed class RunFailureTests
{
    [Fact]
    [Trait("Invariant", "19")]
    [Trait("Failure", "F14")]
    public async Task RequestAsync_OnePersonRefusedAmongManyInOneCall_AllOthersGetIn()
    {
        await using var stage = await SyncStage.StartAsync();
        var known = stage.World.GroupMembers(stage.World.GroupId(SyncStage.App, "Aurora friends"))[7];
        stage.World.SetTesterState(known.Email!, stage.AppId, "REVOKED");

        await AssertAllButAsync(stage, known.Email!);
    }

    [Fact]
    [Trait("Invariant", "19")]
    public async Task RequestAsync_OneNewPersonRefused_AllOthersGetIn()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddTeamMember(SyncStage.Team, "Two", "Dots", "two.dots@example.com", "two..dots@example.com");

        await AssertAllButAsync(stage, "two..dots@example.com");
    }

    [Fact]
    [Trait("Invariant", "19")]
    public async Task RequestAsync_KeyRevokedUnderWay_StopsAtOnceAndTheRestIsNotTried()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("hold", "POST", "/v1/betaTesters", after: 20);
        var running = stage.RunAsync();
        await stage.World.Faults.WaitUntilHeldAsync(TestContext.Current.CancellationToken);
        stage.World.RevokeKey(await stage.DataAsync(db => db.Credentials.Where(c => c.Id == stage.CredentialId).Select(c => c.KeyId).SingleAsync())
            ?? throw new InvalidOperationException("The key has no id."));
        var inGroup = stage.InGroup();
        stage.World.Faults.Release();

        var run = await running;

        Assert.Equal((RunState.Partial, AppleProblems.KeyRefused.Code), (run.State, run.Problem?.Code));
        Assert.Equal(inGroup, stage.InGroup());
        Assert.Equal(run.ToAdd, run.NotTried + run.Confirmed + run.Pending);
        Assert.Equal(inGroup.Count, run.Confirmed + run.Pending);
        // The first 401 may be a hiccup, the second to the same request is not.
        await AssertNothingIntendedAfterAsync(stage, run.Id, status: 401, attempt: 2);
        Assert.Equal(AppleProblems.KeyRefused.Code, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer)).Problem?.Code);
    }

    [Fact]
    [Trait("Invariant", "19")]
    [Trait("Failure", "F4")]
    public async Task RequestAsync_AgreementMissingUnderWay_StopsAtOnceThoughLaterWritesWouldPass()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("403-agreement", "POST", "/v1/betaTesters", after: 20);

        var run = await stage.RunAsync();

        Assert.Single(Writes(stage), w => w.Status == 403);
        await AssertNothingIntendedAfterAsync(stage, run.Id, status: 403, attempt: 1);
        Assert.Equal((RunState.Partial, AppleProblems.AgreementMissing.Code), (run.State, run.Problem?.Code));
        Assert.Equal(stage.InGroup().Count, run.Confirmed);
        Assert.Equal((run.ToAdd - run.Confirmed, 0), (run.NotTried, run.Pending + run.Refused));
        Assert.All((await stage.ItemsAsync(run.Id)).Where(i => i.Action is PlanAction.Add), i => Assert.True(i.Outcome is ItemOutcome.Confirmed or ItemOutcome.NotTried));
    }

    [Fact]
    [Trait("Invariant", "19")]
    [Trait("Invariant", "27")]
    public async Task RequestAsync_StoppedWhileTwoAreReadyToGo_SendsNeitherAndSaysSo()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("hold", "POST", "/v1/betaTesters", times: 4);
        var running = stage.RunAsync();
        // Four on their way, two with their intents on record.
        while (stage.World.Faults.Held.Count < 4 || await stage.DataAsync(db => db.KeyUses.CountAsync(use => use.PathTemplate == "/v1/betaTesters" && use.Method == "POST")) < 6) await Task.WhenAny(running, Task.Delay(20));
        stage.World.Switches = stage.World.Switches with { AgreementMissing = true };
        stage.World.Faults.Release();

        var run = await running;

        Assert.Equal(4, Writes(stage).Count(call => call.PathTemplate == "/v1/betaTesters"));
        var uses = await stage.DataAsync(db => db.KeyUses.Where(use => use.RunId == run.Id && use.PathTemplate == "/v1/betaTesters" && use.Method == "POST").ToListAsync());
        Assert.Equal([(0, KeyUseCodes.NotSent, 2), (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", 4)],
            uses.GroupBy(use => (use.Status, use.AppleCode)).OrderBy(group => group.Key.Status).Select(group => (group.Key.Status!.Value, group.Key.AppleCode!, group.Count())));
        Assert.Equal((RunState.Partial, stage.InGroup().Count, run.ToAdd), (run.State, run.Pending, run.NotTried + run.Pending));
        Assert.Equal(run.Pending, await stage.DataAsync(db => db.Memberships.CountAsync()));
    }

    [Fact]
    [Trait("Invariant", "19")]
    public async Task RequestAsync_StoppedByTheKey_NextRunDoesTheRest()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("403-agreement", "POST", "/v1/betaTesters", after: 20);
        await stage.RunAsync();

        var run = await stage.RunAsync();

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(stage.InTeam(), stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "10")]
    public async Task RequestAsync_NotTriedThenAddedByHandAndGoneFromTheTeam_IsNotOursToRemove()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        stage.World.AddFault("403-agreement", "POST", "/v1/betaTesters");
        var stopped = await stage.RunAsync();
        stage.World.RemoveTeamMember(SyncStage.Team, "new@example.com");
        stage.World.AddTesterByHand(stage.GroupId, "new@example.com");

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Failed, 1), (stopped.State, stopped.NotTried));
        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToRemove));
        Assert.Contains("new@example.com", stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "10")]
    public async Task RequestAsync_RefusedUnreadThenAddedByHandAndGoneFromTheTeam_IsNotOursToRemove()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "Two", "Dots", "two.dots@example.com", "two..dots@example.com");
        // The app was counted and the newcomer looked up: what cannot be read is what became of the add.
        stage.World.AddFault("500", "GET", "/v1/betaTesters", times: 20, after: 2);
        var refused = await stage.RunAsync();
        stage.World.Faults.Clear();
        stage.World.RemoveTeamMember(SyncStage.Team, "two.dots@example.com");
        stage.World.AddTesterByHand(stage.GroupId, "two..dots@example.com");

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Failed, 1), (refused.State, refused.Refused));
        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToRemove));
        Assert.Contains("two..dots@example.com", stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "21")]
    [Trait("Failure", "F28")]
    public async Task RequestAsync_MemberRevokedAtApple_IsLeftToAPersonAndNobodyIsInvited()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var gone = stage.InGroup()[17];
        stage.World.SetTesterState(gone, stage.AppId, "REVOKED");
        stage.World.Ledger.Clear();

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToAdd + run.ToRemove));
        Assert.Equal(gone, Assert.Single(await stage.ItemsAsync(run.Id), i => i.ReasonCode == PlanReasons.LeftAtApple.Code).Email, ignoreCase: true);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
    }

    [Fact]
    [Trait("Invariant", "20")]
    [Trait("Failure", "F15")]
    public async Task RequestAsync_MemberNotInvitedThoughThereIsABuild_GetsExactlyOneInvitation()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var waiting = stage.InGroup()[17];
        stage.World.SetTesterState(waiting, stage.AppId, "NOT_INVITED");
        stage.World.ClearOutbox();

        var run = await stage.RunAsync();
        await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToAdd + run.ToRemove));
        Assert.Equal(waiting, Assert.Single(stage.World.Outbox).To, ignoreCase: true);
        Assert.Equal("INVITED", stage.World.GroupMembers(stage.GroupId).Single(m => m.Email!.Equals(waiting, StringComparison.OrdinalIgnoreCase)).State);
    }

    [Fact]
    [Trait("Invariant", "20")]
    [Trait("Failure", "F15")]
    public async Task RequestAsync_AddedButNotInvitedThoughThereIsABuild_IsNotDoneUntilTheInvitationIs()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 12);
        stage.World.AddFault("hold-after-commit", "POST", "betaTesters", times: 1);
        var running = stage.RunAsync();
        for (var until = DateTime.UtcNow.AddSeconds(60); stage.World.Faults.Held.Count == 0; await Task.Delay(20, TestContext.Current.CancellationToken)) Assert.True(DateTime.UtcNow < until, "Nobody was added.");
        var forgotten = stage.InGroup()[0];
        stage.World.SetTesterState(forgotten, stage.AppId, "NOT_INVITED");
        stage.World.Faults.Clear();

        var run = await running;
        var open = Assert.Single(await stage.ItemsAsync(run.Id), i => i.Outcome is ItemOutcome.PendingAtApple);
        stage.World.ClearOutbox();
        await stage.CheckAsync();
        var next = await stage.Sync.RunsAsync(new RunQuery(), Actors.Viewer);

        Assert.Equal((RunState.Partial, 1), (run.State, run.Pending));
        Assert.Contains("not-invited-yet", open.OutcomeSentence, StringComparison.Ordinal);
        Assert.Equal((2, RunState.Succeeded), (next.Total, next.Items[0].State));
        Assert.Equal(forgotten, Assert.Single(stage.World.Outbox).To, ignoreCase: true);
    }

    [Fact]
    [Trait("Invariant", "20")]
    [Trait("Failure", "F17")]
    public async Task RequestAsync_MembersNotInvitedWhileThereIsNoBuild_AreLeftInPeace()
    {
        await using var stage = await SyncStage.StartAsync(group: "Aurora early birds");
        stage.World.ShrinkTeam(SyncStage.Team, 12);
        await stage.RunAsync();

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToAdd + run.ToRemove));
        Assert.Contains(stage.World.GroupMembers(stage.GroupId), m => m.State == "NOT_INVITED" && stage.InTeam().Contains(m.Email));
        Assert.Empty(stage.World.Outbox);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Path == "/v1/betaTesterInvitations");
    }

    [Fact]
    [Trait("Invariant", "13")]
    public async Task RequestAsync_SomebodyLeft_IsReadAgainRightBeforeBeingRemoved()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var leaver = Leave(stage);

        var run = await stage.RunAsync();

        Assert.Equal((1, RunState.Succeeded), (run.ToRemove, run.State));
        var calls = stage.World.Ledger.Entries.ToList();
        var removal = calls.FindIndex(c => c.Method == "DELETE");
        Assert.Equal(("GET", "/v1/betaTesters"), (calls[removal - 1].Method, calls[removal - 1].Path));
        Assert.Contains(leaver, Uri.UnescapeDataString(calls[removal - 1].Query), StringComparison.OrdinalIgnoreCase);
        Assert.Single(calls, c => c.Method != "GET");
    }

    [Fact]
    [Trait("Invariant", "13")]
    [Trait("Failure", "F35")]
    public async Task RequestAsync_LeaverTakenOutByHandMeanwhile_NoRemovalIsSent()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var leaver = Leave(stage);
        stage.World.AddFault("hold", "GET", "/v1/betaTesters");
        var running = stage.RunAsync();
        await stage.World.Faults.WaitUntilHeldAsync(TestContext.Current.CancellationToken);
        Assert.True(stage.World.RemoveTesterByHand(stage.GroupId, leaver));
        stage.World.Faults.Release();

        var run = await running;

        Assert.Equal((1, 1, RunState.Succeeded), (run.ToRemove, run.Confirmed, run.State));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
    }

    [Fact]
    [Trait("Invariant", "13")]
    public async Task RequestAsync_LeaversCannotBeReadAgain_NobodyIsRemoved()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var leaver = Leave(stage);
        stage.World.AddFault("short-page", "GET", "/v1/betaTesters", times: 20);

        var run = await stage.RunAsync();

        Assert.NotNull(run.Problem);
        Assert.Equal((RunState.Failed, 1), (run.State, run.NotTried));
        Assert.Contains(leaver, stage.InGroup());
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
    }

    /// <summary>Somebody who is in leaves the team; the ledger starts anew.</summary>
    private static string Leave(SyncStage stage)
    {
        var leaver = stage.World.TeamMembers(SyncStage.Team).Where(m => m.AppleEmail?.Contains('@') == true).ElementAt(120);
        stage.World.RemoveTeamMember(SyncStage.Team, leaver.UserId.ToString());
        stage.World.Ledger.Clear();
        return leaver.AppleEmail!.Trim().ToLowerInvariant();
    }

    private static List<LedgerEntry> Writes(SyncStage stage) => [.. stage.World.Ledger.Entries.Where(e => e.Method != "GET")];

    /// <summary>
    /// By the order of the commits, which on SQLite is the order of the rows: arrival at Apple proves nothing, for what was
    /// intended before may be sent after.
    /// </summary>
    private static async Task AssertNothingIntendedAfterAsync(SyncStage stage, Guid runId, int status, int attempt)
    {
        var events = await stage.DataAsync(db => db.AuditEvents.FromSqlRaw("SELECT * FROM audit_events ORDER BY rowid").AsNoTracking().ToListAsync());
        var uses = await stage.DataAsync(db => db.KeyUses.AsNoTracking().Where(u => u.RunId == runId && u.Method != "GET").ToDictionaryAsync(u => u.Id.ToString()));
        var writes = events.Where(e => e.TargetKind == "key-use" && uses.ContainsKey(e.TargetId!)).Select(e => (e.Code, Use: uses[e.TargetId!])).ToList();
        var refused = writes.FindIndex(w => w.Code == AuditCodes.KeyUseFailed.Name && (w.Use.Status, w.Use.Attempt) == (status, attempt));

        Assert.True(refused > 0, "No such refusal was recorded.");
        Assert.Equal(uses.Count, writes.Count(w => w.Code == AuditCodes.KeyUsed.Name));
        Assert.DoesNotContain(writes.Skip(refused), w => w.Code == AuditCodes.KeyUsed.Name);
    }

    private static async Task AssertAllButAsync(SyncStage stage, string refused)
    {
        var run = await stage.RunAsync();

        Assert.Equal((RunState.Partial, 1, 0), (run.State, run.Refused, run.Pending + run.NotTried));
        Assert.Null(run.Problem);
        Assert.Equal(stage.InTeam().Where(email => !email.Equals(refused, StringComparison.OrdinalIgnoreCase)), stage.InGroup());
        var item = Assert.Single(await stage.ItemsAsync(run.Id), i => i.Outcome is ItemOutcome.Refused);
        Assert.Equal(refused, item.Email, ignoreCase: true);
    }
}
