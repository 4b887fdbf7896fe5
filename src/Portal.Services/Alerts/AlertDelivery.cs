using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Mail;

namespace Portal.Services.Alerts;

/// <summary>Sends the notices that are due, each address for itself, so that a slow one delays nobody else. What came of it is on record.</summary>
internal sealed class AlertDelivery(Database database, AlertTargets targets, Mailer mailer, AlertHook hook, AuditLog audit, IOptions<PortalAddress> address, TimeProvider time)
{
    /// <summary>Over about eight hours.</summary>
    public const int MostTries = 9;
    private const int AtOnce = 200;

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var now = time.GetUtcNow();
        var due = await db.AlertNotices.AsNoTracking().Where(n => n.DueAt <= now).OrderBy(n => n.CreatedAt).ThenBy(n => n.Number).Take(AtOnce).ToListAsync(cancel);
        await Task.WhenAll(due.GroupBy(n => (n.Channel, n.Target)).Select(async of =>
        {
            foreach (var notice in of) await SendAsync(notice, cancel);
        }));
    }

    private async Task SendAsync(AlertNoticeRow notice, CancellationToken cancel)
    {
        await using var db = database.Open();
        var tries = notice.Tries + 1;
        var again = time.GetUtcNow() + TimeSpan.FromMinutes(Math.Pow(2, tries));
        // Claimed before it goes out: two machines send one.
        if (await db.AlertNotices.Where(n => n.Id == notice.Id && n.Tries == notice.Tries && n.DueAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.Tries, tries).SetProperty(n => n.DueAt, again), cancel) == 0) return;
        var alert = await db.Alerts.AsNoTracking().SingleAsync(a => a.Id == notice.AlertId, cancel);
        var (status, failure, over) = notice.Channel is AlertChannel.Mail ? await MailAsync(alert, notice, cancel) : await PostAsync(alert, notice, cancel);
        var ended = failure is null || over || tries >= MostTries;
        // What was sent is written down even while the host stops.
        await EndAsync(db, alert, notice, status, failure, ended, tries, CancellationToken.None);
    }

    private async Task<(int? Status, string? Failure, bool Over)> MailAsync(AlertRow alert, AlertNoticeRow notice, CancellationToken cancel)
    {
        if (EmailAddress.TryParse(targets.Mailbox(notice.Target)?.To) is not { } to) return (null, "not-in-settings", true);
        if (!mailer.IsSetUp) return (null, "no-mail-server", true);
        var (subject, text) = AlertWords.Mail(alert, notice.News, address.Value.PublicUrl);
        try
        {
            await mailer.SendAsync(to, subject, text, cancel);
            return (null, null, true);
        }
        catch (ProblemException failed)
        {
            return (null, failed.Problem.Code, false);
        }
    }

    private async Task<(int? Status, string? Failure, bool Over)> PostAsync(AlertRow alert, AlertNoticeRow notice, CancellationToken cancel)
    {
        if (targets.Hook(notice.Target) is not { } to) return (null, "not-in-settings", true);
        var answer = await hook.PostAsync(to, notice.Id, AlertWords.Notice(alert, notice, address.Value.PublicUrl), cancel);
        return (answer.Status == 0 ? null : answer.Status, answer.Failure, false);
    }

    private async Task EndAsync(PortalDbContext db, AlertRow alert, AlertNoticeRow notice, int? status, string? failure, bool ended, int tries, CancellationToken cancel)
    {
        var row = await db.AlertNotices.SingleAsync(n => n.Id == notice.Id, cancel);
        (row.Status, row.Failure) = (status, failure);
        if (ended) (row.DueAt, row.DeliveredAt) = (null, failure is null ? time.GetUtcNow() : null);
        if (ended)
            audit.Append(db, AlertSweep.EntryOf(failure is null ? AuditCodes.AlertTold : AuditCodes.AlertNotTold, alert, AlertSweep.Portal) with
            {
                Facts = new Dictionary<string, object?> { ["problem"] = alert.ProblemCode, ["news"] = notice.News.ToString(), ["by"] = notice.Channel.ToString(), ["tries"] = tries, ["status"] = status, ["failure"] = failure },
            });
        await db.SaveChangesAsync(cancel);
    }
}
