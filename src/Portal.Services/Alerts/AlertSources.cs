using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Domain.Sync.Foreign;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Sync.Approvals;

namespace Portal.Services.Alerts;

/// <summary>A part of the portal that knows of causes. Reads rows, asks nobody outside.</summary>
internal interface IAlertSource
{
    /// <summary>The causes there are now, each key once; a cause that is not named any more is over.</summary>
    Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>Keys, connections and links.</summary>
internal sealed class SyncAlerts(CredentialVault vault) : IAlertSource
{
    private static readonly TimeSpan _handAddsAhead = TimeSpan.FromDays(3);

    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var keys = await db.Credentials.AsNoTracking().Include(c => c.Versions).Where(c => c.Status != CredentialStatus.Retired).OrderBy(c => c.CreatedAt).ToListAsync(cancel);
        var links = await db.Links.AsNoTracking().Where(l => l.State != LinkState.Retired).ToListAsync(cancel);
        var until = await db.BuildMonitors.AsNoTracking().Where(m => m.BuildsUntil != null).ToDictionaryAsync(m => m.LinkId, m => m.BuildsUntil, cancel);
        var soon = now + _handAddsAhead;
        var ending = (await db.Memberships.AsNoTracking().Where(m => m.Origin == MembershipOrigin.Manual && m.RemovedAt == null && m.GoneSince == null && m.MemberId == null && m.EndsAt > now && m.EndsAt <= soon)
            .GroupBy(m => m.LinkId).Select(of => new { of.Key, People = of.Count(), First = of.Min(m => m.EndsAt) }).ToListAsync(cancel)).ToDictionary(of => of.Key);
        return SyncCauses.Of([.. keys.Select(KeyOf)], [.. links.Select(link => LinkOf(link) with
        {
            BuildsUntil = until.GetValueOrDefault(link.Id),
            Ending = ending.GetValueOrDefault(link.Id) is { First: { } first } of ? (of.People, first) : null,
        })], now);
    }

    private AlertKey KeyOf(CredentialRow row)
    {
        var active = row.Versions.SingleOrDefault(v => v.Number == row.ActiveVersion);
        var locked = active is null ? null : vault.LockedBecause(active, row.Kind);
        return new AlertKey(row.Id, row.Label, row.Kind, row.IssuerId, locked is null ? row.Status : CredentialStatus.Locked, locked ?? StoredProblem.Of(row.ProblemCode, row.ProblemSentence))
        {
            Foreign = row.ForeignCallsAt is { } at ? (row.ForeignCalls, at) : null, Since = active?.CreatedAt,
        };
    }

    private static AlertLink LinkOf(SyncLinkRow row) => new(row.Id, $"{row.TeamName} → {row.GroupName}", row.CredentialId, row.ConnectionId, row.IssuerId, row.State, StoredProblem.Of(row.ProblemCode, row.ProblemSentence), row.FailuresInARow);
}

/// <summary>What waits for a second person.</summary>
internal sealed class ApprovalAlerts : IAlertSource
{
    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await db.Approvals.AsNoTracking().Where(a => a.State == ApprovalState.Delayed || a.State == ApprovalState.Open && a.ExpiresAt > now).OrderBy(a => a.RequestedAt).ToListAsync(cancel);
        var (linkIds, keyIds) = (rows.Select(r => r.LinkId).ToList(), rows.Select(r => r.CredentialId).ToList());
        var links = await db.Links.AsNoTracking().Where(l => linkIds.Contains(l.Id)).ToDictionaryAsync(l => l.Id, l => $"{l.TeamName} → {l.GroupName}", cancel);
        var keys = await db.Credentials.AsNoTracking().Where(c => keyIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Label, cancel);
        // The newest plan of a link takes the place of the one before: the same cause, unless the reason is another.
        return [.. rows.Select(row => CauseOf(row, row.LinkId is { } link ? links.GetValueOrDefault(link, "") : row.CredentialId is { } key ? keys.GetValueOrDefault(key, "") : ""))
            .GroupBy(cause => cause.Key, StringComparer.Ordinal).Select(of => of.Last())];
    }

    private static AlertCause CauseOf(ApprovalRow row, string subject)
    {
        var key = row is { Kind: ApprovalKind.HeldRun, OnlyPersonKey: null, OfRunId: null } ? $"held:{row.LinkId}" : $"approval:{row.Id}";
        var problem = new Problem(row.ProblemCode, $"{row.ProblemSentence} Asked for by {row.RequestedByName}; it can be decided until {row.ExpiresAt:yyyy-MM-dd HH:mm} UTC.") { Turn = Turn.ProgramManager };
        if (row.State is ApprovalState.Delayed)
            problem = problem with { Sentence = $"{row.DecidedByName} confirmed this alone (not four eyes). It takes effect at {row.TakesEffectAt:yyyy-MM-dd HH:mm} UTC unless somebody rejects it before: {row.ProblemSentence}" };
        var title = row.State is ApprovalState.Delayed ? $"{subject}: confirmed by one person alone" : row.Kind switch
        {
            ApprovalKind.HeldRun => $"{subject}: a sync waits for a second person",
            ApprovalKind.Undo => $"{subject}: the undo of a sync waits for a second person",
            ApprovalKind.EndOfProject => $"{subject}: the end of the project waits for a second person",
            _ => $"{subject}: a change waits for a second person",
        };
        return new AlertCause(key, title, problem, new AlertSubject(AlertSubjectKind.Approval, row.Id), Permission.SeeTestFlight)
        {
            Names = [.. ApprovalReader.ChangesOf(row).Select(change => $"{change.Name}: {change.Before} → {change.After}")],
            Mark = $"{row.ProblemCode}{(row.State is ApprovalState.Delayed ? $" {row.Id}" : "")}",
        };
    }
}

/// <summary>Releases nobody knows of, and those Centercode refused.</summary>
internal sealed class ReleaseAlerts : IAlertSource
{
    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await db.BuildReleases.AsNoTracking().Where(r => (r.State == ReleaseState.Unconfirmed || r.State == ReleaseState.Refused) && db.Links.Any(l => l.Id == r.LinkId && l.State != LinkState.Retired)).ToListAsync(cancel);
        var ids = rows.Select(r => r.LinkId).ToList();
        var mailed = await db.BuildMonitors.AsNoTracking().Where(m => ids.Contains(m.LinkId) && m.MailTo != "").Select(m => m.LinkId).ToListAsync(cancel);
        return [.. rows.Select(row => new AlertCause($"release:{row.Id}", row.State is ReleaseState.Unconfirmed ? $"{row.Title}: nobody knows whether its release is there" : $"{row.Title}: Centercode made no release",
            StoredProblem.Of(row.ProblemCode, row.ProblemSentence) ?? ReleaseProblems.Unconfirmed, new AlertSubject(AlertSubjectKind.Link, row.LinkId), Permission.SeeTestFlight)
        { Mark = $"{row.ProblemCode} {row.Attempts}", HasOwnMail = mailed.Contains(row.LinkId) })];
    }
}

/// <summary>Questions about somebody else's hand on a group (F38).</summary>
internal sealed class ForeignAlerts : IAlertSource
{
    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var asked = await db.ForeignQuestions.AsNoTracking().Where(q => q.AnsweredAt == null).Join(db.Links.Where(l => l.State != LinkState.Retired), q => q.LinkId, l => l.Id, (q, l) => new { q, Title = l.TeamName + " → " + l.GroupName }).ToListAsync(cancel);
        var causes = new List<AlertCause>();
        foreach (var one in asked)
        {
            // What made it ask, and what was seen since.
            var from = one.q.AskedAt - ForeignQuestion.Day;
            var seen = await db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == one.q.LinkId && c.SeenAt > from && (c.Kind == ForeignChangeKind.Added || c.Kind == ForeignChangeKind.Removed)).Select(c => new { c.Kind, c.SeenAt }).ToListAsync(cancel);
            var problem = AlertProblems.OtherHands(seen.Count(c => c.Kind is ForeignChangeKind.Added), seen.Count(c => c.Kind is ForeignChangeKind.Removed), seen.Count == 0 ? one.q.AskedAt : seen.Max(c => c.SeenAt));
            causes.Add(new AlertCause($"other-hands:{one.q.Id}", $"{one.Title}: somebody else changes the group", problem, new AlertSubject(AlertSubjectKind.Link, one.q.LinkId), Permission.SeeTestFlight));
        }
        return causes;
    }
}
