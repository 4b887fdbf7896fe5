using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Services.People;
using Portal.Services.People.Invitations;
using Portal.Services.Tests.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.People;

/// <summary>Invitations sent again to many (F15, F16).</summary>
public sealed class InvitationRoundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>238 in the group, invited eight days ago.</summary>
    private static async Task<(SyncStage Stage, InvitationService Invitations)> StartAsync()
    {
        var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromDays(8));
        stage.World.Ledger.Clear();
        return (stage, stage.Portal.Get<InvitationService>());
    }

    private static async Task<ResendRound> SendAsync(SyncStage stage, InvitationService invitations, ResendPlan plan, int only)
    {
        var round = await invitations.SendAsync(stage.Link.Id, new ResendWanted(plan.Who, plan.Hash, [.. plan.Chosen.Take(only).Select(p => p.PersonId)]), Actors.Support, Cancel);
        await stage.Portal.Get<InvitationSender>().RunAsync(round, Cancel);
        return await invitations.RoundAsync(round, Actors.Support, Cancel);
    }

    private static int Sent(SyncStage stage) => stage.World.Ledger.Entries.Count(e => e.Method == "POST" && e.Path.EndsWith("betaTesterInvitations", StringComparison.Ordinal));

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;

    [Fact, Trait("Failure", "F16"), Trait("Invariant", "27"), Trait("Invariant", "20")]
    public async Task Send_SilentTesters_IsOneKeyUseEachReadBackAuditedAndThenCoolsDown()
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        var all = stage.InGroup();
        stage.World.SetTesterState(all[0], stage.AppId, "ACCEPTED");

        var plan = await invitations.PlanAsync(stage.Link.Id, ResendWho.Silent, Actors.Support, Cancel);

        // Whom the app knew before may have accepted before.
        Assert.Equal(all.Count, plan.Chosen.Count + plan.LeftOut.Count);
        Assert.All(plan.Chosen, person => Assert.Equal("INVITED", person.State));
        Assert.All(plan.LeftOut, person => Assert.Equal("apple-invitation-accepted", person.LeftOut!.Code));
        Assert.Contains(plan.LeftOut, person => string.Equals(person.Email, all[0], StringComparison.OrdinalIgnoreCase));
        Assert.Equal(0, Sent(stage));

        var round = await SendAsync(stage, invitations, plan, 4);

        Assert.True(round.IsOver);
        Assert.All(round.People, person => Assert.Equal((ResendOutcome.Sent, "INVITED"), (person.Outcome, person.InviteState)));
        Assert.Equal((4, 4), (round.People.Count, Sent(stage)));
        Assert.Equal(4, await stage.DataAsync(db => db.KeyUses.CountAsync(u => u.Purpose == "invitations: send again" && u.ActorId == Actors.Support.Id, Cancel)));
        Assert.Equal(4, await stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == "person.reinvited", Cancel)));
        Assert.Equal(2, await stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == "invitations.asked" || e.Code == "invitations.ended", Cancel)));
        var after = await invitations.PlanAsync(stage.Link.Id, ResendWho.Silent, Actors.Support, Cancel);
        Assert.Equal(4, after.LeftOut.Count(p => p.LeftOut!.Code == "person-reinvite-cool-down"));
    }

    [Fact, Trait("Invariant", "16")]
    public async Task Send_SomebodyAcceptedSinceThePreview_IsRefusedAndNothingIsSent()
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        var plan = await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel);
        stage.World.SetTesterState(stage.InGroup()[0], stage.AppId, "ACCEPTED");

        Assert.Equal("resend-changed", await RefusedAsync(() => SendAsync(stage, invitations, plan, 3)));
        Assert.Equal(0, Sent(stage));
    }

    [Theory, Trait("Invariant", "37"), Trait("Invariant", "19")]
    [InlineData("504-after-commit", ResendOutcome.Unsure, ResendOutcome.Sent, 3)]
    [InlineData("403-agreement", ResendOutcome.Refused, ResendOutcome.NotTried, 1)]
    public async Task Send_OneAnswerIsNoSuccess_IsNotRepeatedAndStopsTheRestOnlyWhereTheKeyIsConcerned(string fault, ResendOutcome first, ResendOutcome second, int requests)
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        var plan = await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel);
        stage.World.AddFault(fault, "POST", "betaTesterInvitations");

        var round = await SendAsync(stage, invitations, plan, 3);

        Assert.Equal([first, second, second], round.People.Select(p => p.Outcome));
        Assert.Equal(requests, Sent(stage));
        // What was surely not sent does not cool down.
        var after = await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel);
        Assert.Equal(first is ResendOutcome.Refused ? 0 : 3, after.LeftOut.Count(p => p.LeftOut!.Code == "person-reinvite-cool-down"));
    }

    [Fact, Trait("Invariant", "34")]
    public async Task Send_PausedStoppedOrHeldBackMeanwhile_SendsToNobodyMore()
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        var plan = await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel);
        Task<Guid> Begin(int skip, int take) => invitations.SendAsync(stage.Link.Id, new ResendWanted(plan.Who, plan.Hash, [.. plan.Chosen.Skip(skip).Take(take).Select(p => p.PersonId)]), Actors.Support, Cancel);
        async Task<ResendRound> EndAsync(Guid id)
        {
            await stage.Portal.Get<InvitationSender>().RunAsync(id, Cancel);
            return await invitations.RoundAsync(id, Actors.Support, Cancel);
        }

        var first = await Begin(0, 1);
        Assert.Equal("resend-under-way", await RefusedAsync(() => Begin(1, 1)));
        await stage.Portal.Get<PersonService>().SuppressAsync(stage.Link.Id, plan.Chosen[0].PersonId, new KeepOut("Asked to wait"), Actors.Support, Cancel);
        Assert.Equal("person-reinvite-held-back", Assert.Single((await EndAsync(first)).People).Problem?.Code);
        await stage.Portal.Get<PersonService>().EndSuppressionAsync(stage.Link.Id, plan.Chosen[0].PersonId, Actors.Support, Cancel);

        var second = await Begin(0, 2);
        await invitations.StopAsync(second, Actors.Support, Cancel);
        Assert.Equal("resend-stopped", (await EndAsync(second)).Problem?.Code);

        var third = await Begin(0, 2);
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var ended = await EndAsync(third);
        Assert.Equal(("link-paused", 2), (ended.Problem?.Code, ended.Count(ResendOutcome.NotTried)));
        Assert.Equal("link-paused", (await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel)).Problem?.Code);
        Assert.Equal(0, Sent(stage));
    }

    [Fact, Trait("Failure", "F32")]
    public async Task Run_PortalDiedWhileSending_LeavesThatOneUnsureAndGoesOnWithTheRest()
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        var plan = await invitations.PlanAsync(stage.Link.Id, ResendWho.Both, Actors.Support, Cancel);
        var id = await invitations.SendAsync(stage.Link.Id, new ResendWanted(plan.Who, plan.Hash, [.. plan.Chosen.Take(2).Select(p => p.PersonId)]), Actors.Support, Cancel);
        var now = stage.Portal.Clock.GetUtcNow();
        await stage.DataAsync(db => db.InvitationItems.Where(i => i.RoundId == id && i.Ordinal == 0).ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, ResendOutcome.Sending).SetProperty(i => i.At, now), Cancel));

        await stage.Portal.Get<InvitationSender>().RunAsync(id, Cancel);
        Assert.False((await invitations.RoundAsync(id, Actors.Support, Cancel)).IsOver);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(11));
        await stage.Portal.Get<InvitationSender>().RunAsync(id, Cancel);

        var round = await invitations.RoundAsync(id, Actors.Support, Cancel);
        Assert.Equal([ResendOutcome.Unsure, ResendOutcome.Sent], round.People.Select(p => p.Outcome));
        Assert.Equal((true, 1), (round.IsOver, Sent(stage)));
    }

    [Fact]
    public async Task PlanAndSend_RolesWithoutThem_AreRefused()
    {
        var (stage, invitations) = await StartAsync();
        await using var _ = stage;
        foreach (var actor in Actors.All.Where(a => !a.May(Permission.FixPerson)))
        {
            Assert.Equal("access-refused", await RefusedAsync(() => invitations.PlanAsync(stage.Link.Id, ResendWho.Both, actor, Cancel)));
            Assert.Equal("access-refused", await RefusedAsync(() => invitations.SendAsync(stage.Link.Id, new ResendWanted(ResendWho.Both, ""), actor, Cancel)));
        }
    }
}
