using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>F33: a certificate that is missing or another one locks the credentials and nothing else.</summary>
[Trait("Invariant", "25")]
public class LockedVaultTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("another")]
    [InlineData("damaged")]
    [Trait("Failure", "F33")]
    public async Task Credential_WithoutItsCertificate_IsLockedUntilItIsBackAndThenWhatItWas(string certificate)
    {
        await using var portal = await PortalFixture.StartAsync();
        var added = await portal.AddAsync();
        Assert.Equal(CredentialStatus.Active, added.Status);
        var right = await File.ReadAllBytesAsync(portal.CertificatePath, Cancel);
        var ringBefore = await RingAsync(portal);

        if (certificate == "missing") File.Delete(portal.CertificatePath);
        else if (certificate == "another") VaultCertificate.WriteAnotherTo(portal.CertificatePath);
        else await File.WriteAllBytesAsync(portal.CertificatePath, right[..100], Cancel);
        await portal.RestartAsync();

        var locked = Assert.Single(await portal.Get<CredentialService>().ListAsync(Actors.KeyCustodian, Cancel));
        Assert.Equal(CredentialStatus.Locked, locked.Status);
        Assert.Equal(CredentialProblems.Locked, locked.Problem);
        Assert.Equal(CredentialProblems.Locked, await RefusedAsync(() => portal.Get<CredentialService>().VerifyAsync(added.Id, Actors.KeyCustodian, Cancel)));
        Assert.Equal(CredentialProblems.Locked, await RefusedAsync(() => portal.AddAsync()));
        await Assert.ThrowsAsync<AppleException>(() => portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(added.Id, Actors.KeyCustodian, "test"), Cancel));
        Assert.Equal(ringBefore, await RingAsync(portal));

        await File.WriteAllBytesAsync(portal.CertificatePath, right, Cancel);
        await portal.RestartAsync();

        var back = Assert.Single(await portal.Get<CredentialService>().ListAsync(Actors.KeyCustodian, Cancel));
        Assert.Equal(CredentialStatus.Active, back.Status);
        Assert.Equal(CredentialStatus.Active, (await portal.Get<CredentialService>().VerifyAsync(added.Id, Actors.KeyCustodian, Cancel)).Status);
    }

    [Fact]
    public async Task Retire_LockedCredential_IsStillPossible()
    {
        await using var portal = await PortalFixture.StartAsync();
        var added = await portal.AddAsync();
        File.Delete(portal.CertificatePath);
        await portal.RestartAsync();

        await portal.Get<CredentialService>().RetireAsync(added.Id, Actors.KeyCustodian, Cancel);

        Assert.Equal(CredentialStatus.Retired, Assert.Single(await portal.Get<CredentialService>().ListAsync(Actors.KeyCustodian, Cancel)).Status);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<string> RingAsync(PortalFixture portal) =>
        portal.QueryAsync(async db => string.Join('\n', await db.RingKeys.OrderBy(k => k.Id).Select(k => k.Xml).ToListAsync(Cancel)));

    private static async Task<Problem> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem;
}
