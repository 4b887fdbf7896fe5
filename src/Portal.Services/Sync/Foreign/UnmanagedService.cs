using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Foreign;

/// <summary>Testers in a link's group whom its ledger does not own (F27): listed, adopted, left as they are.</summary>
public sealed partial class UnmanagedService
{
    private const int MostShown = 1000;
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly PersonIds _people;
    private readonly TimeProvider _time;

    internal UnmanagedService(Database database, AuditLog audit, AccessGuard guard, PersonIds people, TimeProvider time) =>
        (_database, _audit, _guard, _people, _time) = (database, audit, guard, people, time);

    /// <summary>A part of them, with the counts of all; from the last reading of the group, no request is made.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="query">Which part.</param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>; masked without <see cref="Permission.SeeAddresses"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<UnmanagedPage> ListAsync(Guid linkId, UnmanagedQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var open = actor.May(Permission.SeeAddresses);
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        var counts = await Unmanaged(db, linkId).GroupBy(m => new { m.InTeam, IsLeft = m.LeftAsIsAt != null }).Select(g => new { g.Key.InTeam, g.Key.IsLeft, Count = g.Count() }).ToListAsync(cancel);
        var matching = Matching(db, link, query, open);
        // By address for those who see them: an order would tell what a mask hides.
        var ordered = open ? matching.OrderBy(m => m.PersonKey).ThenBy(m => m.TesterId) : matching.OrderBy(m => m.TesterId);
        var rows = await ordered.Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MostShown))
            .Select(m => new { Member = m, Tester = db.MirrorTesters.FirstOrDefault(t => t.IssuerId == link.IssuerId && t.AppId == link.AppId && t.TesterId == m.TesterId) }).ToListAsync(cancel);
        return new UnmanagedPage([.. rows.Select(row => ViewOf(row.Member, row.Tester, open))], await matching.CountAsync(cancel),
            counts.Where(c => c is { InTeam: true, IsLeft: false }).Sum(c => c.Count), counts.Where(c => c is { InTeam: false, IsLeft: false }).Sum(c => c.Count), counts.Where(c => c.IsLeft).Sum(c => c.Count),
            await db.GroupMembers.CountAsync(m => m.LinkId == linkId && m.PersonKey == null, cancel), link.GroupSeenAt, link.Policy.Mirror);
    }

    /// <summary>In the group with an address, and neither put there nor adopted by the link, nor added by support.</summary>
    private static IQueryable<GroupMemberRow> Unmanaged(PortalDbContext db, Guid linkId) => db.GroupMembers.AsNoTracking().Where(m => m.LinkId == linkId && m.PersonKey != null
        && !db.Memberships.Any(l => l.LinkId == linkId && l.PersonKey == m.PersonKey && l.RemovedAt == null && l.Origin != MembershipOrigin.PreExisting));

    private static IQueryable<GroupMemberRow> Matching(PortalDbContext db, SyncLinkRow link, UnmanagedQuery query, bool seesAddresses)
    {
        var some = Unmanaged(db, link.Id).Where(m => query.LeftAsIs ? m.LeftAsIsAt != null : m.LeftAsIsAt == null);
        if (query.InTeam is { } inTeam) some = some.Where(m => m.InTeam == inTeam);
        // Searching addresses is seeing them: a mask would be read out letter by letter.
        if (seesAddresses && query.Text?.Trim().ToLowerInvariant() is { Length: > 0 } text)
        {
            some = some.Where(m => m.PersonKey!.Contains(text) || db.MirrorTesters.Any(t => t.IssuerId == link.IssuerId && t.AppId == link.AppId && t.TesterId == m.TesterId
                && ((t.FirstName ?? "") + " " + (t.LastName ?? "")).ToLower().Contains(text)));
        }
        return some;
    }

    private UnmanagedTester ViewOf(GroupMemberRow row, MirrorTesterRow? tester, bool open)
    {
        var name = $"{tester?.FirstName} {tester?.LastName}".Trim() is { Length: > 0 } full ? full : null;
        return new(row.TesterId, _people.Find(row.LinkId, row.PersonKey!), open ? row.PersonKey : EmailAddress.Mask(row.PersonKey!), open || name is null ? name : EmailAddress.Mask(name), tester?.State, row.InTeam, row.SeenSince, row.LeftAsIsByName);
    }
}
