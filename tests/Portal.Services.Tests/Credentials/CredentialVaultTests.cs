using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Xunit;

namespace Portal.Tests.Credentials;

[Trait("Invariant", "25")]
public class CredentialVaultTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private CredentialVault Vault => portal.Get<CredentialVault>();

    [Fact]
    public void WithPrivateKey_SameCredentialAndVersion_Signs()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = Row(Guid.CreateVersion7(), 1, id => Vault.Seal(id, 1, Parse(pair)));

        var signature = Vault.WithPrivateKey(row, key => key.SignData("x"u8, HashAlgorithmName.SHA256));

        Assert.True(pair.VerifyData("x"u8, signature, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void WithPrivateKey_CiphertextOfAnotherCredentialVersionOrKind_IsLocked()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Guid.CreateVersion7();
        var sealedKey = Vault.Seal(id, 1, Parse(pair));

        Assert.Equal(CredentialProblems.Locked, Refused(() => Vault.WithPrivateKey(Row(Guid.CreateVersion7(), 1, _ => sealedKey), _ => true)));
        Assert.Equal(CredentialProblems.Locked, Refused(() => Vault.WithPrivateKey(Row(id, 2, _ => sealedKey), _ => true)));
        Assert.Equal(CredentialProblems.Locked, Refused(() => Vault.WithApiKey(Row(id, 1, _ => sealedKey), _ => true)));
        Assert.True(Vault.WithPrivateKey(Row(id, 1, _ => sealedKey), _ => true));
    }

    [Fact]
    public void WithPrivateKey_ChangedCiphertext_IsLocked()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = Row(Guid.CreateVersion7(), 1, id => Vault.Seal(id, 1, Parse(pair)));
        row.Sealed[^1] ^= 1;

        Assert.Equal(CredentialProblems.Locked, Refused(() => Vault.WithPrivateKey(row, _ => true)));
    }

    [Fact]
    public void WithApiKey_SameCredentialAndVersion_LendsIt()
    {
        var row = Row(Guid.CreateVersion7(), 3, id => Vault.Seal(id, 3, "abcdefgh12345678"));

        Assert.Equal(16, Vault.WithApiKey(row, key => key.Length));
    }

    [Fact]
    public void WithPrivateKey_UsedAfterwards_IsGone()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = Row(Guid.CreateVersion7(), 1, id => Vault.Seal(id, 1, Parse(pair)));

        var kept = Vault.WithPrivateKey(row, key => key);

        Assert.Throws<ObjectDisposedException>(() => kept.SignData("x"u8, HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task Ring_InTheDatabase_IsWrappedByTheCertificate()
    {
        Vault.Seal(Guid.CreateVersion7(), 1, "abcdefgh12345678");

        var xml = await portal.QueryAsync(db => db.RingKeys.Where(k => k.Ring == "vault").Select(k => k.Xml).ToListAsync(TestContext.Current.CancellationToken));

        Assert.All(xml, text => Assert.Contains("<wrappedKey", text, StringComparison.Ordinal));
        Assert.All(xml, text => Assert.DoesNotContain("<masterKey", text, StringComparison.Ordinal));
    }

    private static PrivateKey Parse(ECDsa pair) => PrivateKey.Parse(Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem()), null).OrThrow();

    private static Problem Refused(Func<bool> use) => Assert.Throws<ProblemException>(() => use()).Problem;

    private static CredentialVersionRow Row(Guid id, int number, Func<Guid, byte[]> seal) =>
        new() { CredentialId = id, Number = number, Sealed = seal(id), CreatedBy = "t" };
}
