using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>How far a rotation is.</summary>
/// <param name="Done">Secrets under the new ring key.</param>
/// <param name="Of">All of them.</param>
/// <param name="Closed">Those that did not open before either, and stay as they are.</param>
public sealed record RotationProgress(int Done, int Of, int Closed);

/// <summary>How the stored ring stands.</summary>
/// <param name="Certificate">SHA-256 of the public key that wraps now.</param>
/// <param name="Keys">Ring keys stored.</param>
/// <param name="WrappedByOthers">Those another certificate wrapped.</param>
/// <param name="Secrets">Sealed secrets: credential versions, the portal's own, web hooks'.</param>
/// <param name="UnderEarlierKeys">Those not under the newest ring key.</param>
public sealed record KeyRingState(string Certificate, int Keys, int WrappedByOthers, int Secrets, int UnderEarlierKeys);

/// <summary>
/// Seals everything anew under a ring key of a new certificate. Each secret is a step of its own and says by its ciphertext
/// which key seals it: started again after a stop it goes on where it was.
/// </summary>
public sealed class KeyRingRotation
{
    private static readonly Actor Operator = new("job:keyring", "Operator", ActorKind.Job, [], "operator");
    private readonly Database _database;
    private readonly VaultRing _ring;
    private readonly RingWraps _wraps;
    private readonly SealedSecrets _secrets;
    private readonly AuditLog _audit;

    internal KeyRingRotation(Database database, VaultRing ring, RingWraps wraps, SealedSecrets secrets, AuditLog audit) =>
        (_database, _ring, _wraps, _secrets, _audit) = (database, ring, wraps, secrets, audit);

    /// <summary>How the stored ring stands now.</summary>
    /// <exception cref="ProblemException"><c>credential-locked</c>, <c>key-service-away</c>.</exception>
    public async Task<KeyRingState> StateAsync(CancellationToken cancel = default)
    {
        if (_ring.LockedBecause is { } locked) throw new ProblemException(locked);
        var keys = await KeysAsync(cancel);
        var newest = keys.Count == 0 ? Guid.Empty : keys[^1].Id;
        var secrets = await _secrets.ListAsync(cancel);
        return new KeyRingState(_wraps.Current.Id, keys.Count, keys.Count(key => key.WrappedBy != _wraps.Current.Id), secrets.Count, secrets.Count(secret => secret.RingKey != newest));
    }

    /// <summary>Goes on until everything is under the new certificate: whoever has the earlier one opens nothing of this database then.</summary>
    /// <param name="progress">Told before the first step and after each.</param>
    /// <param name="cancel">Stops between two steps.</param>
    /// <exception cref="ProblemException"><c>credential-locked</c>, <c>key-service-away</c>, <c>earlier-certificate-missing</c>.</exception>
    public async Task<RotationProgress> RunAsync(Action<RotationProgress> progress, CancellationToken cancel = default)
    {
        if (_ring.LockedBecause is { } locked) throw new ProblemException(locked);
        var keys = await KeysAsync(cancel);
        if (keys.Any(key => key.WrappedBy != _wraps.Current.Id && key.WrappedBy != _wraps.Earlier?.Id)) throw new ProblemException(CredentialProblems.EarlierCertificateMissing);
        var newest = keys.LastOrDefault(key => key.WrappedBy == _wraps.Current.Id)?.Id;
        var secrets = await _secrets.ListAsync(cancel);
        if (newest is not null && keys.All(key => key.WrappedBy == _wraps.Current.Id) && secrets.All(secret => secret.RingKey == newest)) return Told(progress, new(secrets.Count, secrets.Count, 0));
        await AppendAsync(AuditCodes.KeyRingRotationStarted, keys, secrets.Count, 0, cancel);
        newest ??= _ring.AddKey();
        var state = Told(progress, new(secrets.Count(secret => secret.RingKey == newest), secrets.Count, 0));
        foreach (var secret in secrets.Where(secret => secret.RingKey != newest))
        {
            cancel.ThrowIfCancellationRequested();
            var opened = await _secrets.ResealAsync(secret, cancel);
            state = Told(progress, opened ? state with { Done = state.Done + 1 } : state with { Closed = state.Closed + 1 });
        }
        // Last of all: until here both certificates are needed, and who wrapped a key says how far this came.
        foreach (var key in keys.Where(key => key.WrappedBy != _wraps.Current.Id)) await RewrapAsync(key.Row, cancel);
        _ring.Forget();
        await AppendAsync(AuditCodes.KeyRingRotated, keys, state.Done, state.Closed, cancel);
        return state;
    }

    private static RotationProgress Told(Action<RotationProgress> progress, RotationProgress state)
    {
        progress(state);
        return state;
    }

    private async Task RewrapAsync(int row, CancellationToken cancel)
    {
        var xml = new RingXml(_wraps);
        await _database.WriteAsync(async db =>
        {
            var stored = await db.RingKeys.SingleAsync(key => key.Id == row, cancel);
            var key = XElement.Parse(stored.Xml);
            var wrapped = RingXml.In(key)!;
            wrapped.ReplaceWith(xml.Encrypt(xml.Decrypt(wrapped)));
            stored.Xml = key.ToString(SaveOptions.DisableFormatting);
        }, cancel);
    }

    private async Task<List<StoredKey>> KeysAsync(CancellationToken cancel)
    {
        await using var db = _database.Open();
        var rows = await db.RingKeys.AsNoTracking().Where(key => key.Ring == VaultRing.RingName).OrderBy(key => key.Id).ToListAsync(cancel);
        return [.. rows.Select(row => (row.Id, Xml: XElement.Parse(row.Xml))).Where(row => RingXml.In(row.Xml) is not null)
            .Select(row => new StoredKey(row.Id, (Guid)row.Xml.Attribute("id")!, RingXml.WrappedBy(RingXml.In(row.Xml)!), (DateTimeOffset)row.Xml.Element("activationDate")!))
            .OrderBy(key => key.From)];
    }

    private Task AppendAsync(AuditCode code, List<StoredKey> keys, int secrets, int closed, CancellationToken cancel) => _database.WriteAsync(db =>
    {
        _audit.Append(db, new AuditEntry(code, Operator, "key-ring", _wraps.Current.Id)
        {
            Facts = new Dictionary<string, object?>
            {
                ["certificate"] = _wraps.Current.Id, ["earlier"] = string.Join(' ', keys.Select(key => key.WrappedBy).Where(id => id != _wraps.Current.Id).Distinct()),
                ["secrets"] = secrets, ["closed"] = closed,
            },
        });
        return Task.CompletedTask;
    }, cancel);

    private sealed record StoredKey(int Row, Guid Id, string WrappedBy, DateTimeOffset From);
}
