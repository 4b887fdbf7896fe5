using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

/// <summary>What a yes and a no do, in the transaction of the decision.</summary>
internal sealed class ApprovalEffects(ApprovalBook book, AuditLog audit, TimeProvider time)
{
    /// <summary>Lets through what was asked for, if it is still what was asked for.</summary>
    /// <returns>The run to nudge, if one goes on.</returns>
    /// <exception cref="ProblemException"><c>approval-outdated</c>, <c>link-paused</c>, <c>link-retired</c>.</exception>
    public async Task<Guid?> AllowAsync(PortalDbContext db, ApprovalRow row, Actor actor, CancellationToken cancel)
    {
        switch (row.Kind)
        {
            case ApprovalKind.HeldRun or ApprovalKind.EndOfProject or ApprovalKind.Undo:
                await ContinueAsync(db, row, cancel);
                return row.RunId;
            case ApprovalKind.PolicyChange:
                await ChangeLinkAsync(db, row, actor, link => link.Policy == row.PolicyBefore, link => link.Policy = row.PolicyAfter!, cancel);
                return null;
            case ApprovalKind.MappingChange:
                await ChangeLinkAsync(db, row, actor, link => link.Mapping == row.MappingBefore, link => (link.Mapping, link.NextDueAt) = (row.MappingAfter!, link.NextDueAt is null ? null : time.GetUtcNow()), cancel);
                return null;
            default:
                await SwitchScopedReadsOffAsync(db, row, actor, cancel);
                return null;
        }
    }

    /// <summary>A no to a plan of the whole team stops the link until a person resumes it: the next plan could slip through under the limits.</summary>
    public async Task RejectAsync(PortalDbContext db, ApprovalRow row, string who, string reason, Actor actor, CancellationToken cancel)
    {
        if (row.RunId is not { } runId) return;
        var because = SyncProblems.HoldRejected(who, reason);
        await book.EndRunAsync(db, runId, because, actor, cancel);
        if (row is not { Kind: ApprovalKind.HeldRun, OnlyPersonKey: null }) return;
        var link = await db.Links.SingleAsync(l => l.Id == row.LinkId, cancel);
        (link.ProblemCode, link.ProblemSentence) = (because.Code, because.Sentence);
        if (link.State is not LinkState.Active) return;
        link.State = LinkState.Blocked;
        audit.Append(db, new AuditEntry(AuditCodes.LinkBlocked, actor, "link", link.Id.ToString())
        {
            LinkId = link.Id, RunId = runId, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["problem"] = because.Code },
        });
    }

    private async Task ContinueAsync(PortalDbContext db, ApprovalRow row, CancellationToken cancel)
    {
        var link = await db.Links.SingleAsync(l => l.Id == row.LinkId, cancel);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        if (row.Kind is ApprovalKind.HeldRun or ApprovalKind.Undo && link is { State: LinkState.Paused, FirstAppliedAt: not null }) throw new ProblemException(SyncProblems.LinkIsPaused);
        var run = await db.Runs.SingleAsync(r => r.Id == row.RunId, cancel);
        if (run.State is not RunState.AwaitingApproval || run.PlanHash != row.PlanHash) throw new ProblemException(ApprovalProblems.Outdated);
        if (run.FreezeOverride is null && FreezeCalendar.Of(link.Policy).Until(time.GetUtcNow()) is { } frozen) throw new ProblemException(SyncProblems.Frozen(frozen));
        (run.State, run.ApprovedPlanHash, run.ProblemCode, run.ProblemSentence) = (RunState.Queued, row.PlanHash, null, null);
        run.NotFourEyes = row.NotFourEyes;
        run.Revision++;
    }

    private async Task ChangeLinkAsync(PortalDbContext db, ApprovalRow row, Actor actor, Func<SyncLinkRow, bool> isAsAsked, Action<SyncLinkRow> change, CancellationToken cancel)
    {
        var link = await db.Links.SingleAsync(l => l.Id == row.LinkId, cancel);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        if (!isAsAsked(link)) throw new ProblemException(ApprovalProblems.Outdated);
        change(link);
        // Who asked for the change is the requester of what the schedule starts from it, not who allowed it.
        (link.LastEditorId, link.LastEditorName, link.LastEditedAt) = (row.RequestedById!, row.RequestedByName, time.GetUtcNow());
        audit.Append(db, new AuditEntry(AuditCodes.LinkChanged, actor, "link", link.Id.ToString())
        {
            LinkId = link.Id, CredentialId = link.CredentialId,
            Facts = ApprovalReader.ChangesOf(row).ToDictionary(change => change.Name, change => (object?)$"{change.Before} → {change.After}"),
        });
    }

    private async Task SwitchScopedReadsOffAsync(PortalDbContext db, ApprovalRow row, Actor actor, CancellationToken cancel)
    {
        var credential = await db.Credentials.SingleAsync(c => c.Id == row.CredentialId, cancel);
        if (credential.Status is Portal.Domain.Credentials.CredentialStatus.Retired || !credential.ScopedReads) throw new ProblemException(ApprovalProblems.Outdated);
        credential.ScopedReads = false;
        audit.Append(db, new AuditEntry(AuditCodes.CredentialUseChanged, actor, "credential", credential.Id.ToString())
        {
            CredentialId = credential.Id, Facts = new Dictionary<string, object?> { ["scopedReadsBefore"] = true, ["scopedReadsAfter"] = false },
        });
    }
}
