using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit.Proof;

/// <summary>
/// A thousand changes to copies of a record of a few hundred events by somebody who may do anything to the database. What the
/// README of the audit promises is found each time, named at the right place; what it does not promise is counted, too.
/// </summary>
[Trait("Invariant", "28")]
public class TamperingTests(ITestOutputHelper output)
{
    private const int Older = 170, Covered = 300, Size = 330, Tail = 6, EachClass = 56;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed record Class(string Name, bool Promised, Action<Tampering, long> Do, Func<AuditVerification, long, bool> Found);

    [Fact]
    public async Task Verify_AThousandTamperings_FindsEveryPromisedOneAtItsPlace()
    {
        await using var portal = await PortalFixture.StartAsync();
        var (master, older) = await MastersAsync(portal);
        var keys = portal.Get<AuditKeys>();
        var random = new Random(6962);
        var report = new List<string>();
        var (all, missed) = (0, new List<string>());
        foreach (var one in Classes(keys))
        {
            var found = 0;
            for (var i = 0; i < EachClass; i++, all++)
            {
                var leaf = one.Name.StartsWith("roll back", StringComparison.Ordinal) ? Older : random.NextInt64(5, Covered - 5);
                await RestoreAsync(portal, one.Name.StartsWith("roll back", StringComparison.Ordinal) ? older : master);
                await using (var hand = await OpenAsync(portal)) one.Do(new Tampering(hand, random, Size, Covered), leaf);
                if (one.Name.Contains("tail", StringComparison.Ordinal)) await Ledger.NumberAsync(portal);
                var read = await Ledger.ReadAsync(portal);
                if (one.Found(read, leaf)) found++;
                else if (one.Promised) missed.Add($"{one.Name} at {leaf}: {string.Join(' ', read.Findings)}");
            }
            report.Add($"{one.Name}: {found} of {EachClass} found{(one.Promised ? "" : ", not promised")}");
        }
        foreach (var line in report) output.WriteLine(line);
        output.WriteLine($"{all} tamperings");
        Assert.True(all >= 1000, $"{all}");
        Assert.Empty(missed);
        // What is not promised is not found by chance, either: the report says so.
        Assert.All(report.Where(line => line.Contains("not promised", StringComparison.Ordinal)), line => Assert.Contains(": 0 of", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_UntouchedCopy_IsWhole()
    {
        await using var portal = await PortalFixture.StartAsync();
        var (master, _) = await MastersAsync(portal);
        await RestoreAsync(portal, master);

        var read = await Ledger.ReadAsync(portal);

        Assert.True(read.IsWhole, string.Join(' ', read.Findings));
        Assert.Equal((Size, Covered, Size - Covered, Tail), (read.WholeUpTo, read.Covered, read.Above, read.Pending));
    }

    [Theory, EachDatabase]
    public async Task Verify_OneOfEachOnAServer_IsFound(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await Ledger.WriteAsync(portal, 300);
        await Ledger.NumberAsync(portal);
        await Ledger.SignAsync(portal);

        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == 40).ExecuteUpdateAsync(set => set.SetProperty(e => e.TargetId, "another"), Cancel));
        Assert.Equal((AuditDamage.Altered, 40), First(await Ledger.ReadAsync(portal)));
        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == 30).ExecuteDeleteAsync(Cancel));
        Assert.Equal((AuditDamage.Missing, 30), First(await Ledger.ReadAsync(portal)));
        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == 20).ExecuteUpdateAsync(set => set.SetProperty(e => e.Leaf, -1), Cancel));
        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == 21).ExecuteUpdateAsync(set => set.SetProperty(e => e.Leaf, 20), Cancel));
        await Ledger.DataAsync(portal, db => db.AuditEvents.Where(e => e.Leaf == -1).ExecuteUpdateAsync(set => set.SetProperty(e => e.Leaf, 21), Cancel));
        Assert.Equal((AuditDamage.Reordered, 20), First(await Ledger.ReadAsync(portal)));
        await Ledger.DataAsync(portal, db => db.AuditTiles.ExecuteDeleteAsync(Cancel));
        await Ledger.DataAsync(portal, db => db.AuditEvents.ExecuteDeleteAsync(Cancel));
        Assert.Equal((AuditDamage.Truncated, 0), First(await Ledger.ReadAsync(portal)));
    }

    private static (AuditDamage, long) First(AuditVerification read) => (read.Findings[0].Damage, read.Findings[0].Leaf);

    private static bool Is(AuditVerification read, AuditDamage damage, long leaf) => read.Findings.Count > 0 && First(read) == (damage, leaf);

    /// <summary>Somebody who has the MAC key too: the events agree with each other, and only a checkpoint outside tells.</summary>
    private static bool InInterval(AuditVerification read, long leaf) =>
        read.Findings.FirstOrDefault(f => f.Damage is AuditDamage.Rewritten) is { } interval && interval.Leaf <= leaf && leaf <= interval.To;

    private static IEnumerable<Class> Classes(AuditKeys keys)
    {
        yield return new("alter", true, (hand, leaf) => hand.AlterEvent(leaf), (read, leaf) => Is(read, AuditDamage.Altered, leaf));
        yield return new("drop", true, (hand, leaf) => hand.Drop(leaf), (read, leaf) => Is(read, AuditDamage.Missing, leaf));
        yield return new("drop and move up", true, (hand, leaf) => hand.DropAndMoveUp(leaf), (read, leaf) => Is(read, AuditDamage.Missing, leaf));
        yield return new("insert", true, (hand, leaf) => hand.Insert(leaf), (read, leaf) => Is(read, AuditDamage.Inserted, leaf));
        yield return new("swap", true, (hand, leaf) => hand.Swap(leaf, leaf + 1 + leaf % 4), (read, leaf) => Is(read, AuditDamage.Reordered, leaf));
        yield return new("truncate", true, (hand, leaf) => hand.CutTo(leaf), (read, leaf) => Is(read, AuditDamage.Truncated, leaf));
        yield return new("roll back to an older copy", true, (_, _) => { }, (read, leaf) => Is(read, AuditDamage.Truncated, leaf));
        yield return new("touch a leaf hash", true, (hand, leaf) => hand.TouchLeafHash(leaf), (read, leaf) => read.Findings.Count > 0 && read.Findings[0].Leaf <= leaf && read.Findings.Any(f => f.Leaf == leaf));
        yield return new("touch an upper node", true, (hand, _) => hand.TouchUpperTile(), (read, _) => Is(read, AuditDamage.Tree, 0));
        yield return new("rewrite leaves and nodes", true, (hand, leaf) => { hand.Rewrite(leaf, mac: null); hand.RebuildTree(); }, (read, leaf) => InInterval(read, leaf) && read.Findings.Any(f => f.Damage is AuditDamage.Altered && f.Leaf == leaf));
        yield return new("rewrite with the MAC key", true, (hand, leaf) => { hand.Rewrite(leaf, Mac); hand.RebuildTree(); }, InInterval);
        yield return new("drop and rebuild the tree", true, (hand, leaf) => { hand.DropAndMoveUp(leaf); hand.RebuildTree(); }, InInterval);
        yield return new("swap and rebuild the tree", true, (hand, leaf) => { hand.Swap(leaf, leaf + 2); hand.RebuildTree(); }, InInterval);
        yield return new("rebuild everything without the signing key", true, (hand, leaf) => { hand.Rewrite(leaf, Mac); hand.RebuildTree(); hand.ReplaceCheckpoints(OtherKey); },
            (read, leaf) => InInterval(read, leaf) && read.Findings.Any(f => f.Damage is AuditDamage.Checkpoint));
        yield return new("change the tail not yet taken in", true, (hand, _) => hand.TouchTail(), (read, _) => read.Refused == Tail);
        yield return new("forge a row in the tail", true, (hand, _) => hand.ForgeTail(), (read, _) => read.Refused == 1 && read.IsWhole && read.WholeUpTo == Size + Tail);
        yield return new("remove the tail not yet taken in", false, (hand, _) => hand.DropTail(), (read, _) => !read.IsWhole || read.Refused > 0);
        yield return new("cut above the last checkpoint outside", false, (hand, leaf) => hand.CutTo(Covered + leaf % (Size - Covered)), (read, _) => !read.IsWhole || read.Refused > 0);

        byte[] Mac(byte[] payload) => keys.Mac(payload);
    }

    private static string OtherKey(Checkpoint said) => new SignedNote(said.Text, [new NoteSignature(said.Origin, [1, 2, 3, 4], new byte[64])]).ToString();

    /// <summary>The record: 170 events, a checkpoint, 300, a checkpoint, 330, and a tail that waits; and an older copy with 170.</summary>
    private static async Task<(string Master, string Older)> MastersAsync(PortalFixture portal)
    {
        var (master, older) = (Path.Combine(portal.AuditFolder, "master.db"), Path.Combine(portal.AuditFolder, "older.db"));
        await GrowAsync(portal, Older);
        await Ledger.SignAsync(portal);
        await KeepAsync(portal, older);
        await GrowAsync(portal, Covered - Older);
        await Ledger.SignAsync(portal);
        await GrowAsync(portal, Size - Covered);
        await Ledger.WriteAsync(portal, Tail);
        await KeepAsync(portal, master);
        return (master, older);
    }

    private static async Task GrowAsync(PortalFixture portal, int events)
    {
        await Ledger.WriteAsync(portal, events);
        await Ledger.NumberAsync(portal);
    }

    private static async Task<SqliteConnection> OpenAsync(PortalFixture portal)
    {
        await using var db = portal.Get<Database>().Open();
        var connection = new SqliteConnection(db.Database.GetConnectionString());
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private static async Task KeepAsync(PortalFixture portal, string path)
    {
        await using var from = await OpenAsync(portal);
        await using var to = new SqliteConnection($"Data Source={path};Pooling=False");
        await to.OpenAsync(Cancel);
        from.BackupDatabase(to);
    }

    /// <summary>Through SQLite itself, so that open connections see it.</summary>
    private static async Task RestoreAsync(PortalFixture portal, string path)
    {
        await using var from = new SqliteConnection($"Data Source={path};Pooling=False");
        await from.OpenAsync(Cancel);
        await using var to = await OpenAsync(portal);
        from.BackupDatabase(to);
    }
}
