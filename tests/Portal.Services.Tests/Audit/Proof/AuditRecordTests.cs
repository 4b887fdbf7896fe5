using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Alerts;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Tests;

namespace Portal.Services.Tests.Audit.Proof;

[Trait("Invariant", "28")]
public class AuditRecordTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Number_Events_StandInTheTreeAndTheCheckpointIsOverThem(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await Ledger.WriteAsync(portal, 700);
        await Ledger.NumberAsync(portal);

        var checkpoint = await Ledger.SignAsync(portal);

        var payloads = await Ledger.DataAsync(portal, db => db.AuditEvents.OrderBy(e => e.Leaf).Select(e => e.Payload).ToListAsync(Cancel));
        var edge = new MerkleEdge();
        foreach (var payload in payloads) edge.Append(MerkleHash.Leaf(payload));
        Assert.Equal((700, Convert.ToHexStringLower(edge.Root())), (checkpoint.Size, checkpoint.Root));
        var outside = Assert.Single(File.ReadAllLines(Directory.GetFiles(portal.AuditFolder, "checkpoints-*.jsonl").Single()));
        Assert.Contains(checkpoint.Note.Split('\n')[2], outside.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        var read = await Ledger.ReadAsync(portal);
        Assert.True(read.IsWhole, string.Join(' ', read.Findings));
        Assert.Equal((700, 700, 0, 1), (read.WholeUpTo, read.Covered, read.Above, read.Checkpoints));
    }

    [Theory, EachDatabase]
    public async Task Number_ForgedAndChangedRows_AreLeftOutAndAlertedAndTheOthersGoOn(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await Ledger.WriteAsync(portal, 6);
        var ids = await Ledger.DataAsync(portal, db => db.AuditEvents.OrderBy(e => e.At).Select(e => e.Id).ToListAsync(Cancel));
        await Ledger.SqlAsync(portal, $"""UPDATE audit_events SET "Code" = 'link.paused' WHERE "Id" = {ids[1]}""");
        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Id == ids[3]).ExecuteUpdateAsync(set => set.SetProperty(e => e.Mac, new byte[32]), Cancel));

        await Ledger.NumberAsync(portal);

        var leaves = await Ledger.DataAsync(portal, db => db.AuditEvents.OrderBy(e => e.At).Select(e => e.Leaf).ToListAsync(Cancel));
        Assert.Equal([0, null, 1, null, 2, 3], leaves);
        var read = await Ledger.ReadAsync(portal);
        Assert.Equal((2, true), (read.Refused, read.IsWhole));
        Assert.Equal(new[] { ids[1], ids[3] }.Order(), read.RefusedIds.Order());
        await portal.Get<AlertSweep>().RunAsync(Cancel);
        Assert.True(await Ledger.DataAsync(portal, db => db.Alerts.AnyAsync(a => a.ProblemCode == "audit-forged", Cancel)));
    }

    [Fact]
    public async Task Sign_OlderCopyOrAnotherPast_IsRefusedAndAlerted()
    {
        await using var portal = await PortalFixture.StartAsync();
        await Ledger.WriteAsync(portal, 300);
        await Ledger.NumberAsync(portal);
        await Ledger.SignAsync(portal);
        Assert.Null(await Ledger.RefusedAsync(() => Ledger.SignAsync(portal)));

        await Ledger.SqlAsync(portal, $"""UPDATE audit_tiles SET "Hashes" = substr("Hashes", 1, 32) WHERE "Level" = 0 AND "Index" = 1""");

        Assert.Equal("audit-went-back", await Ledger.RefusedAsync(() => Ledger.SignAsync(portal)));
        await portal.Get<AlertSweep>().RunAsync(Cancel);
        Assert.True(await Ledger.DataAsync(portal, db => db.Alerts.AnyAsync(a => a.ProblemCode == "audit-went-back", Cancel)));
        await Ledger.SqlAsync(portal, $"""UPDATE audit_tiles SET "Hashes" = zeroblob(44 * 32) WHERE "Level" = 0 AND "Index" = 1""");
        Assert.Equal("audit-another-past", await Ledger.RefusedAsync(() => Ledger.SignAsync(portal)));
    }

    [Fact]
    public async Task Sign_EventChangedSinceItsPlace_IsNotSignedOver()
    {
        await using var portal = await PortalFixture.StartAsync();
        await Ledger.WriteAsync(portal, 20);
        await Ledger.NumberAsync(portal);
        await Ledger.SqlAsync(portal, $"""UPDATE audit_events SET "TargetId" = 'another' WHERE "Leaf" = 12""");

        Assert.Equal("audit-not-whole", await Ledger.RefusedAsync(() => Ledger.SignAsync(portal)));

        Assert.False(await Ledger.DataAsync(portal, db => db.AuditCheckpoints.AnyAsync(Cancel)));
    }

    [Fact]
    public async Task Verify_ErasedText_IsAllowedAndCounted()
    {
        await using var portal = await PortalFixture.StartAsync();
        await Ledger.WriteAsync(portal, 10);
        await Ledger.NumberAsync(portal);
        await Ledger.DataAsync(portal, db => db.AuditTexts.OrderBy(t => t.EventId).Take(3).ExecuteDeleteAsync(Cancel));

        var read = await portal.Get<AuditProofService>().VerifyAsync(Actors.SecurityReviewer, Cancel);

        Assert.Equal((true, 3), (read.IsWhole, read.Erased));
        Assert.True(await Ledger.DataAsync(portal, db => db.AuditEvents.AnyAsync(e => e.Code == AuditCodes.AuditVerified.Name, Cancel)));
        Assert.Equal(10, (await portal.Get<AuditProofService>().StateAsync(Actors.SecurityReviewer, Cancel)).Last!.WholeUpTo);
    }

    [Fact]
    public async Task Proofs_OfEventsAndSizes_LeadToTheCheckpoint()
    {
        await using var portal = await PortalFixture.StartAsync();
        var proofs = portal.Get<AuditProofService>();
        await Ledger.WriteAsync(portal, 600);
        await Ledger.NumberAsync(portal);
        var first = await Ledger.SignAsync(portal);
        await Ledger.WriteAsync(portal, 77);
        await Ledger.NumberAsync(portal);
        var second = await Ledger.SignAsync(portal);
        var id = await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == 260).Select(e => e.Id).SingleAsync(Cancel));

        var inclusion = await proofs.ProveInclusionAsync(id, Actors.SecurityReviewer, Cancel);
        var consistency = await proofs.ProveConsistencyAsync(first.Size, second.Size, Actors.SecurityReviewer, Cancel);

        Assert.True(MerkleProof.HoldsInclusion(Hex(inclusion.LeafHash), 260, 677, [.. inclusion.Hashes.Select(Hex)], Hex(second.Root)));
        Assert.True(MerkleProof.HoldsConsistency(600, Hex(first.Root), 677, Hex(second.Root), [.. consistency.Hashes.Select(Hex)]));
        Assert.Equal("audit-no-such-sizes", await Ledger.RefusedAsync(() => proofs.ProveConsistencyAsync(5, 900, Actors.SecurityReviewer, Cancel)));
        Assert.Equal("access-refused", await Ledger.RefusedAsync(() => proofs.VerifyAsync(Actors.Support, Cancel)));
    }

    [Fact]
    public async Task Keys_SecondTime_AreNotOverwrittenAndSayNothingOfThemselves()
    {
        await using var portal = await PortalFixture.StartAsync();
        var (mac, seed, key) = AuditKeyFiles.Read(portal.AuditFolder);

        Assert.Throws<IOException>(() => AuditKeyFiles.Make(portal.AuditFolder, "portal.example/audit"));

        Assert.Equal(NoteKey.Parse(key.ToString()).ToString(), key.ToString());
        Assert.DoesNotContain(Convert.ToBase64String(seed), System.Text.Json.JsonSerializer.Serialize(portal.Get<AuditKeys>()), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(mac), $"{portal.Get<AuditKeys>()}", StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(portal.AuditFolder, "audit-signing.key")));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
