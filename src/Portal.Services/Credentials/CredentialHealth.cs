using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>What one answer says about the key it was asked with.</summary>
internal enum KeyAnswer
{
    /// <summary>A read succeeded.</summary>
    Read,
    /// <summary>A write succeeded: from now on the page says "may write".</summary>
    Wrote,
    /// <summary>401 to a token not refused before.</summary>
    Refused,
    /// <summary>Anything that tells nothing about the key: 403, 404, 409, 429, 5xx, no answer.</summary>
    TellsNothing,
}

/// <summary>
/// Follows every credential's answers: one 401 is a hiccup, several in a row with fresh tokens make it *Failing* and block its
/// links with one event each (invariant 23); the next good answer takes both back.
/// </summary>
internal sealed class CredentialHealth(Database database, AuditLog audit, BlockedLinks links, OpenDeposits deposits, TimeProvider time)
{
    /// <summary>So many 401s in a row, each to another token, are no hiccup.</summary>
    public const int RefusalsThatFail = 3;

    // A credential in steady use is not written at every request: at most once a minute while all is well.
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, (KeyAnswer Answer, DateTimeOffset At)> _quiet = new();
    private readonly ConcurrentDictionary<Guid, string> _lastRefusedToken = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _lastRefusedAt = new();

    /// <summary>Call once for every answer. A version that is not the active one changes nothing.</summary>
    /// <param name="credentialId">The credential used.</param>
    /// <param name="version">The version signed with.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="tokenHash">Hash of the token: parallel requests with one refused token count once. Empty for Centercode.</param>
    /// <param name="actor">Who used it; stands in the event when the status changes.</param>
    /// <param name="cancel">Stops the report.</param>
    public async Task ReportAsync(Guid credentialId, int version, KeyAnswer answer, string tokenHash, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (answer is KeyAnswer.Refused)
        {
            _quiet.TryRemove(credentialId, out _);
            await RefusedAsync(credentialId, version, tokenHash, actor, now, cancel);
            return;
        }
        if (_quiet.TryGetValue(credentialId, out var last) && now - last.At < QuietTime && Covers(last.Answer, answer)) return;
        if (answer is KeyAnswer.TellsNothing)
        {
            await using var db = database.Open();
            await Row(db, credentialId, version).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastUsedAt, now), cancel);
            return;
        }
        await GoodAsync(credentialId, version, answer, actor, now, cancel);
        _quiet[credentialId] = (answer, now);
        _lastRefusedToken.TryRemove(credentialId, out _);
    }

    /// <summary>A 401 that another token cured (F2): counted, nobody's turn.</summary>
    public async Task CuredAsync(Guid credentialId)
    {
        var now = time.GetUtcNow();
        await using var db = database.Open();
        await db.Credentials.Where(c => c.Id == credentialId).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.PassingRefusals, c => c.PassingRefusals + 1).SetProperty(c => c.PassingRefusalAt, now));
    }

    private async Task GoodAsync(Guid credentialId, int version, KeyAnswer answer, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await Row(db, credentialId, version).SingleOrDefaultAsync(cancel);
        if (row is null) return;
        row.LastUsedAt = now;
        row.RefusalsInARow = 0;
        row.ReadSeenAt ??= answer is KeyAnswer.Read ? now : null;
        row.WriteSeenAt ??= answer is KeyAnswer.Wrote ? now : null;
        if (row.Status is CredentialStatus.Failing)
        {
            (row.Status, row.ProblemCode, row.ProblemSentence) = (CredentialStatus.Active, null, null);
            audit.Append(db, new AuditEntry(AuditCodes.CredentialRecovered, actor, "credential", credentialId.ToString()) { CredentialId = credentialId });
            await links.UnblockAsync(db, credentialId, actor, cancel);
        }
        // Centercode's first rows are the verification it offers no call for.
        if (row is { Kind: CredentialKind.CentercodeApiKey, Status: CredentialStatus.Unverified })
        {
            (row.Status, row.ProblemCode, row.ProblemSentence, row.VerifiedAt) = (CredentialStatus.Active, null, null, now);
            audit.Append(db, new AuditEntry(AuditCodes.CredentialVerified, actor, "credential", credentialId.ToString()) { CredentialId = credentialId, Facts = new Dictionary<string, object?> { ["version"] = version } });
            await deposits.FulfilAsync(db, credentialId, actor, cancel);
        }
        await db.SaveChangesAsync(cancel);
    }

    private async Task RefusedAsync(Guid credentialId, int version, string tokenHash, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        if (tokenHash.Length > 0)
        {
            var before = _lastRefusedToken.GetValueOrDefault(credentialId);
            _lastRefusedToken[credentialId] = tokenHash;
            if (before == tokenHash) return;
        }
        // A key without tokens has no fresh one to try: refusals of one moment, say of five links at once, are one.
        else if (_lastRefusedAt.TryGetValue(credentialId, out var at) && now - at < QuietTime) return;
        _lastRefusedAt[credentialId] = now;
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Counted by the database, for another node may be refused at the same moment.
        await Row(db, credentialId, version).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.RefusalsInARow, c => c.RefusalsInARow + 1).SetProperty(c => c.LastUsedAt, now), cancel);
        var row = await Row(db, credentialId, version).SingleOrDefaultAsync(cancel);
        if (row is { RefusalsInARow: >= RefusalsThatFail } && row.Status is not (CredentialStatus.Failing or CredentialStatus.Retired))
        {
            await FailAsync(db, row, actor, cancel);
            await db.SaveChangesAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    private async Task FailAsync(PortalDbContext db, CredentialRow row, Actor actor, CancellationToken cancel)
    {
        var problem = CredentialProblems.RefusedByItsServer(row.Kind, workedBefore: row.ReadSeenAt is not null);
        (row.Status, row.ProblemCode, row.ProblemSentence) = (CredentialStatus.Failing, problem.Code, problem.Sentence);
        audit.Append(db, new AuditEntry(AuditCodes.CredentialFailing, actor, "credential", row.Id.ToString())
        {
            CredentialId = row.Id,
            Facts = new Dictionary<string, object?> { ["problem"] = problem.Code, ["refusals"] = row.RefusalsInARow },
        });
        await links.BlockAsync(db, row.Id, problem, actor, cancel);
    }

    private static bool Covers(KeyAnswer before, KeyAnswer now) => now is KeyAnswer.TellsNothing || before == now;

    private static IQueryable<CredentialRow> Row(PortalDbContext db, Guid id, int version) => db.Credentials.Where(c => c.Id == id && c.ActiveVersion == version);
}
