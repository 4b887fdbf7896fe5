using System.Globalization;
using Microsoft.Data.Sqlite;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;

namespace Portal.Services.Tests.Audit.Proof;

/// <summary>A hand in the database file: what somebody with full access to it can do. Everything it does is one consistent change.</summary>
internal sealed class Tampering(SqliteConnection db, Random random, long size, long covered)
{
    private const int Hash = MerkleHash.Size;

    /// <summary>A leaf the last checkpoint outside covers.</summary>
    public long Below() => random.NextInt64(covered);

    public void AlterEvent(long leaf)
    {
        switch (random.Next(6))
        {
            case 0: Sql($"UPDATE audit_events SET Payload = CAST(replace(CAST(Payload AS TEXT), '\"v\":1', '\"v\":2') AS BLOB) WHERE Leaf = {leaf}"); break;
            case 1: Sql($"UPDATE audit_events SET Code = 'link.paused' WHERE Leaf = {leaf}"); break;
            case 2: Sql($"UPDATE audit_events SET At = At + 10 WHERE Leaf = {leaf}"); break;
            case 3: Sql($"UPDATE audit_events SET ActorName = 'somebody else' WHERE Leaf = {leaf}"); break;
            case 4: Sql($"UPDATE audit_texts SET Details = 'another reason' WHERE EventId = (SELECT Id FROM audit_events WHERE Leaf = {leaf})"); break;
            default: Sql($"UPDATE audit_events SET TargetId = 'another' WHERE Leaf = {leaf}"); break;
        }
    }

    public void Drop(long leaf) => Sql($"DELETE FROM audit_events WHERE Leaf = {leaf}");

    public void DropAndMoveUp(long leaf)
    {
        Drop(leaf);
        Shift(leaf + 1, -1);
    }

    public void Insert(long leaf, byte[]? mac = null)
    {
        Shift(leaf, 1);
        Forge(leaf.ToString(CultureInfo.InvariantCulture), mac);
    }

    public void ForgeTail() => Forge("NULL", null);

    public void Swap(long one, long other)
    {
        Sql($"UPDATE audit_events SET Leaf = -1 WHERE Leaf = {one}");
        Sql($"UPDATE audit_events SET Leaf = {one} WHERE Leaf = {other}");
        Sql($"UPDATE audit_events SET Leaf = {other} WHERE Leaf = -1");
    }

    /// <summary>Cuts events and tree so that they agree with each other.</summary>
    public void CutTo(long leaves)
    {
        Sql($"DELETE FROM audit_events WHERE Leaf >= {leaves} OR Leaf IS NULL");
        Sql($"DELETE FROM audit_checkpoints WHERE Size > {leaves}");
        RebuildTree();
    }

    /// <summary>Makes leaves and nodes anew from the payloads there are.</summary>
    public void RebuildTree()
    {
        var edge = new MerkleEdge();
        using (var read = Command("SELECT Payload FROM audit_events WHERE Leaf IS NOT NULL ORDER BY Leaf").ExecuteReader())
        {
            while (read.Read()) edge.Append(MerkleHash.Leaf((byte[])read[0]));
        }
        Sql("DELETE FROM audit_tiles");
        foreach (var (tile, hashes) in edge.TakeChanged())
        {
            using var add = Command($"INSERT INTO audit_tiles (Level, \"Index\", Hashes) VALUES ({tile.Level}, {tile.Index}, $hashes)");
            add.Parameters.AddWithValue("$hashes", hashes);
            add.ExecuteNonQuery();
        }
    }

    /// <summary>Gives an event other bytes, and the MAC of them when it is known.</summary>
    public void Rewrite(long leaf, Func<byte[], byte[]>? mac)
    {
        byte[] payload;
        using (var read = Command($"SELECT Payload FROM audit_events WHERE Leaf = {leaf}")) payload = (byte[])read.ExecuteScalar()!;
        // Same length, still an event whose columns agree: its facts lie.
        var other = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(payload).Replace("\"number\":", "\"Number\":", StringComparison.Ordinal));
        using var write = Command($"UPDATE audit_events SET Payload = $payload{(mac is null ? "" : ", Mac = $mac")} WHERE Leaf = {leaf}");
        write.Parameters.AddWithValue("$payload", other);
        if (mac is not null) write.Parameters.AddWithValue("$mac", mac(other));
        write.ExecuteNonQuery();
    }

    public void TouchLeafHash(long leaf)
    {
        byte[] hashes;
        using (var read = Command($"SELECT Hashes FROM audit_tiles WHERE Level = 0 AND \"Index\" = {leaf / MerkleTile.Width}")) hashes = (byte[])read.ExecuteScalar()!;
        hashes[leaf % MerkleTile.Width * Hash] ^= 1;
        using var write = Command($"UPDATE audit_tiles SET Hashes = $hashes WHERE Level = 0 AND \"Index\" = {leaf / MerkleTile.Width}");
        write.Parameters.AddWithValue("$hashes", hashes);
        write.ExecuteNonQuery();
    }

    public void TouchUpperTile() => Sql("UPDATE audit_tiles SET Hashes = zeroblob(length(Hashes)) WHERE Level = 1");

    public void ReplaceCheckpoints(Func<Checkpoint, string> sign)
    {
        Sql("DELETE FROM audit_checkpoints");
        using var add = Command($"INSERT INTO audit_checkpoints (Size, At, Note) VALUES ({size}, 0, $note)");
        add.Parameters.AddWithValue("$note", sign(new Checkpoint("portal.example/audit", size, MerkleHash.Empty)));
        add.ExecuteNonQuery();
    }

    public void TouchTail() => Sql(random.Next(2) == 0
        ? "UPDATE audit_events SET Payload = CAST(replace(CAST(Payload AS TEXT), '\"v\":1', '\"v\":2') AS BLOB) WHERE Leaf IS NULL"
        : "UPDATE audit_events SET TargetId = 'another' WHERE Leaf IS NULL");

    public void DropTail() => Sql("DELETE FROM audit_events WHERE Leaf IS NULL");

    private void Forge(string leaf, byte[]? mac)
    {
        using var add = Command($"""
            INSERT INTO audit_events (Id, At, Code, Retention, ActorId, ActorName, Via, TargetKind, TargetId, Payload, Leaf, Mac)
            SELECT '{Guid.CreateVersion7()}', At, Code, Retention, ActorId, ActorName, Via, TargetKind, TargetId, CAST(replace(CAST(Payload AS TEXT), '"v":1', '"v":3') AS BLOB), {leaf}, coalesce($mac, Mac)
            FROM audit_events WHERE Leaf = 3
            """);
        add.Parameters.AddWithValue("$mac", (object?)mac ?? DBNull.Value);
        add.ExecuteNonQuery();
    }

    /// <summary>In two steps: the numbers are unique.</summary>
    private void Shift(long from, int by)
    {
        Sql($"UPDATE audit_events SET Leaf = -Leaf - 1000 WHERE Leaf >= {from}");
        Sql($"UPDATE audit_events SET Leaf = -Leaf - 1000 + {by} WHERE Leaf <= -1000");
    }

    private void Sql(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = db.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
