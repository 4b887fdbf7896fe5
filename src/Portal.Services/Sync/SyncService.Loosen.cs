using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Data;
using Portal.Services.Sync.Approvals;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>
    /// Changes what the link's syncs may do. What lets more through than before is not changed but asked for, and holds once a second
    /// person allows it (invariant 31); before the first sync, which a person applies, what stays within the defaults holds at once.
    /// </summary>
    /// <param name="reason">Why, for the second person.</param>
    /// <returns>The request, where it is one; null: the policy holds now.</returns>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>policy-out-of-range</c>, <c>already-asked</c>.</exception>
    public async Task<Guid?> ChangePolicyAsync(Guid linkId, SyncPolicy policy, Actor actor, string? reason = null, CancellationToken cancel = default)
    {
        Guid? asked = null;
        await ChangeAsync(linkId, actor, AuditCodes.LinkChanged, async (link, db) =>
        {
            if (PolicyRules.Check(policy) is { } problem) throw new ProblemException(problem);
            var before = link.Policy;
            // A team that comes as a file is synced when one is uploaded, never by time.
            var after = link.SourceKind is SourceKind.Csv ? policy with { Every = null } : policy;
            if (Loosening.TakesTwo(before, after, link.FirstAppliedAt is not null))
            {
                var request = RequestOf(ApprovalKind.PolicyChange, link, Loosening.Changes(before, after).Count, SyncProblems.PolicyLoosened, reason, actor);
                (request.PolicyBefore, request.PolicyAfter) = (before, after);
                asked = await AskAsync(db, request, actor, other => other.PolicyAfter == after && other.PolicyBefore == before, cancel);
                return null;
            }
            link.Policy = after;
            return PolicyRules.Differences(before, after);
        }, cancel);
        return asked;
    }

    /// <summary>Reads other columns of the source. Who is in the team depends on it, so a second person allows it first; before the first sync it holds at once.</summary>
    /// <returns>The request, where it is one; null: the mapping holds now.</returns>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>link-incomplete</c>, <c>already-asked</c>.</exception>
    public async Task<Guid?> ChangeMappingAsync(Guid linkId, ColumnMapping mapping, Actor actor, string? reason = null, CancellationToken cancel = default)
    {
        Guid? asked = null;
        await ChangeAsync(linkId, actor, AuditCodes.LinkChanged, async (link, db) =>
        {
            if (NewLinkRules.Check(link.ProjectKey, link.ReleaseTypeKey, link.TeamName, mapping, centercodeSyncIsOff: true) is { } missing) throw new ProblemException(missing);
            var before = link.Mapping;
            if (before == mapping) return null;
            if (link.FirstAppliedAt is not null)
            {
                var request = RequestOf(ApprovalKind.MappingChange, link, Loosening.Changes(before, mapping).Count, SyncProblems.MappingChanged, reason, actor);
                (request.MappingBefore, request.MappingAfter) = (before, mapping);
                asked = await AskAsync(db, request, actor, other => other.MappingAfter == mapping && other.MappingBefore == before, cancel);
                return null;
            }
            link.Mapping = mapping;
            return Loosening.Changes(before, mapping).ToDictionary(change => change.Name, change => (object?)$"{change.Before} → {change.After}");
        }, cancel);
        return asked;
    }

    /// <summary>A new link begins within the defaults; what it wants beyond them is a request like any other.</summary>
    private async Task BeginWithinDefaultsAsync(PortalDbContext db, SyncLinkRow link, Actor actor, CancellationToken cancel)
    {
        var wanted = link.Policy;
        link.Policy = Loosening.WithinDefaults(wanted);
        if (link.Policy == wanted) return;
        var request = RequestOf(ApprovalKind.PolicyChange, link, Loosening.Changes(link.Policy, wanted).Count, SyncProblems.PolicyLoosened, null, actor);
        (request.PolicyBefore, request.PolicyAfter) = (link.Policy, wanted);
        await AskAsync(db, request, actor, _ => false, cancel);
    }

    private static ApprovalRow RequestOf(ApprovalKind kind, SyncLinkRow link, int values, Problem problem, string? reason, Actor actor) => new()
    {
        Kind = kind, LinkId = link.Id, CredentialId = link.CredentialId, Count = values, ProblemCode = problem.Code, ProblemSentence = problem.Sentence,
        RequestedById = actor.Id, RequestedByName = actor.Name, RequestReason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
    };

    /// <summary>A newer wish of the same kind takes the place of the older one.</summary>
    private async Task<Guid> AskAsync(PortalDbContext db, ApprovalRow request, Actor actor, Func<ApprovalRow, bool> isSame, CancellationToken cancel)
    {
        var open = await ApprovalBook.Open(db).Where(a => a.LinkId == request.LinkId && a.Kind == request.Kind).ToListAsync(cancel);
        var now = _time.GetUtcNow();
        if (open.FirstOrDefault(other => other.ExpiresAt > now && isSame(other)) is { } same) throw new ProblemException(ApprovalProblems.AlreadyAsked(same.RequestedByName));
        foreach (var older in open) await _approvals.CloseAsync(db, older, ApprovalState.Superseded, AuditCodes.ApprovalSuperseded, ApprovalProblems.Outdated, actor, cancel);
        return _approvals.Ask(db, request, actor).Id;
    }
}
