using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>Shows who would leave if the project ended: everyone the link put in or took over. Reads the group alone, changes nothing.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>link-is-draft</c>.</exception>
    public async Task<RunRequested> PreviewEndAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var link = await EndableAsync(db, linkId, cancel);
        return await StartOwnAsync(db, link, EndRunOf(linkId, SyncMode.Preview, actor), AuditCodes.PreviewRequested, actor, cancel);
    }

    /// <summary>
    /// Asks to end the project as a preview showed it: the number it showed is typed, a second person allows it, then those people
    /// leave the group and the link asks to be retired. Not a sync: the team is not read.
    /// </summary>
    /// <param name="previewId">The preview somebody looked at.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>end-not-previewed</c>, <c>typed-count-differs</c>, <c>approval-reason-missing</c>, <c>other-run-first</c>.</exception>
    public async Task<RunRequested> EndProjectAsync(Guid linkId, Guid previewId, int typedCount, string reason, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var link = await EndableAsync(db, linkId, cancel);
        var preview = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == previewId && r.LinkId == linkId && r.Purpose == RunPurpose.EndOfProject
            && r.Mode == SyncMode.Preview && r.State == RunState.Planned, cancel) ?? throw new ProblemException(SyncProblems.EndNotPreviewed);
        if (preview.ToRemove != typedCount) throw new ProblemException(ApprovalProblems.CountDiffers(preview.ToRemove));
        if (string.IsNullOrWhiteSpace(reason)) throw new ProblemException(ApprovalProblems.ReasonMissing);
        var run = EndRunOf(linkId, SyncMode.Real, actor);
        (run.WantedPlanHash, run.RequestReason) = (preview.PlanHash, reason.Trim());
        return await StartOwnAsync(db, link, run, AuditCodes.ProjectEndAsked, actor, cancel);
    }

    private static async Task<SyncLinkRow> EndableAsync(PortalDbContext db, Guid linkId, CancellationToken cancel)
    {
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        return link.State is LinkState.Draft ? throw new ProblemException(SyncProblems.LinkIsDraft) : link;
    }

    private RunRow EndRunOf(Guid linkId, SyncMode mode, Actor actor) => new()
    {
        Id = Guid.CreateVersion7(), LinkId = linkId, Mode = mode, Purpose = RunPurpose.EndOfProject, State = RunState.Queued,
        Trigger = TriggerOf(actor), StartedById = actor.Id, StartedByName = actor.Name, RequestedAt = _time.GetUtcNow(), Revision = 1,
    };

    /// <summary>A run of its own kind is joined by nobody: one that is under way is waited for (invariant 17).</summary>
    private async Task<RunRequested> StartOwnAsync(PortalDbContext db, SyncLinkRow link, RunRow run, AuditCode code, Actor actor, CancellationToken cancel, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction? transaction = null)
    {
        if (run.Mode is SyncMode.Real && await UnderWayAsync(db, link.Id, cancel) is { } running) throw new ProblemException(SyncProblems.OtherRunFirst(running.StartedByName));
        db.Runs.Add(run);
        _audit.Append(db, new AuditEntry(code, actor, "run", run.Id.ToString())
        {
            LinkId = link.Id, RunId = run.Id, CredentialId = link.CredentialId, Reason = run.RequestReason,
            Facts = new Dictionary<string, object?> { ["mode"] = run.Mode.ToString(), ["purpose"] = run.Purpose.ToString(), ["of"] = run.OfRunId?.ToString() },
            Personal = run.FreezeOverride is null ? new() : new Dictionary<string, object?> { ["freezeOverride"] = run.FreezeOverride },
        });
        try
        {
            await db.SaveChangesAsync(cancel);
            if (transaction is not null) await transaction.CommitAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            throw new ProblemException(SyncProblems.OtherRunFirst("somebody else"));
        }
        _queue.Nudge(run.Id);
        return new RunRequested(run.Id, false, run.StartedByName, run.RequestedAt);
    }
}
