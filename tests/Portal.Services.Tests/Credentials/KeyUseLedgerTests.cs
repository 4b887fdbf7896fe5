using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

[Trait("Invariant", "27")]
public class KeyUseLedgerTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task List_EachRole_SeesItsScope()
    {
        var mine = await portal.AddAsync();
        var other = await portal.AddAsync(actor: Actors.Person("other-custodian", Role.KeyCustodian));
        await portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(other.Id, Actors.ProgramManager, "page: list apps"), Cancel);

        var reviewer = await ListAsync(Actors.SecurityReviewer);
        var custodian = await ListAsync(Actors.KeyCustodian);
        var manager = await ListAsync(Actors.ProgramManager);

        Assert.Contains(reviewer.Entries, use => use.CredentialId == other.Id);
        Assert.Contains(custodian.Entries, use => use.CredentialId == mine.Id);
        Assert.DoesNotContain(custodian.Entries, use => use.CredentialId == other.Id);
        Assert.All(manager.Entries, use => Assert.Equal(Actors.ProgramManager.Id, use.ActorId));
        Assert.NotEmpty(manager.Entries);
        Assert.Empty((await ListAsync(Actors.Viewer)).Entries);
        await Assert.ThrowsAsync<ProblemException>(() => ListAsync(Actors.Nobody));
    }

    [Fact]
    public async Task List_Filtered_CountsWhatIsShownAndWhatThereIs()
    {
        var key = await portal.AddAsync();
        portal.World.AddFault("403-agreement", pathContains: "/v1/apps");
        await Assert.ThrowsAnyAsync<Exception>(() => portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(key.Id, Actors.KeyCustodian, "page: list apps"), Cancel));

        var refused = await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id, Result: KeyUseResult.Refused));
        var byPerson = await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id, Person: "KEY-cust"));

        Assert.Equal("/v1/apps", Assert.Single(refused.Entries).PathTemplate);
        Assert.Equal((1, true), (refused.Shown, refused.Total > 1));
        Assert.Equal(3, byPerson.Shown);
    }

    [Fact, Trait("Invariant", "26")]
    public async Task List_AskedWhetherTheKeyIsAnAdmins_NoIsAnAnswer()
    {
        var key = await portal.AddAsync();

        var uses = await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id));
        var succeeded = await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id, Result: KeyUseResult.Succeeded));

        var asked = Assert.Single(uses.Entries, use => use.PathTemplate == "/v1/users");
        Assert.Equal((403, true), (asked.Status, asked.IsAnswered));
        Assert.Equal(2, succeeded.Shown);
        Assert.Empty((await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id, Result: KeyUseResult.Refused))).Entries);
        var codes = await portal.QueryAsync(db => db.AuditEvents.Where(e => e.CredentialId == key.Id && e.Code.StartsWith("key.")).Select(e => e.Code).ToListAsync(Cancel));
        Assert.Equal(["key.used", "key.used"], codes);
    }

    [Fact, Trait("Invariant", "40")]
    public async Task List_SomebodyElseUsesAKey_SaysSoWithTheHourToWhoAnswersForIt()
    {
        var key = await portal.AddAsync();
        var now = portal.Clock.GetUtcNow();
        await portal.QueryAsync(db => db.Credentials.Where(c => c.Id == key.Id).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.ForeignCalls, 43).SetProperty(c => c.ForeignCallsAt, now), Cancel));

        var seen = Assert.Single((await ListAsync(Actors.SecurityReviewer, new KeyUseFilter(CredentialId: key.Id))).Foreign);

        Assert.Equal((key.Id, 43, now.AddHours(-1), now), (seen.CredentialId, seen.Calls, seen.From, seen.To));
        Assert.Contains((await ListAsync(Actors.KeyCustodian)).Foreign, f => f.CredentialId == key.Id);
        Assert.Empty((await ListAsync(Actors.Person("other-custodian", Role.KeyCustodian))).Foreign);
        Assert.Empty((await ListAsync(Actors.ProgramManager)).Foreign);
        await portal.QueryAsync(db => db.Credentials.Where(c => c.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.ForeignCallsAt, now.AddHours(-25)), Cancel));
        Assert.DoesNotContain((await ListAsync(Actors.SecurityReviewer)).Foreign, f => f.CredentialId == key.Id);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<KeyUsePage> ListAsync(Actor actor, KeyUseFilter? filter = null) => portal.Get<KeyUseLedger>().ListAsync(filter ?? new KeyUseFilter(), actor, cancel: Cancel);
}
