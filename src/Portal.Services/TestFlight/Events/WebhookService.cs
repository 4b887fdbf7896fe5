using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Events;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.TestFlight.Events;

/// <summary>Whether Apple tells this portal of an app's builds.</summary>
/// <param name="Confirmed">Apple named the webhook; false: it may be there.</param>
/// <param name="LastEventAt">When it last told of something, a ping included.</param>
public sealed record WebhookView(Guid Id, bool Confirmed, string CreatedByName, DateTimeOffset CreatedAt, DateTimeOffset? LastEventAt);

/// <summary>Has Apple tell of an app's builds at once, and ends it.</summary>
public sealed class WebhookService
{
    /// <summary>Where Apple sends to, below the portal's address; the webhook's id follows.</summary>
    public const string Path = "/hooks/app-store-connect/";
    private readonly AccessGuard _guard;
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AppStoreConnectClient _apple;
    private readonly AppleShelf _shelf;
    private readonly WebhookSecrets _secrets;
    private readonly IConfiguration _configuration;
    private readonly TimeProvider _time;

    internal WebhookService(AccessGuard guard, Database database, AuditLog audit, AppStoreConnectClient apple, AppleShelf shelf, WebhookSecrets secrets, IConfiguration configuration, TimeProvider time) =>
        (_guard, _database, _audit, _apple, _shelf, _secrets, _configuration, _time) = (guard, database, audit, apple, shelf, secrets, configuration, time);

    /// <summary>An app's webhook; null: none.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<WebhookView?> FindAsync(string appId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        return await db.AppleWebhooks.AsNoTracking().SingleOrDefaultAsync(w => w.AppId == appId, cancel) is { } row ? ViewOf(row) : null;
    }

    /// <summary>Has Apple tell of the app's builds. Asked again after a lost answer it looks first.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>webhook-no-address</c>, <c>webhook-locked</c>, <c>webhook-unconfirmed</c>, <c>apple-not-found</c>, or Apple's refusal.</exception>
    public async Task<WebhookView> AddAsync(string appId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        if (_configuration["Portal:PublicUrl"] is not { Length: > 0 } portal) throw new ProblemException(WebhookProblems.NoAddress);
        await using var db = _database.Open();
        var row = await db.AppleWebhooks.SingleOrDefaultAsync(w => w.AppId == appId, cancel);
        if (row is { AppleId: not null }) return ViewOf(row);
        if (row is not null && await LookAsync(row, actor, cancel) is { } there) return await KeepAsync(row.Id, there, actor);
        if (row is null)
        {
            var key = await KeyOfAsync(actor, appId, cancel);
            var id = Guid.CreateVersion7();
            var made = _secrets.Make(id) ?? throw new ProblemException(WebhookProblems.Locked);
            row = new AppleWebhookRow { Id = id, AppId = appId, CredentialId = key.Id, SealedSecret = made.Sealed, Url = $"{portal.TrimEnd('/')}{Path}{id}", CreatedByName = actor.Name, CreatedAt = _time.GetUtcNow() };
            // Before Apple is asked: what it sends at once is known then.
            db.AppleWebhooks.Add(row);
            await db.SaveChangesAsync(cancel);
        }
        return await AskAsync(row, actor);
    }

    /// <summary>Has Apple tell no more.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>webhook-not-found</c>, or Apple's refusal.</exception>
    public async Task RemoveAsync(string appId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var row = await db.AppleWebhooks.SingleOrDefaultAsync(w => w.AppId == appId, cancel) ?? throw new ProblemException(WebhookProblems.NotFound);
        Problem? problem = null;
        try
        {
            if ((row.AppleId ?? await LookAsync(row, actor, cancel)) is { } id) await _apple.DeleteWebhookAsync(Use(row, actor, "page: end webhook"), id, CancellationToken.None);
        }
        catch (AppleException refused) when (refused.Status is not 404)
        {
            problem = refused.Problem;
        }
        catch (AppleException)
        {
            // Gone already.
        }
        if (problem is null) db.AppleWebhooks.Remove(row);
        Record(db, problem is null ? AuditCodes.WebhookRemoved : AuditCodes.WebhookRemoveFailed, actor, row, problem);
        await db.SaveChangesAsync(CancellationToken.None);
        if (problem is not null) throw new ProblemException(problem);
    }

    private async Task<WebhookView> AskAsync(AppleWebhookRow row, Actor actor)
    {
        // Apple signs with what the row holds, also after a first try whose answer was lost.
        var secret = _secrets.Open(row.Id, row.SealedSecret) ?? throw new ProblemException(WebhookProblems.Locked);
        try
        {
            var id = await _apple.CreateWebhookAsync(Use(row, actor, "page: add webhook"), row.AppId, "Portal", row.Url, System.Text.Encoding.UTF8.GetString(secret), AppleEvent.Wanted, CancellationToken.None);
            return await KeepAsync(row.Id, id, actor);
        }
        catch (AppleException refused)
        {
            var problem = refused.MayHaveCommitted ? WebhookProblems.Unconfirmed : refused.Problem;
            await using var db = _database.Open();
            if (!refused.MayHaveCommitted) await db.AppleWebhooks.Where(w => w.Id == row.Id && w.AppleId == null).ExecuteDeleteAsync();
            Record(db, AuditCodes.WebhookAddFailed, actor, row, problem);
            await db.SaveChangesAsync();
            throw new ProblemException(problem);
        }
    }

    private async Task<WebhookView> KeepAsync(Guid id, string appleId, Actor actor)
    {
        await using var db = _database.Open();
        var row = await db.AppleWebhooks.SingleAsync(w => w.Id == id);
        row.AppleId = appleId;
        Record(db, AuditCodes.WebhookAdded, actor, row, null);
        await db.SaveChangesAsync();
        return ViewOf(row);
    }

    /// <summary>Apple's id of the webhook with our address, or null where Apple has none.</summary>
    private async Task<string?> LookAsync(AppleWebhookRow row, Actor actor, CancellationToken cancel)
    {
        try
        {
            var all = await _apple.ListWebhooksAsync(Use(row, actor, "page: look for webhook"), row.AppId, cancel);
            return all.Complete ? all.Items.FirstOrDefault(hook => hook.Url == row.Url)?.Id : throw new ProblemException(all.Because ?? AppleProblems.AnswerBroken);
        }
        catch (AppleException refused)
        {
            throw new ProblemException(refused.Problem);
        }
    }

    private async Task<KeyLabel> KeyOfAsync(Actor actor, string appId, CancellationToken cancel)
    {
        foreach (var key in await _shelf.KeysAsync(cancel))
        {
            if ((await _shelf.AppsAsync(actor, key, false, cancel)).Value.Any(app => app.Id == appId)) return key;
        }
        throw new ProblemException(AppleProblems.NotFound);
    }

    private void Record(PortalDbContext db, AuditCode code, Actor actor, AppleWebhookRow row, Problem? problem) => _audit.Append(db, new AuditEntry(code, actor, "app", row.AppId)
    {
        CredentialId = row.CredentialId, Facts = new Dictionary<string, object?> { ["webhook"] = row.Id, ["problem"] = problem?.Code },
    });

    private static KeyUse Use(AppleWebhookRow row, Actor actor, string purpose) => new(row.CredentialId, actor, purpose) { AppId = row.AppId };

    private static WebhookView ViewOf(AppleWebhookRow row) => new(row.Id, row.AppleId is not null, row.CreatedByName, row.CreatedAt, row.LastEventAt);
}
