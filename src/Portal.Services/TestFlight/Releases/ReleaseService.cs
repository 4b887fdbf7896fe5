using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.Mail;
using Portal.Services.SignIn;

namespace Portal.Services.TestFlight.Releases;

/// <summary>Build monitoring of links and the releases it makes in Centercode.</summary>
public sealed partial class ReleaseService
{
    private readonly AccessGuard _guard;
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AppleShelf _shelf;
    private readonly BuildNudge _nudge;
    private readonly Mailer _mailer;
    private readonly CentercodeOptions _centercode;
    private readonly TimeProvider _time;

    internal ReleaseService(AccessGuard guard, Database database, AuditLog audit, AppleShelf shelf, BuildNudge nudge, Mailer mailer, IOptions<CentercodeOptions> centercode, TimeProvider time) =>
        (_guard, _database, _audit, _shelf, _nudge, _mailer, _centercode, _time) = (guard, database, audit, shelf, nudge, mailer, centercode.Value, time);

    /// <summary>What new builds of a link make.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<MonitorView> MonitorAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var link = await LinkAsync(db, linkId, cancel);
        var row = await db.BuildMonitors.AsNoTracking().SingleOrDefaultAsync(m => m.LinkId == linkId, cancel);
        return new(row?.Mode ?? ReleaseMode.Off, actor.May(Permission.RunSync) ? row?.MailTo ?? "" : null, link.ConnectionId ?? row?.ConnectionId, link.ConnectionId is not null,
            row?.FirstLookAt, row?.ChangedByName, row?.ChangedAt, _mailer.IsSetUp, _centercode.ReleaseStateField.Length > 0);
    }

    /// <summary>Changes what new builds of a link make, from the next build on.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>release-no-connection</c>, <c>release-mail-unreadable</c>, <c>release-mail-many</c>.</exception>
    public async Task<MonitorView> ChangeMonitorAsync(Guid linkId, ReleaseMode mode, string? mailTo, Guid? connectionId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var addresses = MailList.Read(mailTo);
        await using var db = _database.Open();
        var link = await LinkAsync(db, linkId, cancel);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        if (connectionId is { } asked && !await db.Credentials.AnyAsync(c => c.Id == asked && c.Kind == CredentialKind.CentercodeApiKey && c.Status != CredentialStatus.Retired, cancel)) throw new ProblemException(ReleaseProblems.NoConnection);
        if (mode is not ReleaseMode.Off && link.ConnectionId is null && connectionId is null) throw new ProblemException(ReleaseProblems.NoConnection);
        var row = await db.BuildMonitors.SingleOrDefaultAsync(m => m.LinkId == linkId, cancel);
        if (row is null) db.BuildMonitors.Add(row = new BuildMonitorRow { LinkId = linkId });
        var before = row.Mode;
        (row.Mode, row.MailTo, row.ConnectionId, row.ChangedByName, row.ChangedAt) = (mode, MailList.Write(addresses), link.ConnectionId is null ? connectionId : null, actor.Name, _time.GetUtcNow());
        _audit.Append(db, new AuditEntry(AuditCodes.MonitorChanged, actor, "link", linkId.ToString())
        {
            LinkId = linkId, Addresses = addresses, Facts = new Dictionary<string, object?> { ["mode"] = $"{before} → {mode}", ["mails"] = addresses.Count },
        });
        // A team that comes as a file has no cycle: its app is looked at by itself.
        if (mode is not ReleaseMode.Off && link.Policy.Every is null) await AppLooks.WantAsync(db, link.AppId, link.CredentialId, _time.GetUtcNow(), cancel);
        await db.SaveChangesAsync(cancel);
        return await MonitorAsync(linkId, actor, cancel);
    }

    /// <summary>Creates the release of a build by hand; one that Centercode refused is tried again.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>release-mode-missing</c>, <c>release-no-connection</c>, <c>release-build-not-found</c>, <c>release-there</c>.</exception>
    public async Task<ReleaseView> CreateAsync(Guid linkId, string buildId, ReleaseMode mode, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        if (mode is ReleaseMode.Off) throw new ProblemException(ReleaseProblems.ModeMissing);
        await using var db = _database.Open();
        var link = await LinkAsync(db, linkId, cancel);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        var monitor = await db.BuildMonitors.AsNoTracking().SingleOrDefaultAsync(m => m.LinkId == linkId, cancel);
        if ((link.ConnectionId ?? monitor?.ConnectionId) is null) throw new ProblemException(ReleaseProblems.NoConnection);
        var build = (await _shelf.BuildAsync(actor, new KeyLabel(link.CredentialId, ""), buildId, refresh: false, cancel)).Value;
        if (build is null || build.AppId != link.AppId) throw new ProblemException(ReleaseProblems.BuildOfOtherApp);
        var row = await db.BuildReleases.SingleOrDefaultAsync(r => r.LinkId == linkId && r.BuildId == buildId, cancel);
        if (row is { State: not ReleaseState.Refused }) throw new ProblemException(ReleaseProblems.ThereAlready);
        var now = _time.GetUtcNow();
        if (row is null) db.BuildReleases.Add(row = BuildWatch.NewRelease(link, build, mode, now));
        (row.State, row.Mode, row.AskedByName, row.AskedAt, row.Delays, row.NextTryAt, row.ProblemCode, row.ProblemSentence, row.EndedAt) = (ReleaseState.Wanted, mode, actor.Name, now, 0, null, null, null, null);
        _audit.Append(db, BuildWatch.EventOf(AuditCodes.ReleaseWanted, actor, link, row));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException second) when (Database.IsUniqueViolation(second))
        {
            throw new ProblemException(ReleaseProblems.ThereAlready);
        }
        _nudge.Tell();
        return ViewOf(row);
    }

    /// <summary>A person looked in Centercode: the unconfirmed release is there, or it shall be created again.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>release-not-found</c>, <c>release-settled</c>.</exception>
    public async Task<ReleaseView> SettleAsync(Guid releaseId, bool isThere, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var seen = await db.BuildReleases.AsNoTracking().SingleOrDefaultAsync(r => r.Id == releaseId, cancel) ?? throw new ProblemException(ReleaseProblems.NotFound);
        var now = _time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var next = isThere ? ReleaseState.Created : ReleaseState.Wanted;
        // One statement: of two people who answer at once one is second.
        var mine = await db.BuildReleases.Where(r => r.Id == releaseId && r.State == ReleaseState.Unconfirmed && r.Attempts == seen.Attempts).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, next).SetProperty(r => r.SettledByName, actor.Name).SetProperty(r => r.EndedAt, isThere ? now : null).SetProperty(r => r.Delays, 0)
            .SetProperty(r => r.NextTryAt, (DateTimeOffset?)null).SetProperty(r => r.ProblemCode, (string?)null).SetProperty(r => r.ProblemSentence, (string?)null), cancel);
        if (mine != 1) throw new ProblemException(ReleaseProblems.NothingToSettle);
        var row = await db.BuildReleases.AsNoTracking().SingleAsync(r => r.Id == releaseId, cancel);
        var link = await LinkAsync(db, row.LinkId, cancel);
        var entry = BuildWatch.EventOf(AuditCodes.ReleaseSettled, actor, link, row);
        _audit.Append(db, entry with { Facts = new Dictionary<string, object?>(entry.Facts) { ["isThere"] = isThere } });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        if (!isThere) _nudge.Tell();
        return ViewOf(row);
    }

    private static async Task<SyncLinkRow> LinkAsync(PortalDbContext db, Guid linkId, CancellationToken cancel) =>
        await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);

    private static ReleaseView ViewOf(BuildReleaseRow row) => new(row.Id, row.Title, row.Mode, row.State, row.AskedByName, row.AskedAt, row.Attempts, row.EndedAt,
        row.CentercodeId, StoredProblem.Of(row.ProblemCode, row.ProblemSentence), row.NextTryAt, row.SettledByName, row.MailedAt, row.MailProblem);
}
