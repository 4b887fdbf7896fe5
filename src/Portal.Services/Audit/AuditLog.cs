using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Audit;

/// <summary>
/// The record of everything that matters. An event is committed in the transaction of what it describes; what is hashed
/// holds no personal data (invariants 28, 30), only a salted commitment to the erasable text beside it.
/// </summary>
public sealed partial class AuditLog
{
    private const int SaltBytes = 32;
    private readonly Database _database;
    private readonly AddressHash _addresses;
    private readonly RefusalBudget _refusals;
    private readonly AuditKeys _keys;
    private readonly TimeProvider _time;

    internal AuditLog(Database database, AddressHash addresses, RefusalBudget refusals, AuditKeys keys, TimeProvider time) => (_database, _addresses, _refusals, _keys, _time) = (database, addresses, refusals, keys, time);

    /// <summary>Adds the event to the caller's context; the caller's save commits both or neither.</summary>
    internal AuditEventRow Append(PortalDbContext db, AuditEntry entry)
    {
        var id = Guid.CreateVersion7();
        var at = WholeMicroseconds(_time.GetUtcNow());
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var sentence = entry.Sentence ?? entry.Code.Sentence;
        var details = entry.Personal.Count == 0 && entry.Reason is null ? "" : Encoding.UTF8.GetString(CanonicalJson.Write(WithReason(entry)));
        var payload = CanonicalJson.Write(new Dictionary<string, object?>
        {
            ["v"] = 1,
            ["id"] = id,
            ["at"] = at,
            ["code"] = entry.Code.Name,
            ["actor"] = new Dictionary<string, object?> { ["kind"] = entry.Actor.Kind.ToString(), ["via"] = entry.Actor.Via },
            ["target"] = new Dictionary<string, object?> { ["kind"] = entry.TargetKind, ["id"] = entry.TargetId },
            ["link"] = entry.LinkId,
            ["run"] = entry.RunId,
            ["credential"] = entry.CredentialId,
            ["facts"] = entry.Facts,
            ["text"] = Convert.ToHexStringLower(Commitment(salt, entry.Actor.Id, entry.Actor.Name, sentence, details)),
        });
        var row = new AuditEventRow
        {
            Id = id, At = at, Code = entry.Code.Name, Retention = entry.Code.Retention,
            ActorId = entry.Actor.Id, ActorName = entry.Actor.Name, Via = entry.Actor.Via,
            TargetKind = entry.TargetKind, TargetId = entry.TargetId,
            LinkId = entry.LinkId, RunId = entry.RunId, CredentialId = entry.CredentialId, Payload = payload, Mac = _keys.Mac(payload),
        };
        db.AuditEvents.Add(row);
        db.AuditTexts.Add(new AuditTextRow { EventId = id, Sentence = sentence, Details = details, Salt = salt });
        foreach (var address in entry.Addresses.DistinctBy(a => a.Key))
        {
            if (_addresses.Of(address) is { } hash) db.AuditAddresses.Add(new AuditAddressRow { EventId = id, AddressHash = hash });
        }
        return row;
    }

    /// <summary>Writes one event in a transaction of its own, for what has no other row: sign-ins and refusals.</summary>
    internal async Task WriteAsync(AuditEntry entry, CancellationToken cancel)
    {
        await using var db = _database.Open();
        Append(db, entry);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>SHA-256 over salt and each text with its length, so that no two different texts share their bytes.</summary>
    internal static byte[] Commitment(byte[] salt, params string[] texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt64BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }

    private static Dictionary<string, object?> WithReason(AuditEntry entry)
    {
        var all = new Dictionary<string, object?>(entry.Personal);
        if (entry.Reason is not null) all["reason"] = entry.Reason;
        return all;
    }

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
