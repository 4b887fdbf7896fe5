using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.People;
using Portal.Services.Tests.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.People;

/// <summary>Support adds somebody who is not in the team, until a day (F37).</summary>
public sealed class HandAddTests
{
    private const string Guest = "guest.of.support@example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(SyncStage Stage, PersonService People)> StartAsync(SyncPolicy? policy = null)
    {
        var stage = await SyncStage.StartAsync(policy: policy);
        await stage.RunAsync();
        stage.World.Ledger.Clear();
        return (stage, stage.Portal.Get<PersonService>());
    }

    private static HandAdd Wanted(SyncStage stage, string email = Guest, int days = 2) => new(email, stage.Portal.Clock.GetUtcNow().AddDays(days), "Gus", "Guest");

    private static int Writes(SyncStage stage) => stage.World.Ledger.Entries.Count(e => e.Method is "POST" or "DELETE");

    [Fact, Trait("Failure", "F37"), Trait("Invariant", "10")]
    public async Task AddByHand_UntilADay_StaysUntilItAndIsTakenOutByTheFirstSyncAfter()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;

        var added = await people.AddByHandAsync(stage.Link.Id, Wanted(stage, "Guest.Of.Support@example.org"), Actors.Support, Cancel);

        Assert.Equal(1, Writes(stage));
        Assert.Contains(Guest, stage.InGroup());
        var person = await people.GetAsync(stage.Link.Id, added.PersonId, Actors.Support, Cancel);
        Assert.Equal((Actors.Support.Name, added.EndsAt, "person-added-by-support"), (person.OwnerName, person.EndsAt, person.Diagnosis.Next.Code));
        Assert.Equal(added.PersonId, Assert.Single(await people.EndingSoonAsync(stage.Link.Id, Actors.Viewer, Cancel)).PersonId);
        await stage.RunAsync();
        Assert.Contains(Guest, stage.InGroup());

        stage.Portal.Clock.Advance(TimeSpan.FromDays(3));
        Assert.True(Assert.Single(await people.EndingSoonAsync(stage.Link.Id, Actors.Support, Cancel)).IsOver);
        var run = await stage.RunAsync();

        Assert.DoesNotContain(Guest, stage.InGroup());
        Assert.Equal("manual-ended", Assert.Single(await stage.ItemsAsync(run.Id), item => item.Action is PlanAction.Remove).ReasonCode);
        Assert.Empty(await people.EndingSoonAsync(stage.Link.Id, Actors.Support, Cancel));
        Assert.Null((await people.GetAsync(stage.Link.Id, added.PersonId, Actors.Support, Cancel)).EndsAt);
    }

    [Fact, Trait("Failure", "F37")]
    public async Task AddByHand_InTheTeamByTheEnd_IsKept()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        await people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel);
        stage.World.AddTeamMember(SyncStage.Team, "Gus", "Guest", "gus.login@example.org", Guest);
        stage.Portal.Clock.Advance(TimeSpan.FromDays(3));

        await stage.RunAsync();

        Assert.Contains(Guest, stage.InGroup());
        Assert.Empty(await people.EndingSoonAsync(stage.Link.Id, Actors.Support, Cancel));
    }

    [Fact, Trait("Failure", "F37")]
    public async Task Extend_BeforeTheEnd_MovesItAndTheOwner()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        var added = await people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel);
        var later = stage.Portal.Clock.GetUtcNow().AddDays(20);

        await people.ExtendAsync(stage.Link.Id, added.PersonId, later, Actors.ProgramManager, Cancel);
        stage.Portal.Clock.Advance(TimeSpan.FromDays(3));
        await stage.RunAsync();

        Assert.Contains(Guest, stage.InGroup());
        var person = await people.GetAsync(stage.Link.Id, added.PersonId, Actors.Support, Cancel);
        Assert.Equal((Actors.ProgramManager.Name, later), (person.OwnerName, person.EndsAt));
        Assert.Empty(await people.EndingSoonAsync(stage.Link.Id, Actors.Support, Cancel));
        Assert.Equal(["person.added", "person.extended"], await CodesAsync(stage, added.PersonId));
    }

    [Fact, Trait("Failure", "F37")]
    public async Task AddByHand_TheAppKnowsThem_IsPutIntoTheGroupAndNotMadeAgain()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        var added = await people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel);
        stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, stage.World.GroupNames(SyncStage.App).First(name => name != SyncStage.Group)), Guest);
        await people.RemoveAsync(stage.Link.Id, added.PersonId, new PersonRemoval("For a while", KeepOut: false), Actors.Support, Cancel);
        stage.World.Ledger.Clear();

        await people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel);

        Assert.Equal([$"/v1/betaGroups/{stage.GroupId}/relationships/betaTesters"], stage.World.Ledger.Entries.Where(e => e.Method == "POST").Select(e => e.Path));
        Assert.Contains(Guest, stage.InGroup());
    }

    [Theory, Trait("Failure", "F37"), Trait("Invariant", "37"), Trait("Invariant", "18")]
    [InlineData("500-after-commit", true)]
    [InlineData("403-agreement", false)]
    public async Task AddByHand_AnswerIsNoSuccess_IsDecidedByWhatAFreshReadShows(string fault, bool isIn)
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        stage.World.AddFault(fault, "POST", "betaTesters");

        var told = await Record.ExceptionAsync(() => people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel));

        Assert.Equal(isIn, stage.InGroup().Contains(Guest));
        Assert.Equal(isIn ? null : "apple-agreement-missing", (told as ProblemException)?.Problem.Code);
        Assert.Equal(1, Writes(stage));
        // What was surely not done leaves nothing in the ledger, so whoever adds them at Apple later owns it.
        Assert.Equal(isIn, await stage.DataAsync(db => db.Memberships.AnyAsync(m => m.PersonKey == Guest, Cancel)));
        Assert.Contains(isIn ? "person.added" : "person.add-failed", await stage.DataAsync(db => db.AuditEvents.Select(e => e.Code).ToListAsync(Cancel)));
    }

    [Fact, Trait("Failure", "F37"), Trait("Invariant", "38")]
    public async Task AddByHand_OverTheDaysAdds_IsRefusedAndCountedForTheSync()
    {
        var (stage, people) = await StartAsync(new SyncPolicy { AddsPerDay = 2 });
        await using var _ = stage;
        await people.AddByHandAsync(stage.Link.Id, Wanted(stage, "one@example.org"), Actors.Support, Cancel);
        stage.World.AddTeamMember(SyncStage.Team, "New", "One", "new.one@example.org", "new.one@example.org");
        stage.World.AddTeamMember(SyncStage.Team, "New", "Two", "new.two@example.org", "new.two@example.org");

        Assert.Equal("too-many-adds-today", (await stage.RunAsync(SyncMode.Preview)).Problem?.Code);
        await people.AddByHandAsync(stage.Link.Id, Wanted(stage, "two@example.org"), Actors.Support, Cancel);
        Assert.Equal("person-add-too-many", await RefusedAsync(() => people.AddByHandAsync(stage.Link.Id, Wanted(stage, "three@example.org"), Actors.Support, Cancel)));

        Assert.DoesNotContain("three@example.org", stage.InGroup());
        Assert.Equal(2, Writes(stage));
        stage.Portal.Clock.Advance(TimeSpan.FromHours(25));
        await people.AddByHandAsync(stage.Link.Id, Wanted(stage, "three@example.org"), Actors.Support, Cancel);
        Assert.Contains("three@example.org", stage.InGroup());
    }

    [Fact, Trait("Failure", "F37"), Trait("Invariant", "34")]
    public async Task AddByHand_WhatMayNotBe_IsRefusedAndNothingIsSent()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        var member = stage.World.TeamMembers(SyncStage.Team).First(m => m.AppleEmail is { Length: > 0 } email && stage.InGroup().Contains(email.Trim().ToLowerInvariant())).AppleEmail!;
        stage.World.AddTesterByHand(stage.GroupId, "by.hand.at.apple@example.org");
        Task Try(string email = Guest, int days = 2, Actor? actor = null) => people.AddByHandAsync(stage.Link.Id, Wanted(stage, email, days), actor ?? Actors.Support, Cancel);

        Assert.Equal("person-add-address", await RefusedAsync(() => Try("guest at example")));
        Assert.Equal("person-add-end", await RefusedAsync(() => Try(days: -1)));
        Assert.Equal("person-add-in-team", await RefusedAsync(() => Try(member)));
        Assert.Equal("person-add-in-group", await RefusedAsync(() => Try("by.hand.at.apple@example.org")));
        foreach (var actor in Actors.All.Where(a => !a.May(Permission.FixPerson))) Assert.Equal("access-refused", await RefusedAsync(() => Try(actor: actor)));
        var keptOut = await people.AddByHandAsync(stage.Link.Id, Wanted(stage, "kept.out@example.org"), Actors.Support, Cancel);
        await people.RemoveAsync(stage.Link.Id, keptOut.PersonId, new PersonRemoval("Works for a competitor"), Actors.Support, Cancel);
        stage.World.Ledger.Clear();
        Assert.Equal("person-add-held-back", await RefusedAsync(() => Try("kept.out@example.org")));
        await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);
        Assert.Equal("person-sync-under-way", await RefusedAsync(() => Try()));
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("link-paused", await RefusedAsync(() => Try()));
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("link-retired", await RefusedAsync(() => Try()));

        Assert.Equal(0, Writes(stage));
        Assert.DoesNotContain(Guest, stage.InGroup());
    }

    [Fact, Trait("Failure", "F21"), Trait("Invariant", "15")]
    public async Task AddByHand_AppFull_IsRefusedBeforeAppleIsAsked()
    {
        var (stage, people) = await StartAsync();
        await using var _ = stage;
        stage.World.SeedTesters(stage.AppId, null, TestFlightLimits.ExternalTestersPerApp);

        Assert.Equal("apple-app-full", await RefusedAsync(() => people.AddByHandAsync(stage.Link.Id, Wanted(stage), Actors.Support, Cancel)));
        Assert.Equal(0, Writes(stage));
    }

    private static Task<List<string>> CodesAsync(SyncStage stage, string id) => stage.DataAsync(db => db.AuditEvents.Where(e => e.TargetId == id).OrderBy(e => e.Id).Select(e => e.Code).ToListAsync(Cancel));

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
