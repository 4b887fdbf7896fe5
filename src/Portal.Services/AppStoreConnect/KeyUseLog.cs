using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>What came back of one request, for its row.</summary>
internal sealed record KeyUseOutcome(int Status)
{
    public string? AppleCode { get; init; }
    public string? AppleErrorId { get; init; }
    public string? AppleDetail { get; init; }
    public RateReport Rate { get; init; } = RateReport.None;
    public int? Items { get; init; }
}

/// <summary>Commits what a request is for before anything is signed or sent, and what became of it after (invariant 27).</summary>
internal sealed class KeyUseLog(Database database, AuditLog audit, TimeProvider time)
{
    /// <summary>Commits the intent, in one transaction with the caller's fence. When this throws, nothing may be signed or sent.</summary>
    public async Task<Guid> IntendAsync(KeyUse use, int version, HttpMethod method, string pathTemplate, string scope, int attempt, AppleToken? token, CancellationToken cancel)
    {
        var row = new KeyUseRow
        {
            Id = Guid.CreateVersion7(),
            CredentialId = use.CredentialId,
            Version = version,
            ActorId = use.Actor.Id,
            ActorName = use.Actor.Name,
            Purpose = use.Purpose,
            RunId = use.RunId,
            LeaseNumber = use.LeaseNumber,
            Method = method.Method,
            PathTemplate = pathTemplate,
            AppId = use.AppId,
            GroupId = use.GroupId,
            TokenHash = token?.Hash ?? "",
            TokenScope = scope,
            TokenExpiresAt = token?.ExpiresAt,
            Attempt = attempt,
            IntentAt = time.GetUtcNow(),
        };
        await using var db = database.Open();
        db.KeyUses.Add(row);
        audit.Append(db, EventOf(AuditCodes.KeyUsed, row, use.Actor));
        if (use.Fence is null)
        {
            await db.SaveChangesAsync(cancel);
            return row.Id;
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await use.Fence(db, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return row.Id;
    }

    /// <summary>A token signed under a committed intent: its hash is committed before it is sent.</summary>
    public async Task SignedAsync(Guid id, AppleToken token, CancellationToken cancel)
    {
        await using var db = database.Open();
        await db.KeyUses.Where(use => use.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(use => use.TokenHash, token.Hash)
            .SetProperty(use => use.TokenExpiresAt, token.ExpiresAt), cancel);
    }

    private static AuditEntry EventOf(AuditCode code, KeyUseRow row, Actor actor, KeyUseOutcome? outcome = null) => new(code, actor, "key-use", row.Id.ToString())
    {
        RunId = row.RunId, CredentialId = row.CredentialId,
        Facts = new Dictionary<string, object?>
        {
            ["version"] = row.Version, ["purpose"] = row.Purpose, ["method"] = row.Method, ["path"] = row.PathTemplate, ["attempt"] = row.Attempt,
            ["app"] = row.AppId, ["group"] = row.GroupId, ["status"] = outcome?.Status, ["appleCode"] = outcome?.AppleCode,
        },
    };

    /// <summary>Not to be cancelled: what was sent is recorded even when nobody waits for it any more.</summary>
    /// <param name="hold">Runs first when the outcome is a failure: see <see cref="KeyUse.Hold"/>.</param>
    public async Task RecordAsync(Guid id, KeyUseOutcome outcome, Func<PortalDbContext, Task>? hold = null)
    {
        var now = time.GetUtcNow();
        var failed = outcome.Status is < 200 or >= 400;
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (failed && hold is not null) await hold(db);
        await db.KeyUses.Where(use => use.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(use => use.OutcomeAt, now)
            .SetProperty(use => use.Status, outcome.Status)
            .SetProperty(use => use.AppleCode, outcome.AppleCode)
            .SetProperty(use => use.AppleErrorId, outcome.AppleErrorId)
            .SetProperty(use => use.AppleDetail, outcome.AppleDetail)
            .SetProperty(use => use.RemainingThisHour, outcome.Rate.HourLeft)
            .SetProperty(use => use.HourLimit, outcome.Rate.HourLimit)
            .SetProperty(use => use.MinuteLimit, outcome.Rate.MinuteLimit)
            .SetProperty(use => use.Items, outcome.Items), CancellationToken.None);
        if (failed)
        {
            var row = await db.KeyUses.AsNoTracking().SingleAsync(use => use.Id == id);
            if (!AdminQuestion.IsAnswer(row.Method, row.PathTemplate, outcome.Status)) audit.Append(db, EventOf(AuditCodes.KeyUseFailed, row, new Actor(row.ActorId, row.ActorName, ActorKind.Job, [], "job"), outcome));
            await db.SaveChangesAsync();
        }
        await transaction.CommitAsync();
    }
}
