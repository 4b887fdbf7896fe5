using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Mail;

namespace Portal.Services.TestFlight.Releases;

/// <summary>Mails those the link's policy names once about each attempt that came to an end.</summary>
internal sealed class ReleaseMail(Database database, AuditLog audit, Mailer mailer, IConfiguration configuration, TimeProvider time)
{
    private const int AtOnce = 50;

    public async Task SendDueAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var due = await db.BuildReleases.AsNoTracking().Where(r => r.MailedAttempt < r.Attempts && (r.State == ReleaseState.Created || r.State == ReleaseState.Refused || r.State == ReleaseState.Unconfirmed))
            .OrderBy(r => r.EndedAt).Take(AtOnce).ToListAsync(cancel);
        foreach (var release in due)
        {
            // Claimed before it is sent: a mail may be lost, but nobody gets two.
            var mine = await db.BuildReleases.Where(r => r.Id == release.Id && r.MailedAttempt == release.MailedAttempt).ExecuteUpdateAsync(set => set.SetProperty(r => r.MailedAttempt, release.Attempts), cancel);
            if (mine == 1) await MailAsync(db, release, cancel);
        }
    }

    private async Task MailAsync(PortalDbContext db, BuildReleaseRow release, CancellationToken cancel)
    {
        var mailTo = await db.BuildMonitors.Where(m => m.LinkId == release.LinkId).Select(m => m.MailTo).SingleOrDefaultAsync(cancel);
        if (string.IsNullOrEmpty(mailTo)) return;
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == release.LinkId, cancel);
        var (subject, text) = Words(release, link);
        var all = MailList.Read(mailTo);
        var missed = 0;
        foreach (var address in all)
        {
            try
            {
                await mailer.SendAsync(address, subject, text, cancel);
            }
            catch (ProblemException)
            {
                missed++;
            }
        }
        var row = await db.BuildReleases.SingleAsync(r => r.Id == release.Id, CancellationToken.None);
        row.MailedAt = time.GetUtcNow();
        row.MailProblem = missed == 0 ? null : $"{missed} of {all.Count} mails could not be sent; an operator looks at the portal's mail settings.";
        audit.Append(db, BuildWatch.EventOf(missed == 0 ? AuditCodes.ReleaseMailed : AuditCodes.ReleaseMailFailed, Actor.Schedule, link, row) with { Addresses = all });
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private (string Subject, string Text) Words(BuildReleaseRow release, SyncLinkRow link)
    {
        var subject = release.State switch
        {
            ReleaseState.Created => $"{release.Mode} release created: {release.Title}",
            ReleaseState.Unconfirmed => $"Please look: release {release.Title}",
            _ => $"No release for {release.Title}",
        };
        var what = release.State is ReleaseState.Created
            ? $"{release.Title} came to the group \"{link.GroupName}\", and the portal created a release for it in Centercode ({link.ProjectName}, {link.ReleaseTypeName}), as {(release.Mode is ReleaseMode.Draft ? "a draft: publish it there when you are ready" : "published")}."
            : $"{release.Title} came to the group \"{link.GroupName}\" ({link.ProjectName}, {link.ReleaseTypeName}). {release.ProblemSentence} ({release.ProblemCode})";
        var address = configuration["Portal:PublicUrl"] is { Length: > 0 } url ? $"\n\n{url.TrimEnd('/')}/links/{link.Id}" : "";
        return (subject, what + address + "\n");
    }
}
