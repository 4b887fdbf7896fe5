using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Credentials;

/// <summary>Every request made with a key (invariant 27). Reviewers and administrators see all, custodians their own keys' too, everybody else their own.</summary>
public sealed partial class KeyUseLedger
{
    private const int LargestPage = 500;
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly AuditLog _audit;
    private readonly OddHours _hours;
    private readonly TimeProvider _time;

    internal KeyUseLedger(Database database, AccessGuard guard, AuditLog audit, IOptions<KeyUsesOptions> options, TimeProvider time) =>
        (_database, _guard, _audit, _hours, _time) = (database, guard, audit, options.Value.Hours, time);

    /// <summary>When a person's use is marked as at an odd hour.</summary>
    public OddHours OddHours => _hours;

    /// <summary>One page, newest first.</summary>
    /// <param name="filter">What to show.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="after">Null for the first page, else <see cref="KeyUsePage.Next"/>.</param>
    /// <param name="size">Lines of the page, 1 to 500.</param>
    /// <param name="foldRuns">One line for a run: its newest use that matches, with the number of the others.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, or a bad cursor.</exception>
    public async Task<KeyUsePage> ListAsync(KeyUseFilter filter, Actor actor, string? after = null, int size = 100, bool foldRuns = false, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var visible = KeyUseScope.Visible(db, actor);
        var wanted = KeyUseScope.Narrow(visible, filter, await ActorsAsync(db, filter, cancel), _time.GetUtcNow());
        var listed = foldRuns && filter.RunId is null ? KeyUseScope.NewestOfRuns(wanted) : wanted;
        var take = Math.Clamp(size, 1, LargestPage);
        var rows = await KeyUseScope.Before(listed, after).OrderByDescending(u => u.IntentAt).ThenByDescending(u => u.Id).Take(take + 1).ToListAsync(cancel);
        var isWhole = filter == new KeyUseFilter();
        var total = after is null ? await CountAsync(visible, cancel) : 0;
        var shown = after is not null || isWhole ? total : await CountAsync(wanted, cancel);
        var entries = await EntriesAsync(db, rows.Take(take).ToList(), cancel);
        if (foldRuns && filter.RunId is null) entries = await FoldedAsync(wanted, entries, cancel);
        return new KeyUsePage(entries, shown, total)
        {
            Next = rows.Count > take ? KeyUseScope.Cursor(rows[take - 1]) : null,
            Foreign = await ForeignAsync(db, filter, actor, cancel),
            Orphans = after is null ? await CountAsync(KeyUseScope.Narrow(visible, new KeyUseFilter(filter.CredentialId) { Flag = KeyUseFlag.NoOutcome }, null, _time.GetUtcNow()), cancel) : 0,
        };
    }

    private static Task<int> CountAsync(IQueryable<KeyUseRow> uses, CancellationToken cancel) => uses.OrderByDescending(u => u.IntentAt).Take(KeyUsePage.CountedTo).CountAsync(cancel);

    private async Task<IReadOnlyList<ForeignUse>> ForeignAsync(PortalDbContext db, KeyUseFilter filter, Actor actor, CancellationToken cancel)
    {
        var (whole, own) = (actor.May(Permission.ReadWholeAudit), actor.May(Permission.ManageCredentials));
        var dayAgo = _time.GetUtcNow() - TimeSpan.FromDays(1);
        var seen = await db.Credentials.AsNoTracking().Where(c => c.ForeignCalls > 0 && c.ForeignCallsAt > dayAgo && (whole || own && c.OwnerId == actor.Id)
            && (filter.CredentialId == null || c.Id == filter.CredentialId)).OrderByDescending(c => c.ForeignCallsAt).ToListAsync(cancel);
        return [.. seen.Select(c => new ForeignUse(c.Id, c.Label, c.ForeignCalls, c.ForeignCallsAt!.Value - CallBudget.Hour, c.ForeignCallsAt.Value))];
    }

    private static async Task<IReadOnlyList<KeyUseEntry>> FoldedAsync(IQueryable<KeyUseRow> wanted, IReadOnlyList<KeyUseEntry> entries, CancellationToken cancel)
    {
        var runs = entries.Select(e => e.RunId).OfType<Guid>().Select(run => (Guid?)run).ToList();
        var folds = (await wanted.Where(u => runs.Contains(u.RunId)).GroupBy(u => u.RunId).Select(g => new
        {
            g.Key, Count = g.Count(), First = g.Min(u => u.IntentAt), Writes = g.Sum(u => u.Method == "GET" ? 0 : 1),
            Refused = g.Sum(u => u.Status >= 400 && !(u.Status == AdminQuestion.No && u.Method == "GET" && u.PathTemplate == AdminQuestion.Path) ? 1 : 0),
        }).ToListAsync(cancel)).ToDictionary(fold => fold.Key!.Value);
        return [.. entries.Select(e => e.RunId is { } run && folds.TryGetValue(run, out var fold) && fold.Count > 1 ? e with { Fold = new KeyUseFold(fold.Count, fold.Refused, fold.Writes, fold.First) } : e)];
    }

    private async Task<IReadOnlyList<KeyUseEntry>> EntriesAsync(PortalDbContext db, List<KeyUseRow> rows, CancellationToken cancel)
    {
        var ids = rows.Select(u => u.CredentialId).Distinct().ToList();
        var labels = await db.Credentials.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Label, cancel);
        var (apps, groups) = await NamesAsync(db, cancel);
        return rows.ConvertAll(row => Entry(row, labels.GetValueOrDefault(row.CredentialId, ""), row.AppId is { } app ? apps.GetValueOrDefault(app) : null, row.GroupId is { } group ? groups.GetValueOrDefault(group) : null));
    }

    // Names as the links know them: no call to Apple for a page that lists calls to Apple.
    private static async Task<(Dictionary<string, string> Apps, Dictionary<string, string> Groups)> NamesAsync(PortalDbContext db, CancellationToken cancel)
    {
        var links = await db.Links.AsNoTracking().Select(l => new { l.AppId, l.AppName, l.GroupId, l.GroupName }).ToListAsync(cancel);
        return (links.DistinctBy(l => l.AppId).ToDictionary(l => l.AppId, l => l.AppName), links.Where(l => l.GroupId.Length > 0).DistinctBy(l => l.GroupId).ToDictionary(l => l.GroupId, l => l.GroupName));
    }

    // What Apple wrote in its detail stays in the row: it may repeat what it was sent.
    private KeyUseEntry Entry(KeyUseRow row, string label, string? app, string? group) => new()
    {
        Id = row.Id, At = row.IntentAt, Took = row.OutcomeAt - row.IntentAt, CredentialId = row.CredentialId, CredentialLabel = label, Version = row.Version,
        ActorId = row.ActorId, ActorName = row.ActorName, Purpose = row.Purpose, RunId = row.RunId, Method = row.Method, PathTemplate = row.PathTemplate,
        AppId = row.AppId, AppName = app, GroupId = row.GroupId, GroupName = group, TokenGoodFor = row.TokenExpiresAt - row.IntentAt,
        TokenHash = row.TokenHash, Scope = row.TokenScope, Status = row.Status, ErrorCode = row.AppleCode, Attempt = row.Attempt, RemainingThisHour = row.RemainingThisHour,
        Flags = KeyUseScope.Flags(row, _time.GetUtcNow()),
    };
}
