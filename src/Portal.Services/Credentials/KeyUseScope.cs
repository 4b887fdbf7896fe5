using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Turns a question about key uses into one the database answers from its indexes, within what the asker may see.</summary>
internal static class KeyUseScope
{
    /// <summary>After this long nobody answers any more: every request times out sooner.</summary>
    private static readonly TimeSpan _longWait = TimeSpan.FromMinutes(10);

    public static IQueryable<KeyUseRow> Visible(PortalDbContext db, Actor actor)
    {
        var all = db.KeyUses.AsNoTracking();
        if (actor.May(Permission.ReadWholeAudit)) return all;
        return actor.May(Permission.ManageCredentials)
            ? all.Where(u => u.ActorId == actor.Id || db.Credentials.Any(c => c.Id == u.CredentialId && c.OwnerId == actor.Id))
            : all.Where(u => u.ActorId == actor.Id);
    }

    /// <summary>What the filter leaves.</summary>
    /// <param name="actors">Ids of those whose name was asked for; null: of nobody in particular.</param>
    public static IQueryable<KeyUseRow> Narrow(IQueryable<KeyUseRow> uses, KeyUseFilter filter, IReadOnlyList<string>? actors, DateTimeOffset now)
    {
        if (filter.CredentialId is { } credential) uses = uses.Where(u => u.CredentialId == credential);
        if (filter.RunId is { } run) uses = uses.Where(u => u.RunId == run);
        if (actors is [var only]) uses = uses.Where(u => u.ActorId == only);
        else if (actors is not null) uses = uses.Where(u => actors.Contains(u.ActorId));
        if (filter.From is { } from) uses = uses.Where(u => u.IntentAt >= from);
        if (filter.To is { } to) uses = uses.Where(u => u.IntentAt < to);
        if (filter.AppId is { } app) uses = uses.Where(u => u.AppId == app);
        if (filter.Purpose is { } purpose) uses = uses.Where(u => u.Purpose == purpose);
        if (filter.Method is { } method) uses = method == "GET" ? uses.Where(u => u.Method == "GET") : uses.Where(u => u.Method != "GET" && u.Method == method);
        return Flagged(Ended(uses, filter.Result), filter.Flag, now);
    }

    private static IQueryable<KeyUseRow> Ended(IQueryable<KeyUseRow> uses, KeyUseResult? result) => result switch
    {
        KeyUseResult.Succeeded => uses.Where(u => u.Status >= 200 && u.Status < 400 || u.Status == AdminQuestion.No && u.Method == "GET" && u.PathTemplate == AdminQuestion.Path),
        KeyUseResult.Refused => Refused(uses),
        KeyUseResult.NoAnswer => uses.Where(u => u.Status == null || u.Status == 0).Where(u => u.AppleCode != KeyUseCodes.NotSent),
        KeyUseResult.NotSent => uses.Where(u => u.Status == null || u.Status == 0).Where(u => u.AppleCode == KeyUseCodes.NotSent),
        _ => uses,
    };

    private static IQueryable<KeyUseRow> Flagged(IQueryable<KeyUseRow> uses, KeyUseFlag? flag, DateTimeOffset now)
    {
        var longAgo = now - _longWait;
        return flag switch
        {
            KeyUseFlag.FirstOnApp => uses.Where(u => u.FirstOnApp),
            KeyUseFlag.OddHours => uses.Where(u => u.OddHours),
            KeyUseFlag.WroteOutsideRun => uses.Where(u => u.Method != "GET" && u.RunId == null),
            KeyUseFlag.Refused => Refused(uses),
            KeyUseFlag.NoOutcome => uses.Where(u => u.Status == null || u.Status == 0).Where(u => u.OutcomeAt == null && u.IntentAt < longAgo),
            _ => uses,
        };
    }

    private static IQueryable<KeyUseRow> Refused(IQueryable<KeyUseRow> uses) =>
        uses.Where(u => u.Status >= 400 && !(u.Status == AdminQuestion.No && u.Method == "GET" && u.PathTemplate == AdminQuestion.Path));

    /// <summary>The same rules for one row.</summary>
    public static IReadOnlyList<KeyUseFlag> Flags(KeyUseRow row, DateTimeOffset now)
    {
        List<KeyUseFlag> flags = [];
        if (row.FirstOnApp) flags.Add(KeyUseFlag.FirstOnApp);
        if (row.OddHours) flags.Add(KeyUseFlag.OddHours);
        if (row is { RunId: null, Method: not "GET" }) flags.Add(KeyUseFlag.WroteOutsideRun);
        if (row.Status >= 400 && !AdminQuestion.IsAnswer(row.Method, row.PathTemplate, row.Status)) flags.Add(KeyUseFlag.Refused);
        if (row.OutcomeAt is null && row.IntentAt < now - _longWait) flags.Add(KeyUseFlag.NoOutcome);
        return flags;
    }

    /// <summary>Of each run only the newest; what belongs to no run stays.</summary>
    public static IQueryable<KeyUseRow> NewestOfRuns(IQueryable<KeyUseRow> uses) => uses.Where(u =>
        u.RunId == null || !uses.Any(later => later.RunId == u.RunId && (later.IntentAt > u.IntentAt || (later.IntentAt == u.IntentAt && later.Id > u.Id))));

    public static IQueryable<KeyUseRow> Before(IQueryable<KeyUseRow> uses, string? cursor)
    {
        if (cursor is null) return uses;
        var parts = cursor.Split('_');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.Ticks || !Guid.TryParseExact(parts[1], "N", out var id)) throw new ProblemException(AuditProblems.BadCursor);
        var at = new DateTimeOffset(ticks, TimeSpan.Zero);
        // The first half alone bounds the index; the second tells equal times apart.
        return uses.Where(u => u.IntentAt <= at && (u.IntentAt < at || u.Id < id));
    }

    public static string Cursor(KeyUseRow last) => $"{last.IntentAt.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{last.Id:N}";
}
