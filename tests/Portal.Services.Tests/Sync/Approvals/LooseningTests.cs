using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>Looser limits, other columns and wider tokens are asked for, not done.</summary>
[Trait("Invariant", "31")]
public sealed class LooseningTests
{
    private static readonly ApprovalAnswer Because = new("We looked at it together.");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangePolicyAsync_LooserLimit_HoldsOnceASecondPersonAllowsIt()
    {
        await using var stage = await HeldStage.FilledAsync();
        var wanted = new SyncPolicy { RemovalLimit = 100, RemovalShare = 0.5, RemovalsPerDay = 200 };

        var asked = await stage.Sync.ChangePolicyAsync(stage.Link.Id, wanted, Actors.ProgramManager, "The season ends.", Cancel);
        var before = (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy;
        var request = await stage.Approvals().GetAsync(asked!.Value, Actors.ProgramManager, Cancel);
        var own = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(asked.Value, Because, Actors.ProgramManager, cancel: Cancel));
        await stage.Approvals().AllowAsync(asked.Value, Because, Actors.Administrator, cancel: Cancel);

        Assert.Equal(new SyncPolicy(), before);
        Assert.Equal(["Removals in one sync", "Removals as a share of the group", "Removals in a day"], request.Changes.Select(c => c.Name));
        Assert.Equal(("The season ends.", 3, false, "own-request"), (request.RequestReason, request.Count, request.MayAllow, own.Problem.Code));
        Assert.Equal(wanted, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy);
        // Who asked profits from it by the schedule: still the requester of what it lets through.
        Assert.Equal("program-manager", await stage.DataAsync(db => Task.FromResult(db.Links.Single().LastEditorId)));
    }

    [Fact]
    public async Task CreateLinkAsync_LimitsBeyondTheDefaults_BeginsWithTheDefaultsAndAsksASecondPerson()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var wanted = new SyncPolicy { RemovalLimit = 500, ShrunkenTeamShare = 0, AddLimit = 5 };

        var link = await stage.Sync.CreateLinkAsync(stage.Wanted() with { Policy = wanted }, Actors.ProgramManager, Cancel);
        var again = await stage.Sync.ChangePolicyAsync(link.Id, link.Policy with { RemovalsPerDay = 999 }, Actors.ProgramManager, cancel: Cancel);
        var within = await stage.Sync.ChangePolicyAsync(link.Id, link.Policy with { AddLimit = 40 }, Actors.ProgramManager, cancel: Cancel);

        Assert.Equal(new SyncPolicy { AddLimit = 5 }, link.Policy);
        Assert.True(again is not null && within is null);
        var asked = await stage.DataAsync(db => Task.FromResult(db.Approvals.Where(a => a.LinkId == link.Id).OrderBy(a => a.RequestedAt).Select(a => a.PolicyAfter).ToList()));
        Assert.Equal([wanted, link.Policy with { RemovalsPerDay = 999 }], asked);
        Assert.Equal(40, (await stage.Sync.LinkAsync(link.Id, Actors.Viewer, Cancel)).Policy.AddLimit);
    }

    [Fact]
    public async Task ChangePolicyAsync_TighterLimit_HoldsAtOnce()
    {
        await using var stage = await HeldStage.FilledAsync();

        Assert.Null(await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 1 }, Actors.ProgramManager, cancel: Cancel));

        Assert.Equal(1, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy.RemovalLimit);
    }

    [Fact]
    public async Task AllowAsync_PolicyChangedMeanwhile_IsOutdated()
    {
        await using var stage = await HeldStage.FilledAsync();
        var asked = await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 100 }, Actors.ProgramManager, cancel: Cancel);
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { AddLimit = 5 }, Actors.ProgramManager, cancel: Cancel);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(asked!.Value, Because, Actors.SecondProgramManager, cancel: Cancel));

        Assert.Equal("approval-outdated", refused.Problem.Code);
        Assert.Equal((10, 5), ((await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy.RemovalLimit, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy.AddLimit));
    }

    [Fact]
    public async Task ChangePolicyAsync_AskedTwice_IsOneRequestAndAnotherWishTakesItsPlace()
    {
        await using var stage = await HeldStage.FilledAsync();
        var first = await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 100 }, Actors.ProgramManager, cancel: Cancel);

        var twice = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 100 }, Actors.ProgramManager, cancel: Cancel));
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 50 }, Actors.ProgramManager, cancel: Cancel);

        Assert.Equal("already-asked", twice.Problem.Code);
        Assert.Equal(ApprovalState.Superseded, (await stage.Approvals().GetAsync(first!.Value, Actors.Viewer, Cancel)).State);
        Assert.Equal(1, await stage.Approvals().WaitingAsync(Actors.Viewer, Cancel));
    }

    [Fact]
    public async Task ChangeMappingAsync_OtherColumn_IsReadOnceASecondPersonAllowsIt()
    {
        await using var stage = await HeldStage.FilledAsync();
        var wanted = SyncStage.Mapping with { AppleEmail = "Email" };

        var asked = await stage.Sync.ChangeMappingAsync(stage.Link.Id, wanted, Actors.ProgramManager, "They log in with it.", Cancel);
        var before = (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Mapping;
        await stage.Approvals().AllowAsync(asked!.Value, Because, Actors.SecondProgramManager, cancel: Cancel);

        Assert.Equal(SyncStage.Mapping, before);
        Assert.Equal(wanted, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Mapping);
    }

    [Fact]
    public async Task ChangeUseAsync_NarrowTokensOff_TakesAnotherCustodianOrAManager()
    {
        await using var stage = await SyncStage.StartAsync();
        var credentials = stage.Portal.Get<CredentialService>();

        var asked = await credentials.ChangeUseAsync(stage.CredentialId, scopedReads: false, 8, Actors.KeyCustodian, "Apple refuses them.", Cancel);
        var usage = (await credentials.GetAsync(stage.CredentialId, Actors.KeyCustodian, Cancel)).Usage;
        var own = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(asked!.Value, Because, Actors.KeyCustodian, cancel: Cancel));
        await stage.Approvals().AllowAsync(asked!.Value, Because, Actors.ProgramManager, cancel: Cancel);

        // What narrows nothing holds at once.
        Assert.Equal((true, 8, "own-request"), (usage.ScopedReads, usage.ParallelRequests, own.Problem.Code));
        Assert.False((await credentials.GetAsync(stage.CredentialId, Actors.KeyCustodian, Cancel)).Usage.ScopedReads);
    }

    [Fact]
    public async Task RejectAsync_OwnRequest_TakesItBack()
    {
        await using var stage = await HeldStage.FilledAsync();
        var asked = await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 100 }, Actors.ProgramManager, cancel: Cancel);

        var back = await stage.Approvals().RejectAsync(asked!.Value, new("Not needed after all."), Actors.ProgramManager, Cancel);

        Assert.Equal(ApprovalState.Withdrawn, back.State);
        Assert.Equal(10, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Policy.RemovalLimit);
    }
}
