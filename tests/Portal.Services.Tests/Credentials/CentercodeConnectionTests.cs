using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;
using Portal.Services.Credentials;
using Portal.Services.Tests.Sync;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>Centercode offers no call that only checks a key, so nothing is said of one before rows were read with it.</summary>
[Trait("Invariant", "26")]
public class CentercodeConnectionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Add_WithoutAPackageToTry_IsNotActiveUntilRowsWereRead()
    {
        var added = await AddAsync(portal.World.CentercodeApiKey);
        var rows = await portal.Get<CentercodeClient>().ReadRowsAsync(new KeyUse(added.Id, Actors.ProgramManager, "page: look into a team's source"), Package, Cancel);

        Assert.Equal((CredentialStatus.Unverified, null), (added.Status, added.Problem));
        Assert.Null(rows.Problem);
        var after = await portal.Get<CredentialService>().GetAsync(added.Id, Actors.KeyCustodian, Cancel);
        Assert.Equal(CredentialStatus.Active, after.Summary.Status);
        Assert.Equal("Reads Data Packages.", after.Capability.InWords(CredentialKind.CentercodeApiKey));
        Assert.Equal(["credential.added", "credential.verified"], await portal.AuditCodesAsync(added.Id));
        await portal.Get<CredentialService>().RetireAsync(added.Id, Actors.KeyCustodian, Cancel);
    }

    [Theory]
    [InlineData(true, CredentialStatus.Active, null)]
    [InlineData(false, CredentialStatus.Failing, "api-key-refused")]
    public async Task Add_WithAPackageToTry_SaysAtOnceWhetherTheKeyReads(bool right, CredentialStatus status, string? problem)
    {
        var added = await AddAsync(right ? portal.World.CentercodeApiKey : "a-key-of-nobody", Package);

        Assert.Equal((status, problem), (added.Status, added.Problem?.Code));
        await portal.Get<CredentialService>().RetireAsync(added.Id, Actors.KeyCustodian, Cancel);
    }

    [Fact]
    public async Task Add_PackageOfAnotherHost_IsRefusedAndNothingIsStored()
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => AddAsync("another-key-of-nobody", "https://elsewhere.example/api/data/x"));

        Assert.Equal("source-foreign-host", refused.Problem.Code);
        Assert.False(await portal.QueryAsync(db => db.KeyUses.AnyAsync(u => u.PathTemplate.Contains("elsewhere"), Cancel)));
    }

    [Fact]
    public async Task Verify_ConnectionOfALink_ReadsThatLinksPackage()
    {
        await using var stage = await SyncStage.StartAsync();
        var credentials = stage.Portal.Get<CredentialService>();

        var good = await credentials.VerifyAsync(stage.ConnectionId, Actors.KeyCustodian, Cancel);
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = true };
        var bad = await credentials.VerifyAsync(stage.ConnectionId, Actors.KeyCustodian, Cancel);

        Assert.Equal((CredentialStatus.Active, CredentialStatus.Failing, "api-key-refused"), (good.Status, bad.Status, bad.Problem?.Code));
        Assert.All(await stage.DataAsync(db => db.KeyUses.Where(u => u.CredentialId == stage.ConnectionId).Select(u => u.PathTemplate).ToListAsync(Cancel)),
            path => Assert.Contains("/api/data/", path, StringComparison.Ordinal));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Package => $"{portal.Simulator.Address}/centercode/api/data/{SyncStage.Team}?format=json";

    private Task<CredentialSummary> AddAsync(string apiKey, string? package = null) => portal.Get<CredentialService>().AddCentercodeAsync(
        new() { CommunityAddress = $"{portal.Simulator.Address}/centercode", ApiKey = apiKey, DataPackage = package }, Actors.KeyCustodian, Cancel);
}
