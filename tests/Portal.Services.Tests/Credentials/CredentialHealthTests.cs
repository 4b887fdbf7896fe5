using Microsoft.EntityFrameworkCore;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

public class CredentialHealthTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    [Trait("Invariant", "23")]
    public async Task Report_OneRefusalBetweenGoodAnswers_IsAHiccup()
    {
        var key = await portal.AddAsync();
        portal.World.AddFault("401", times: 1);

        await ListAppsAsync(key.Id);
        await ListAppsAsync(key.Id);

        Assert.Equal(CredentialStatus.Active, await StatusAsync(key.Id));
        Assert.DoesNotContain("credential.failing", await portal.AuditCodesAsync(key.Id));
    }

    [Fact]
    [Trait("Invariant", "23")]
    [Trait("Failure", "F1")]
    public async Task Report_ThreeRefusalsInARow_FailsTheKeyAndBlocksItsActiveLinksUntilItWorksAgain()
    {
        var key = await portal.AddAsync();
        var active = await portal.LinkAsync(key.Id, LinkState.Active);
        var paused = await portal.LinkAsync(key.Id, LinkState.Paused);
        // Of each read the first token is scoped and does not count.
        portal.World.AddFault("401", times: 6);
        await Assert.ThrowsAsync<AppleException>(() => ListAppsAsync(key.Id));
        await Assert.ThrowsAsync<AppleException>(() => ListAppsAsync(key.Id));

        Assert.Equal((CredentialStatus.Failing, LinkState.Blocked, LinkState.Paused), (await StatusAsync(key.Id), await LinkStateAsync(active), await LinkStateAsync(paused)));
        Assert.Single(await portal.AuditCodesAsync(key.Id), code => code == "credential.failing");

        await ListAppsAsync(key.Id);

        Assert.Equal((CredentialStatus.Active, LinkState.Active), (await StatusAsync(key.Id), await LinkStateAsync(active)));
        Assert.Single(await portal.AuditCodesAsync(key.Id), code => code == "credential.recovered");
    }

    [Fact]
    [Trait("Invariant", "23")]
    public async Task Report_ManyRequestsRefusedWithOneToken_CountOnce()
    {
        var key = await portal.AddAsync();
        for (var i = 0; i < 5; i++) await Health.ReportAsync(key.Id, 1, KeyAnswer.Refused, "one token", Actors.KeyCustodian, Cancel);

        Assert.Equal(CredentialStatus.Active, await StatusAsync(key.Id));
    }

    [Fact]
    [Trait("Invariant", "26")]
    public async Task Report_WriteThatSucceeded_IsSeen()
    {
        var key = await portal.AddAsync();

        await Health.ReportAsync(key.Id, 1, KeyAnswer.Wrote, "t", Actors.ProgramManager, Cancel);

        var details = await portal.Get<CredentialService>().GetAsync(key.Id, Actors.KeyCustodian, Cancel);
        Assert.Equal("Authenticates, reads and writes.", details.Capability.InWords(CredentialKind.AppleTeamKey));
    }

    [Fact]
    [Trait("Invariant", "29")]
    public async Task Replace_NewKeyThatWorks_TakesThePlaceOfTheOldOne()
    {
        var key = await portal.AddAsync();
        var second = portal.World.CreateKey();

        var replaced = await portal.Get<CredentialService>().AddVersionAsync(key.Id, Keys.Form(second), Actors.KeyCustodian, Cancel);

        Assert.Equal((2, second.KeyId, CredentialStatus.Active), (replaced.ActiveVersion, replaced.KeyId, replaced.Status));
        var versions = (await portal.Get<CredentialService>().GetAsync(key.Id, Actors.KeyCustodian, Cancel)).Versions;
        Assert.Equal([VersionState.Active, VersionState.Retired], versions.Select(v => v.State));
        // A run in flight finishes on the version it began with.
        await portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(key.Id, Actors.KeyCustodian, "test") { Version = 1 }, Cancel);
    }

    [Fact]
    [Trait("Invariant", "29")]
    public async Task Replace_NewKeyThatDoesNotWork_LeavesTheOldOneInUse()
    {
        var key = await portal.AddAsync();
        var revoked = portal.World.CreateKey();
        portal.World.RevokeKey(revoked.KeyId);

        var problem = await Assert.ThrowsAsync<Domain.ProblemException>(() => portal.Get<CredentialService>().AddVersionAsync(key.Id, Keys.Form(revoked), Actors.KeyCustodian, Cancel));

        Assert.Equal("key-never-accepted", problem.Problem.Code);
        var after = (await portal.Get<CredentialService>().GetAsync(key.Id, Actors.KeyCustodian, Cancel)).Summary;
        Assert.Equal((1, key.KeyId, CredentialStatus.Active), (after.ActiveVersion, after.KeyId, after.Status));
    }

    [Fact]
    [Trait("Invariant", "23")]
    public async Task Replace_KeyThatFails_LetsItsLinksGoOn()
    {
        var first = portal.World.CreateKey();
        var key = await portal.AddAsync(first);
        var link = await portal.LinkAsync(key.Id);
        portal.World.RevokeKey(first.KeyId);
        Assert.Equal("key-revoked", (await portal.Get<CredentialService>().VerifyAsync(key.Id, Actors.KeyCustodian, Cancel)).Problem?.Code);
        Assert.Equal(LinkState.Blocked, await LinkStateAsync(link));

        await portal.Get<CredentialService>().AddVersionAsync(key.Id, Keys.Form(portal.World.CreateKey()), Actors.KeyCustodian, Cancel);

        Assert.Equal((CredentialStatus.Active, LinkState.Active), (await StatusAsync(key.Id), await LinkStateAsync(link)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CredentialHealth Health => portal.Get<CredentialHealth>();

    private async Task ListAppsAsync(Guid key)
    {
        var read = await portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(key, Actors.KeyCustodian, "test"), Cancel);
        Assert.True(read.Complete);
        // Past the quiet minute, so that the answer is written.
        portal.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    private Task<CredentialStatus> StatusAsync(Guid key) => portal.QueryAsync(db => db.Credentials.Where(c => c.Id == key).Select(c => c.Status).SingleAsync(Cancel));

    private Task<LinkState> LinkStateAsync(Guid link) => portal.QueryAsync(db => db.Links.Where(l => l.Id == link).Select(l => l.State).SingleAsync(Cancel));
}
