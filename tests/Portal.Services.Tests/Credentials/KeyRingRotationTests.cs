using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>Another certificate takes the place of the one that wraps the vault: in steps that survive a kill, and for good.</summary>
[Trait("Invariant", "25")]
public class KeyRingRotationTests
{
    private const int Kept = 3;

    [Fact]
    public async Task RunAsync_KilledInTheMiddle_GoesOnAndTheEarlierCertificateOpensNothing()
    {
        using var folder = new TemporaryFolder();
        await using var portal = await PortalFixture.StartAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 6; i++) ids.Add((await portal.AddAsync()).Id);
        // The fixture's file is the new certificate from here on; what it was stays as the earlier one.
        var earlier = folder.File("earlier.p12");
        File.Copy(portal.CertificatePath, earlier);
        VaultCertificate.WriteAnotherTo(portal.CertificatePath);
        portal.Set("KeyRing:EarlierCertificatePath", earlier);
        portal.Set("KeyRing:EarlierCertificatePassword", VaultCertificate.Password);
        await portal.RestartAsync();
        await AllAsync(portal, CredentialStatus.Active);

        await Assert.ThrowsAsync<KilledException>(() => portal.Get<KeyRingRotation>().RunAsync(step => { if (step.Done == Kept) throw new KilledException(); }, Cancel));

        await portal.RestartAsync();
        var half = await portal.Get<KeyRingRotation>().StateAsync(Cancel);
        Assert.Equal(half.Secrets - Kept, half.UnderEarlierKeys);
        await AllAsync(portal, CredentialStatus.Active);
        foreach (var id in ids) await portal.Get<AppStoreConnectClient>().ListAppsAsync(new KeyUse(id, Actors.KeyCustodian, "test"), Cancel);

        var steps = new List<RotationProgress>();
        var done = await portal.Get<KeyRingRotation>().RunAsync(steps.Add, Cancel);

        Assert.Equal(new RotationProgress(half.Secrets, half.Secrets, 0), done);
        Assert.Equal(Enumerable.Range(Kept, half.Secrets - Kept + 1), steps.Select(step => step.Done));
        Assert.Equal((0, 0), await LeftAsync(portal));
        // One begin for each start; one end.
        Assert.Equal(["key-ring.rotated", "key-ring.rotation-started", "key-ring.rotation-started"], (await portal.QueryAsync(db => db.AuditEvents.Where(e => e.Code.StartsWith("key-ring.")).Select(e => e.Code).ToListAsync(Cancel))).Order());
        Assert.Equal(done, await portal.Get<KeyRingRotation>().RunAsync(_ => { }, Cancel));

        portal.Set("KeyRing:EarlierCertificatePath", null);
        await portal.RestartAsync();
        await AllAsync(portal, CredentialStatus.Active);
        Assert.NotNull(portal.Get<PortalSecrets>().Find(PortalSecrets.PersonId));

        File.Copy(earlier, portal.CertificatePath, overwrite: true);
        await portal.RestartAsync();
        await AllAsync(portal, CredentialStatus.Locked);
        using var wrap = CertificateWrap.OfFile(earlier, VaultCertificate.Password);
        foreach (var key in await RingAsync(portal)) Assert.NotEqual(wrap.Id, RingXml.WrappedBy(RingXml.In(key)!));
    }

    [Fact]
    public async Task RunAsync_WithoutTheEarlierCertificate_SaysSoAndChangesNothing()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddAsync();
        var before = await RingAsync(portal);
        // A second ring key, of a certificate nobody has: what a half-made rotation leaves.
        await portal.QueryAsync(async db =>
        {
            var row = await db.RingKeys.AsNoTracking().FirstAsync(k => k.Ring == VaultRing.RingName, Cancel);
            var key = XElement.Parse(row.Xml);
            key.SetAttributeValue("id", Guid.NewGuid());
            RingXml.In(key)!.SetAttributeValue("by", new string('0', 64));
            db.RingKeys.Add(new() { Ring = VaultRing.RingName, FriendlyName = "other", Xml = key.ToString(SaveOptions.DisableFormatting) });
            return await db.SaveChangesAsync(Cancel);
        });
        await portal.RestartAsync();

        var refused = await Assert.ThrowsAsync<ProblemException>(() => portal.Get<KeyRingRotation>().RunAsync(_ => { }, Cancel));

        Assert.Equal(CredentialProblems.EarlierCertificateMissing, refused.Problem);
        Assert.Equal(before.Count + 1, (await RingAsync(portal)).Count);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task AllAsync(PortalFixture portal, CredentialStatus status) =>
        Assert.All(await portal.Get<CredentialService>().ListAsync(Actors.KeyCustodian, Cancel), credential => Assert.Equal(status, credential.Status));

    private static async Task<(int, int)> LeftAsync(PortalFixture portal)
    {
        var state = await portal.Get<KeyRingRotation>().StateAsync(Cancel);
        return (state.WrappedByOthers, state.UnderEarlierKeys);
    }

    private static async Task<List<XElement>> RingAsync(PortalFixture portal) =>
        [.. (await portal.QueryAsync(db => db.RingKeys.Where(k => k.Ring == VaultRing.RingName).Select(k => k.Xml).ToListAsync(Cancel))).Select(xml => XElement.Parse(xml))];

    private sealed class KilledException : Exception;
}
