using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Domain.Alerts;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Alerts;

/// <summary>Compares the causes there are with the alerts on record, and writes down who is to be told of what changed. Sends nothing itself.</summary>
internal sealed class AlertSweep(Database database, IEnumerable<IAlertSource> sources, AlertTargets targets, AuditLog audit, IOptions<AlertsOptions> options, TimeProvider time, ILogger<AlertSweep> log)
{
    public static readonly Actor Portal = new("job:alerts", "Portal", ActorKind.Job, [], "job");

    /// <summary>One pass; several machines may be at it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (causes, all) = await CausesAsync(now, cancel);
        await using var db = database.Open();
        var known = await db.Alerts.AsNoTracking().Where(a => a.State != AlertState.Resolved).ToDictionaryAsync(a => a.CauseKey, StringComparer.Ordinal, cancel);
        foreach (var cause in causes.Values) await StepAsync(known.GetValueOrDefault(cause.Key), cause, now, cancel);
        // A source that could not be asked says nothing of what is over.
        if (!all) return;
        foreach (var gone in known.Values.Where(row => !causes.ContainsKey(row.CauseKey))) await StepAsync(gone, null, now, cancel);
    }

    private async Task<(Dictionary<string, AlertCause> Causes, bool All)> CausesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var causes = new Dictionary<string, AlertCause>(StringComparer.Ordinal);
        var all = true;
        foreach (var source in sources)
        {
            try
            {
                await using var db = database.Open();
                foreach (var cause in await source.CausesAsync(db, now, cancel)) causes[cause.Key] = cause;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Alerts of {Source} could not be read; the next sweep tries again.", source.GetType().Name);
                all = false;
            }
        }
        return (causes, all);
    }

    private async Task StepAsync(AlertRow? row, AlertCause? cause, DateTimeOffset now, CancellationToken cancel)
    {
        var pace = new AlertPace(options.Value.Settle, options.Value.Remind);
        var facts = row is null ? null : new AlertFacts(row.State, row.Told.Split('\n'), row.GoneAt, row.ToldAt, row.AcknowledgedAt is not null);
        var (state, news) = AlertRules.Next(facts, cause?.Mark, pace, now)!.Value;
        if (row is not null && state == row.State && news is AlertNews.None && (cause is null || SaysTheSame(row, cause))) return;
        await using var db = database.Open();
        if (row is null) db.Alerts.Add(row = new AlertRow { Id = Guid.CreateVersion7(), CauseKey = cause!.Key, Title = "", ProblemCode = "", ProblemSentence = "", Told = cause.Mark, OpenedAt = now });
        else db.Attach(row);
        if (row.State is AlertState.Settling && state is AlertState.Open) row.Returns++;
        row.GoneAt = state is AlertState.Open ? null : row.GoneAt ?? now;
        row.ResolvedAt = state is AlertState.Resolved ? now : null;
        row.State = state;
        row.Revision++;
        if (cause is not null) Take(row, cause);
        if (news is not AlertNews.None) Tell(db, row, cause, news, now);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException quicker) when (quicker is DbUpdateConcurrencyException || Database.IsUniqueViolation(quicker))
        {
            // Another machine took this step, or somebody acknowledged it just now; the next sweep sees what is there.
        }
    }

    private void Tell(PortalDbContext db, AlertRow row, AlertCause? cause, AlertNews news, DateTimeOffset now)
    {
        row.ToldAt = now;
        row.Notices++;
        if (news is AlertNews.Changed)
        {
            row.Told += $"\n{cause!.Mark}";
            (row.AcknowledgedById, row.AcknowledgedByName, row.AcknowledgedAt, row.AcknowledgeNote) = (null, null, null, null);
        }
        foreach (var (channel, target) in targets.Of(row.Audience, withMail: cause?.HasOwnMail is not true))
        {
            // Who was not told that it is there is not told that it is over.
            if (news is AlertNews.Resolved && !db.AlertNotices.Any(n => n.AlertId == row.Id && n.Channel == channel && n.Target == target)) continue;
            db.AlertNotices.Add(new AlertNoticeRow { Id = Guid.CreateVersion7(), AlertId = row.Id, Number = row.Notices, News = news, Channel = channel, Target = target, CreatedAt = now, DueAt = now });
        }
        var code = news switch { AlertNews.Opened => AuditCodes.AlertOpened, AlertNews.Changed => AuditCodes.AlertChanged, AlertNews.Resolved => AuditCodes.AlertResolved, _ => null };
        if (code is not null) audit.Append(db, EntryOf(code, row, Portal));
    }

    private static void Take(AlertRow row, AlertCause cause)
    {
        (row.Title, row.ProblemCode, row.ProblemSentence, row.Turn) = (cause.Title, cause.Problem.Code, cause.Problem.Sentence, cause.Problem.Turn);
        (row.Names, row.SubjectKind, row.SubjectId, row.Audience) = (string.Join('\n', cause.Names), cause.Subject.Kind, cause.Subject.Id, cause.Audience);
    }

    private static bool SaysTheSame(AlertRow row, AlertCause cause) => row.Title == cause.Title && row.ProblemCode == cause.Problem.Code && row.ProblemSentence == cause.Problem.Sentence
        && row.Names == string.Join('\n', cause.Names) && row.SubjectId == cause.Subject.Id && row.Audience == cause.Audience;

    public static AuditEntry EntryOf(AuditCode code, AlertRow row, Actor actor) => new(code, actor, "alert", row.Id.ToString())
    {
        LinkId = row.SubjectKind is AlertSubjectKind.Link ? row.SubjectId : null, CredentialId = row.SubjectKind is AlertSubjectKind.Credential ? row.SubjectId : null,
        Facts = new Dictionary<string, object?> { ["problem"] = row.ProblemCode, ["cause"] = row.CauseKey.Split(':')[0] },
    };
}
