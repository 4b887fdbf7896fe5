using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Foreign;

public sealed partial class UnmanagedService
{
    // SQL takes so many parameters at a time, and more are not chosen one by one.
    private const int MostChosen = 10_000;
    private const int Chunk = 500;

    /// <summary>What adopting them would mean, to be read before it is confirmed.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<AdoptionWeighed> WeighAsync(Guid linkId, UnmanagedChoice choice, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        await using var db = _database.Open();
        var link = await LinkAsync(db, linkId, cancel);
        var chosen = await ChosenAsync(db, link, choice, actor, cancel);
        return new(chosen.Count, chosen.Count(m => !m.InTeam), link.Policy.Mirror);
    }

    /// <summary>Puts them under the link as if it had added them: from now on a sync keeps them while they are in the team and may take them out after, within its limits.</summary>
    /// <returns>How many were taken over.</returns>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>foreign-reason-missing</c>, <c>unmanaged-nobody-chosen</c>, <c>unmanaged-outside-team</c>.</exception>
    public Task<int> AdoptAsync(Guid linkId, UnmanagedDecision decision, Actor actor, CancellationToken cancel = default) => DecideAsync(linkId, decision, actor, AuditCodes.UnmanagedAdopted, async (db, link, chosen, now) =>
    {
        var outside = chosen.Count(m => !m.InTeam);
        if (link.Policy.Mirror && outside != decision.OutsideTeam) throw new ProblemException(SyncProblems.OutsideTeamChanged(outside));
        foreach (var some in chosen.DistinctBy(m => m.PersonKey).Chunk(Chunk))
        {
            var keys = some.Select(m => m.PersonKey!).ToList();
            var known = await db.Memberships.Where(m => m.LinkId == linkId && keys.Contains(m.PersonKey)).ToDictionaryAsync(m => m.PersonKey, StringComparer.Ordinal, cancel);
            foreach (var member in some)
            {
                if (!known.TryGetValue(member.PersonKey!, out var row))
                    db.Memberships.Add(row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = linkId, PersonKey = member.PersonKey!, TesterId = member.TesterId, FirstSeenAt = now, LastSeenAt = now });
                (row.Origin, row.ConfirmedAt, row.RemovedAt, row.GoneSince) = (MembershipOrigin.Adopted, row.ConfirmedAt ?? now, null, null);
            }
        }
    }, cancel);

    /// <summary>Says that they stay as they are: no sync touches them, and the list asks no more. They can be adopted later.</summary>
    /// <returns>How many that is.</returns>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>foreign-reason-missing</c>, <c>unmanaged-nobody-chosen</c>.</exception>
    public Task<int> LeaveAsync(Guid linkId, UnmanagedDecision decision, Actor actor, CancellationToken cancel = default) => DecideAsync(linkId, decision, actor, AuditCodes.UnmanagedLeft, async (db, _, chosen, now) =>
    {
        foreach (var ids in chosen.Select(m => m.TesterId).Chunk(Chunk))
        {
            await db.GroupMembers.Where(m => m.LinkId == linkId && ids.Contains(m.TesterId))
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.LeftAsIsAt, now).SetProperty(m => m.LeftAsIsByName, actor.Name), cancel);
        }
    }, cancel);

    private async Task<int> DecideAsync(Guid linkId, UnmanagedDecision decision, Actor actor, AuditCode code, Func<PortalDbContext, SyncLinkRow, List<GroupMemberRow>, DateTimeOffset, Task> decide, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var why = ForeignChangeService.Reasoned(decision.Reason);
        var count = 0;
        await _database.WriteAsync(async db =>
        {
            // Of two who decide at once the second sees what the first left; a cycle comes wholly before or after.
            await LinkLeases.HoldAsync(db, linkId);
            var link = await LinkAsync(db, linkId, cancel);
            if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
            var chosen = await ChosenAsync(db, link, decision.Choice, actor, cancel);
            if (chosen.Count == 0) throw new ProblemException(SyncProblems.NobodyChosen);
            var now = _time.GetUtcNow();
            await decide(db, link, chosen, now);
            count = chosen.Count;
            var addresses = chosen.Select(m => EmailAddress.TryParse(m.PersonKey)).OfType<EmailAddress>().Distinct().ToList();
            _audit.Append(db, new AuditEntry(code, actor, "link", linkId.ToString())
            {
                LinkId = linkId, CredentialId = link.CredentialId, Reason = why, Addresses = addresses,
                Facts = new Dictionary<string, object?> { ["testers"] = count, ["outsideTeam"] = chosen.Count(m => !m.InTeam) },
                Personal = new Dictionary<string, object?> { ["emails"] = string.Join(' ', addresses.Select(a => a.Key)) },
            });
            if (code != AuditCodes.UnmanagedAdopted) return;
            await db.SaveChangesAsync(cancel);
            var left = await Unmanaged(db, linkId).CountAsync(m => !m.InTeam, cancel);
            await db.Links.Where(l => l.Id == linkId).ExecuteUpdateAsync(set => set.SetProperty(l => l.Unmanaged, left), cancel);
        }, cancel);
        return count;
    }

    private static async Task<SyncLinkRow> LinkAsync(PortalDbContext db, Guid linkId, CancellationToken cancel) =>
        await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);

    /// <summary>Chosen by name from open and decided ones alike, or all that a query fits; with everyone of the same address.</summary>
    private static async Task<List<GroupMemberRow>> ChosenAsync(PortalDbContext db, SyncLinkRow link, UnmanagedChoice choice, Actor actor, CancellationToken cancel)
    {
        if (choice.All is { } query) return await Matching(db, link, query, actor.May(Permission.SeeAddresses)).ToListAsync(cancel);
        var chosen = new List<GroupMemberRow>();
        foreach (var ids in choice.TesterIds.Distinct(StringComparer.Ordinal).Take(MostChosen).Chunk(Chunk)) chosen.AddRange(await Unmanaged(db, link.Id).Where(m => ids.Contains(m.TesterId)).ToListAsync(cancel));
        return chosen;
    }
}
