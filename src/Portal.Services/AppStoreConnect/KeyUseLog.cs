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
    /// <summary>The intent was committed, and then nothing was sent.</summary>
    public static readonly KeyUseOutcome NotSent = new(0) { AppleCode = KeyUseCodes.NotSent };

    public string? AppleCode { get; init; }
    public string? AppleErrorId { get; init; }
    public string? AppleDetail { get; init; }
    public RateReport Rate { get; init; } = RateReport.None;
    public int? Items { get; init; }
}

/// <summary>Commits what a request is for before anything is signed or sent, and what became of it after (invariant 27).</summary>
internal sealed class KeyUseLog(Database database, AuditLog audit, KeyUseMarks marks, TimeProvider time)
{
    /// <summary>Commits the intent, in one transaction with the caller's fence and what it says of the request. When this throws, nothing may be signed or sent.</summary>
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
        await database.WriteAsync(async db =>
        {
            if (use.Fence is not null) await use.Fence(db, cancel);
            if (use.Intended is not null) await use.Intended(db, cancel);
            await marks.SetAsync(db, row, use.Actor, cancel);
            db.KeyUses.Add(row);
            audit.Append(db, EventOf(AuditCodes.KeyUsed, row, use.Actor));
        }, cancel);
        marks.Committed(row);
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

    private static bool IsFailure(KeyUseOutcome outcome) => outcome.Status is < 200 or >= 400;

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
    /// <param name="id">The use.</param>
    /// <param name="outcome">What came back.</param>
    /// <param name="within">Runs first, in the same transaction. When it throws, a good outcome, or that nothing was sent, is recorded all the same.</param>
    public async Task RecordAsync(Guid id, KeyUseOutcome outcome, Func<PortalDbContext, Task>? within = null)
    {
        try
        {
            await WriteAsync(id, outcome, within);
        }
        catch when (within is not null && (!IsFailure(outcome) || outcome == KeyUseOutcome.NotSent))
        {
            await WriteAsync(id, outcome, null);
            throw;
        }
    }

    private Task WriteAsync(Guid id, KeyUseOutcome outcome, Func<PortalDbContext, Task>? within) => database.WriteAsync(async db =>
    {
        var now = time.GetUtcNow();
        if (within is not null) await within(db);
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
        if (IsFailure(outcome))
        {
            var row = await db.KeyUses.AsNoTracking().SingleAsync(use => use.Id == id);
            if (!AdminQuestion.IsAnswer(row.Method, row.PathTemplate, outcome.Status)) audit.Append(db, EventOf(AuditCodes.KeyUseFailed, row, new Actor(row.ActorId, row.ActorName, ActorKind.Job, [], "job"), outcome));
        }
    }, CancellationToken.None);
}
