using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Mail;

namespace Portal.Services.Sync.Approvals;

/// <summary>Tells those named in the settings once that something waits for a second person, or that one person confirmed alone.</summary>
internal sealed class ApprovalMail(Database database, Mailer mailer, AuditLog audit, IOptions<ApprovalsOptions> options, IOptions<PortalAddress> address, TimeProvider time)
{
    private const int MostTries = 5;

    public async Task SendAsync(ApprovalRow row, CancellationToken cancel)
    {
        await using var db = database.Open();
        var tries = row.MailTries + 1;
        var again = time.GetUtcNow() + TimeSpan.FromMinutes(Math.Pow(2, tries));
        // Claimed before it goes out: two machines send one mail.
        if (await db.Approvals.Where(a => a.Id == row.Id && a.MailTries == row.MailTries && a.MailDueAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.MailTries, tries).SetProperty(a => a.MailDueAt, again), cancel) == 0) return;
        var subject = await SubjectOfAsync(db, row, cancel);
        try
        {
            foreach (var to in options.Value.Notify.Select(EmailAddress.TryParse).OfType<EmailAddress>()) await mailer.SendAsync(to, $"Portal: {TitleOf(row)}, {subject}", Text(row, subject), cancel);
        }
        catch (ProblemException failure)
        {
            if (tries < MostTries) return;
            await EndAsync(db, row, AuditCodes.ApprovalMailFailed, sent: null, cancel, failure.Problem.Code);
            return;
        }
        await EndAsync(db, row, AuditCodes.ApprovalMailed, time.GetUtcNow(), cancel);
    }

    private async Task EndAsync(PortalDbContext db, ApprovalRow row, AuditCode code, DateTimeOffset? sent, CancellationToken cancel, string? problem = null)
    {
        await db.Approvals.Where(a => a.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.MailDueAt, (DateTimeOffset?)null).SetProperty(a => a.MailedAt, sent), cancel);
        audit.Append(db, ApprovalBook.EntryOf(code, row, Actor.Schedule) with { Facts = new Dictionary<string, object?> { ["kind"] = row.Kind.ToString(), ["addresses"] = options.Value.Notify.Count, ["problem"] = problem } });
        await db.SaveChangesAsync(cancel);
    }

    private static async Task<string> SubjectOfAsync(PortalDbContext db, ApprovalRow row, CancellationToken cancel) => row.LinkId is { } link
        ? await db.Links.Where(l => l.Id == link).Select(l => l.TeamName + " → " + l.GroupName).SingleAsync(cancel)
        : await db.Credentials.Where(c => c.Id == row.CredentialId).Select(c => c.Label).SingleAsync(cancel);

    private static string TitleOf(ApprovalRow row) => row.State is ApprovalState.Delayed ? "confirmed by one person alone" : row.Kind switch
    {
        ApprovalKind.HeldRun => "a sync waits for you",
        ApprovalKind.EndOfProject => "the end of a project waits for you",
        _ => "a change waits for you",
    };

    // No tester's name or address: mail is read on phones and forwarded.
    private string Text(ApprovalRow row, string subject)
    {
        var where = address.Value.PublicUrl is { Length: > 0 } url ? $"{url.TrimEnd('/')}/approvals/{row.Id}" : "Approvals in the portal";
        var changes = string.Concat(ApprovalReader.ChangesOf(row).Select(change => $"\n{change.Name}: {change.Before} → {change.After}"));
        var reason = row.RequestReason is { Length: > 0 } why ? $"\n{row.RequestedByName} writes: {why}" : "";
        var what = row.State is ApprovalState.Delayed
            ? $"{row.DecidedByName} confirmed this alone (not four eyes). It takes effect at {row.TakesEffectAt:yyyy-MM-dd HH:mm} UTC unless somebody rejects it before:"
            : $"Asked for by {row.RequestedByName}. Whoever else may approves or rejects it until {row.ExpiresAt:yyyy-MM-dd HH:mm} UTC, then it is over and nothing is changed:";
        return $"""
            {subject}

            {row.ProblemSentence}{changes}{reason}

            {what}
            {where}
            """;
    }
}
