using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Services.SignIn;
using Xunit;

namespace Portal.Tests.Credentials;

public class DepositServiceTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private DepositService Deposits => portal.Get<DepositService>();

    [Fact]
    [Trait("Invariant", "25")]
    public async Task Deposit_ByLinkAndWithoutAnyRole_StoresTheKeyAndTellsNothingElse()
    {
        var link = await AskAsync();
        var invitation = await Deposits.OpenDepositAsync(link.Token, Actors.Nobody, Cancel);
        Assert.Equal(("Aurora", Actors.ProgramManager.Name), (invitation.Label, invitation.RequestedByName));

        var receipt = await Deposits.DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), Actors.Nobody, Cancel);

        Assert.True(receipt.Works);
        var request = Assert.Single(await Deposits.ListAsync(Actors.ProgramManager, Cancel), r => r.Id == link.Id);
        Assert.Equal((DepositState.Fulfilled, Actors.Nobody.Name), (request.State, request.FulfilledByName));
        var credential = (await portal.Get<CredentialService>().GetAsync(request.CredentialId!.Value, Actors.ProgramManager, Cancel)).Summary;
        Assert.Equal(("Aurora", Actors.ProgramManager.Name, CredentialStatus.Active), (credential.Label, credential.OwnerName, credential.Status));
        Assert.Equal(["credential.added", "credential.verified", "deposit.fulfilled"], (await portal.AuditCodesAsync(credential.Id)).Order());
        Assert.Equal("access-refused", (await RefusedAsync(() => portal.Get<CredentialService>().GetAsync(credential.Id, Actors.Nobody, Cancel))).Code);
        Assert.Equal("access-refused", (await RefusedAsync(() => Deposits.ListAsync(Actors.Nobody, Cancel))).Code);
    }

    [Fact]
    public async Task Deposit_SecondTime_IsRefusedAndRecorded()
    {
        // Somebody of this test's own: refusals are written down within a budget per person and minute.
        var holder = Actors.Person($"holder-{Guid.NewGuid():N}");
        var link = await AskAsync();
        await Deposits.DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), holder, Cancel);

        Assert.Equal("deposit-fulfilled", (await RefusedAsync(() => Deposits.DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), holder, Cancel))).Code);
        Assert.Equal("deposit-fulfilled", (await RefusedAsync(() => Deposits.OpenDepositAsync(link.Token, holder, Cancel))).Code);
        Assert.True(await portal.QueryAsync(db => db.AuditEvents.AnyAsync(e => e.Code == "deposit.refused" && e.TargetId == link.Id.ToString(), Cancel)));
    }

    [Fact]
    public async Task Deposit_KeyHeldAlready_DoesNotNameTheHolder()
    {
        var key = portal.World.CreateKey();
        var held = await portal.AddAsync(key);
        var link = await AskAsync();

        var problem = await RefusedAsync(() => Deposits.DepositAsync(link.Token, Keys.Form(key), Actors.Nobody, Cancel));

        Assert.Equal("key-held", problem.Code);
        Assert.DoesNotContain(held.Label, problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(held.OwnerName, problem.Sentence, StringComparison.Ordinal);
        await Deposits.OpenDepositAsync(link.Token, Actors.Nobody, Cancel);
    }

    [Fact]
    public async Task Open_WithdrawnExpiredUnknownOrNotSignedIn_SaysWhich()
    {
        var withdrawn = await AskAsync();
        await Deposits.WithdrawAsync(withdrawn.Id, Actors.KeyCustodian, Cancel);
        var expired = await AskAsync();
        portal.Clock.Advance(TimeSpan.FromDays(8));

        Assert.Equal("deposit-withdrawn", (await RefusedAsync(() => Deposits.OpenDepositAsync(withdrawn.Token, Actors.Nobody, Cancel))).Code);
        Assert.Equal("deposit-expired", (await RefusedAsync(() => Deposits.OpenDepositAsync(expired.Token, Actors.Nobody, Cancel))).Code);
        Assert.Equal("deposit-expired", (await RefusedAsync(() => Deposits.DepositAsync(expired.Token, Keys.Form(portal.World.CreateKey()), Actors.Nobody, Cancel))).Code);
        Assert.Equal("deposit-unknown", (await RefusedAsync(() => Deposits.OpenDepositAsync("made up", Actors.Nobody, Cancel))).Code);
        Assert.Equal("deposit-sign-in", (await RefusedAsync(() => Deposits.OpenDepositAsync(withdrawn.Token, Actor.Anonymous, Cancel))).Code);
    }

    [Fact]
    public async Task Open_ManyWrongTokens_FillNoAudit()
    {
        var guesser = Actors.Person($"guesser-{Guid.NewGuid():N}");
        for (var tries = 0; tries < 40; tries++) await RefusedAsync(() => Deposits.OpenDepositAsync($"made up {tries}", guesser, Cancel));
        var first = await RefusalsAsync(guesser);
        portal.Clock.Advance(TimeSpan.FromMinutes(2));
        await RefusedAsync(() => Deposits.OpenDepositAsync("made up again", guesser, Cancel));

        Assert.InRange(first.Count, 1, RefusalBudget.PerCaller);
        Assert.Contains("\"unrecorded-before\":35", (await RefusalsAsync(guesser))[^1], StringComparison.Ordinal);
    }

    [Fact, Trait("Invariant", "26")]
    public async Task Deposit_AppleRefusesTheKey_LinkTakesTheCorrectedOneUntilItWorks()
    {
        var key = portal.World.CreateKey();
        var link = await AskAsync();
        var mistyped = Keys.Form(key, issuer: "57246542-96fe-1a63-e053-0824d011072a");

        var refused = await Deposits.DepositAsync(link.Token, mistyped, Actors.Nobody, Cancel);
        var again = await Deposits.OpenDepositAsync(link.Token, Actors.Nobody, Cancel);
        var revoked = portal.World.CreateKey();
        portal.World.RevokeKey(revoked.KeyId);
        var secondTry = await Deposits.DepositAsync(link.Token, Keys.Form(revoked), Actors.Nobody, Cancel);
        var works = await Deposits.DepositAsync(link.Token, Keys.Form(key), Actors.Nobody, Cancel);

        Assert.Equal((false, "key-never-accepted", false), (refused.Works, refused.Problem?.Code, secondTry.Works));
        Assert.Equal(("Aurora", true), (again.Label, works.Works));
        var request = Assert.Single(await Deposits.ListAsync(Actors.ProgramManager, Cancel), r => r.Id == link.Id);
        Assert.Equal(DepositState.Fulfilled, request.State);
        var credential = await portal.Get<CredentialService>().GetAsync(request.CredentialId!.Value, Actors.KeyCustodian, Cancel);
        Assert.Equal((CredentialStatus.Active, key.KeyId, key.IssuerId, 3), (credential.Summary.Status, credential.Summary.KeyId, credential.Summary.IssuerId, credential.Summary.ActiveVersion));
        Assert.Equal(
            ["credential.added", "credential.verify-failed", "deposit.not-accepted", "credential.version-added", "credential.verify-failed", "deposit.not-accepted", "credential.version-added", "credential.verified", "deposit.fulfilled"],
            (await portal.AuditCodesAsync(credential.Summary.Id)).Where(code => code is not "credential.failing"));
        Assert.Equal("deposit-fulfilled", (await RefusedAsync(() => Deposits.DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), Actors.Nobody, Cancel))).Code);
    }

    [Fact]
    public async Task Deposit_NotAcceptedYet_IsFulfilledWhenSomebodySeesItWork()
    {
        var key = portal.World.CreateKey();
        var link = await AskAsync();
        portal.World.AddFault("503", pathContains: "/v1/apps", times: 20);
        Assert.False((await Deposits.DepositAsync(link.Token, Keys.Form(key), Actors.Nobody, Cancel)).Works);
        portal.World.Faults.Clear();
        var open = Assert.Single(await Deposits.ListAsync(Actors.ProgramManager, Cancel), r => r.Id == link.Id);

        await portal.Get<CredentialService>().VerifyAsync(open.CredentialId!.Value, Actors.KeyCustodian, Cancel);

        Assert.Equal(DepositState.Open, open.State);
        Assert.Equal("deposit-fulfilled", (await RefusedAsync(() => Deposits.OpenDepositAsync(link.Token, Actors.Nobody, Cancel))).Code);
    }

    [Fact]
    public async Task Ask_Link_IsStoredAsAHashOnly()
    {
        var link = await AskAsync();

        var row = await portal.QueryAsync(db => db.DepositRequests.SingleAsync(d => d.Id == link.Id, Cancel));

        Assert.NotEqual(link.Token, row.TokenHash);
        Assert.DoesNotContain(link.Token, link.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ByThoseWhoMayNot_IsRefused()
    {
        foreach (var actor in Actors.All.Where(actor => !actor.May(Permission.AskForCredential)))
        {
            Assert.Equal("access-refused", (await RefusedAsync(() => Deposits.AskAsync(CredentialKind.AppleTeamKey, "x", null, actor, Cancel))).Code);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<List<string>> RefusalsAsync(Actor actor) => portal.QueryAsync(async db =>
        (await db.AuditEvents.Where(e => e.ActorId == actor.Id && e.Code == "deposit.refused").OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => e.Payload).ToListAsync(Cancel)).ConvertAll(System.Text.Encoding.UTF8.GetString));

    private Task<DepositLink> AskAsync() => Deposits.AskAsync(CredentialKind.AppleTeamKey, "Aurora", "Please", Actors.ProgramManager, Cancel);

    private static async Task<Problem> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem;
}
