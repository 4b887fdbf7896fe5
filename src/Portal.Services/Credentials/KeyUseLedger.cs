using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Credentials;

/// <summary>Every request made with a key (invariant 27). Reviewers and administrators see all, custodians their own keys' too, everybody else their own.</summary>
public sealed class KeyUseLedger
{
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly TimeProvider _time;

    internal KeyUseLedger(Database database, AccessGuard guard, TimeProvider time) => (_database, _guard, _time) = (database, guard, time);

    /// <summary>One page, newest first.</summary>
    /// <param name="filter">What to show.</param>
    /// <param name="skip">Entries before the page.</param>
    /// <param name="take">Entries of the page, at most 500.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<KeyUsePage> ListAsync(KeyUseFilter filter, int skip, int take, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var visible = Visible(db, actor);
        var total = await visible.CountAsync(cancel);
        var wanted = Narrow(visible, filter);
        var shown = filter == new KeyUseFilter() ? total : await wanted.CountAsync(cancel);
        var rows = await wanted.OrderByDescending(u => u.IntentAt).ThenByDescending(u => u.Id).Skip(Math.Max(0, skip)).Take(Math.Clamp(take, 1, 500)).ToListAsync(cancel);
        var ids = rows.Select(u => u.CredentialId).Distinct().ToList();
        var labels = await db.Credentials.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Label, cancel);
        return new KeyUsePage([.. rows.Select(row => Entry(row, labels.GetValueOrDefault(row.CredentialId, "")))], shown, total) { Foreign = await ForeignAsync(db, filter, actor, cancel) };
    }

    private async Task<IReadOnlyList<ForeignUse>> ForeignAsync(PortalDbContext db, KeyUseFilter filter, Actor actor, CancellationToken cancel)
    {
        var (whole, own) = (actor.May(Permission.ReadWholeAudit), actor.May(Permission.ManageCredentials));
        var dayAgo = _time.GetUtcNow() - TimeSpan.FromDays(1);
        var seen = await db.Credentials.AsNoTracking().Where(c => c.ForeignCalls > 0 && c.ForeignCallsAt > dayAgo && (whole || own && c.OwnerId == actor.Id)
            && (filter.CredentialId == null || c.Id == filter.CredentialId)).OrderByDescending(c => c.ForeignCallsAt).ToListAsync(cancel);
        return [.. seen.Select(c => new ForeignUse(c.Id, c.Label, c.ForeignCalls, c.ForeignCallsAt!.Value - CallBudget.Hour, c.ForeignCallsAt.Value))];
    }

    private static IQueryable<KeyUseRow> Visible(PortalDbContext db, Actor actor)
    {
        var all = db.KeyUses.AsNoTracking();
        if (actor.May(Permission.ReadWholeAudit)) return all;
        return actor.May(Permission.ManageCredentials)
            ? all.Where(u => u.ActorId == actor.Id || db.Credentials.Any(c => c.Id == u.CredentialId && c.OwnerId == actor.Id))
            : all.Where(u => u.ActorId == actor.Id);
    }

    private static IQueryable<KeyUseRow> Narrow(IQueryable<KeyUseRow> uses, KeyUseFilter filter)
    {
        if (filter.CredentialId is { } credential) uses = uses.Where(u => u.CredentialId == credential);
        if (filter.RunId is { } run) uses = uses.Where(u => u.RunId == run);
        if (!string.IsNullOrWhiteSpace(filter.Person))
        {
            var person = filter.Person.Trim().ToLowerInvariant();
            uses = uses.Where(u => u.ActorName.ToLower().Contains(person));
        }
        return filter.Result switch
        {
            KeyUseResult.Succeeded => uses.Where(u => u.Status >= 200 && u.Status < 400 || u.Status == AdminQuestion.No && u.Method == "GET" && u.PathTemplate == AdminQuestion.Path),
            KeyUseResult.Refused => uses.Where(u => u.Status >= 400 && !(u.Status == AdminQuestion.No && u.Method == "GET" && u.PathTemplate == AdminQuestion.Path)),
            KeyUseResult.NoAnswer => uses.Where(u => u.Status == null || u.Status == 0 && u.AppleCode != KeyUseCodes.NotSent),
            KeyUseResult.NotSent => uses.Where(u => u.Status == 0 && u.AppleCode == KeyUseCodes.NotSent),
            _ => uses,
        };
    }

    // What Apple wrote in its detail stays in the row: it may repeat what it was sent.
    private static KeyUseEntry Entry(KeyUseRow row, string label) => new()
    {
        Id = row.Id, At = row.IntentAt, Took = row.OutcomeAt - row.IntentAt, CredentialId = row.CredentialId, CredentialLabel = label, Version = row.Version,
        ActorId = row.ActorId, ActorName = row.ActorName, Purpose = row.Purpose, RunId = row.RunId, Method = row.Method, PathTemplate = row.PathTemplate,
        TokenHash = row.TokenHash, Scope = row.TokenScope, Status = row.Status, ErrorCode = row.AppleCode, Attempt = row.Attempt, RemainingThisHour = row.RemainingThisHour,
    };
}
