using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Data;

namespace Portal.Services.Audit;

/// <summary>Turns a question into one the database answers, within what the asker may see.</summary>
internal static class AuditFilter
{
    /// <summary>
    /// Own scope: one's own acts, what happened to links, runs and people, and the credentials one owns. The security and
    /// traffic events of others are for those who read the whole audit.
    /// </summary>
    public static IQueryable<AuditEventRow> InScope(PortalDbContext db, Actor actor)
    {
        if (actor.May(Permission.ReadWholeAudit)) return db.AuditEvents.AsNoTracking();
        var own = actor.May(Permission.ManageCredentials) ? db.Credentials.Where(c => c.OwnerId == actor.Id).Select(c => (Guid?)c.Id) : null;
        return own is null
            ? db.AuditEvents.AsNoTracking().Where(e => e.ActorId == actor.Id || e.Retention == RetentionClass.Operations)
            : db.AuditEvents.AsNoTracking().Where(e => e.ActorId == actor.Id || e.Retention == RetentionClass.Operations || own.Contains(e.CredentialId));
    }

    public static IQueryable<AuditEventRow> Apply(PortalDbContext db, IQueryable<AuditEventRow> events, AuditQuery query, Actor actor, string? addressHash)
    {
        if (query.From is { } from) events = events.Where(e => e.At >= from);
        if (query.To is { } to) events = events.Where(e => e.At < to);
        if (query.ActorId is { } actorId) events = events.Where(e => e.ActorId == actorId);
        if (CodesOf(query) is { } codes) events = events.Where(e => codes.Contains(e.Code));
        else if (!query.WithKeyUses) events = events.Where(e => e.Code != AuditCodes.KeyUsed.Name && e.Code != AuditCodes.KeyUseFailed.Name);
        if (query.TargetKind is { } kind) events = events.Where(e => e.TargetKind == kind);
        if (query.TargetId is { } target) events = events.Where(e => e.TargetId == target);
        if (query.LinkId is { } link) events = events.Where(e => e.LinkId == link);
        if (query.RunId is { } run) events = events.Where(e => e.RunId == run);
        if (query.CredentialId is { } credential) events = events.Where(e => e.CredentialId == credential);
        if (addressHash is not null)
        {
            events = events.Where(e => db.AuditAddresses.Any(a => a.AddressHash == addressHash && a.EventId == e.Id));
            // Having asked is not being spoken of: else every address is in the record as soon as it was looked for.
            if (query.Codes.Count == 0) events = events.Where(e => e.Code != AuditCodes.AddressChecked.Name && e.Code != AuditCodes.PersonLookedUp.Name);
        }
        return string.IsNullOrWhiteSpace(query.Text) ? events : Words(db, events, query.Text.Trim().ToLowerInvariant(), actor);
    }

    /// <summary>Of each run only the newest; what belongs to no run stays.</summary>
    public static IQueryable<AuditEventRow> NewestOfRuns(IQueryable<AuditEventRow> events) => events.Where(e =>
        e.RunId == null || !events.Any(later => later.RunId == e.RunId && (later.At > e.At || (later.At == e.At && later.Id > e.Id))));

    /// <summary>Newest first; times may be equal, ids are not.</summary>
    public static IQueryable<AuditEventRow> Before(IQueryable<AuditEventRow> events, string? cursor)
    {
        if (cursor is null) return events;
        var (at, id) = Parse(cursor);
        return events.Where(e => e.At < at || (e.At == at && e.Id < id));
    }

    public static string Cursor(AuditEventRow last) => $"{last.At.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{last.Id:N}";

    private static (DateTimeOffset At, Guid Id) Parse(string cursor)
    {
        var parts = cursor.Split('_');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            && Guid.TryParseExact(parts[1], "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : throw new ProblemException(AuditProblems.BadCursor);
    }

    // Whoever sees masked sentences must not search the open ones: a letter at a time would give an address away.
    private static IQueryable<AuditEventRow> Words(PortalDbContext db, IQueryable<AuditEventRow> events, string words, Actor actor)
    {
        var codes = AuditCodes.All.Values.Where(code => code.Sentence.Contains(words, StringComparison.OrdinalIgnoreCase)).Select(code => code.Name).ToList();
        return actor.May(Permission.SeeAddresses)
            ? events.Where(e => e.ActorName.ToLower().Contains(words) || e.Code.Contains(words) || e.TargetId == words || codes.Contains(e.Code)
                || db.AuditTexts.Any(t => t.EventId == e.Id && t.Sentence.ToLower().Contains(words)))
            : events.Where(e => e.ActorName.ToLower().Contains(words) || e.Code.Contains(words) || e.TargetId == words || codes.Contains(e.Code));
    }

    private static List<string>? CodesOf(AuditQuery query) => query.Codes.Count == 0
        ? null
        : [.. AuditCodes.All.Keys.Where(name => query.Codes.Any(code => code == name || (code.EndsWith('.') && name.StartsWith(code, StringComparison.Ordinal))))];
}
