using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Services.Sync;

namespace Portal.Services.People;

/// <summary>One person across Centercode, groups, builds and runs: found, explained, helped.</summary>
public sealed partial class PersonService
{
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly PersonParts _parts;
    private readonly SyncService _sync;
    private readonly TimeProvider _time;

    internal PersonService(Database database, AuditLog audit, AccessGuard guard, PersonParts parts, SyncService sync, TimeProvider time) =>
        (_database, _audit, _guard, _parts, _sync, _time) = (database, audit, guard, parts, sync, time);

    /// <summary>Every step of one person in one link, read now, and the one next step.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id of a <see cref="PersonHit"/>, or the id of a run's item.</param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>; masked without <see cref="Permission.SeeAddresses"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException"><c>link-not-found</c>, <c>person-not-found</c>, <c>person-ids-locked</c>.</exception>
    public async Task<PersonView> GetAsync(Guid linkId, string personId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        var facts = await _parts.Reader.FactsAsync(link, key, actor, cancel);
        var open = actor.May(Permission.SeeAddresses);
        var now = _time.GetUtcNow();
        var shown = open ? facts : facts with { Member = facts.Member is null ? null : facts.Member with { FirstName = null, LastName = null } };
        return new PersonView
        {
            LinkId = link.Id, LinkTitle = Title(link), Id = _parts.Ids.Of(link.Id, key), Name = Shown(NameOf(facts) ?? "Somebody", open), Email = Shown(facts.AddressText, open),
            LoginEmail = Shown(facts.Member?.LoginEmail, open), MemberId = IdShown(facts.Member?.MemberId, open), AppId = link.AppId, AppName = link.AppName, GroupId = link.GroupId, GroupName = link.GroupName,
            TesterId = facts.Tester?.Id, Diagnosis = PersonDiagnosis.Of(shown, now), ReinviteRefused = PersonActRules.Reinvite(facts, now), MayFix = actor.May(Permission.FixPerson),
            SyncRefused = PersonActRules.Sync(facts, FreezeCalendar.Of(link.Policy).Until(now), now), RemoveRefused = PersonActRules.Remove(facts, FreezeCalendar.Of(link.Policy).Until(now)), RemovalAsked = RemovalWords.Asked(link.GroupName, facts.Builds, facts.OtherGroups, now), IsInTeam = facts.Member is not null, IsInGroup = facts.InGroup, IsKeptOut = facts.SuppressedBecause is not null,
            OwnerName = IsByHand(facts) ? facts.OwnerName : null, EndsAt = IsByHand(facts) ? facts.EndsAt : null,
            AlsoIn = await AlsoInAsync(link.Id, key, cancel), ReadAt = now,
        };
    }

    /// <summary>Sends Apple's invitation again: at most every three days, to who is in the group, not held back and has a build to test; read back and recorded.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops before the request is sent, not after.</param>
    /// <exception cref="ProblemException">Why it was not sent; Apple's own refusals too.</exception>
    public async Task<Reinvited> ReinviteAsync(Guid linkId, string personId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        return await _parts.Reinvitation.SendAsync(link, key, actor, cancel);
    }

    private async Task<(SyncLinkRow Link, string Key)> ResolveAsync(Guid linkId, string personId, Actor actor, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (Guid.TryParseExact(personId, "D", out var item))
        {
            // The audit of a run names people by their item.
            return (link, await db.RunItems.Where(i => i.Id == item && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == linkId)).Select(i => i.PersonKey).SingleOrDefaultAsync(cancel) ?? throw new ProblemException(PersonProblems.NotFound));
        }
        var known = await db.Memberships.Where(m => m.LinkId == linkId).Select(m => m.PersonKey)
            .Union(db.Suppressions.Where(s => s.LinkId == linkId).Select(s => s.PersonKey))
            .Union(db.GroupMembers.Where(m => m.LinkId == linkId && m.PersonKey != null).Select(m => m.PersonKey!))
            .Union(db.ForeignChanges.Where(c => c.LinkId == linkId && c.PersonKey != null).Select(c => c.PersonKey!))
            .Union(db.RunItems.Where(i => db.Runs.Any(r => r.Id == i.RunId && r.LinkId == linkId)).Select(i => i.PersonKey)).ToListAsync(cancel);
        var key = known.Find(candidate => _parts.Ids.Of(linkId, candidate) == personId)
            ?? PersonReader.People(await _parts.Reader.TeamAsync(link, actor, fresh: false, cancel)).FirstOrDefault(p => _parts.Ids.Of(linkId, p.Key) == personId)?.Key;
        return (link, key ?? throw new ProblemException(PersonProblems.NotFound));
    }

    private async Task<IReadOnlyList<(Guid, string, string)>> AlsoInAsync(Guid linkId, string key, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var links = await db.Links.AsNoTracking().Where(l => l.Id != linkId && l.State != LinkState.Retired && db.Memberships.Any(m => m.LinkId == l.Id && m.PersonKey == key)).OrderBy(l => l.TeamName).Take(20).ToListAsync(cancel);
        return [.. links.Select(l => (l.Id, Title(l), _parts.Ids.Of(l.Id, key)))];
    }

    private static bool IsByHand(PersonFacts facts) => facts is { Origin: MembershipOrigin.Manual, RemovedAt: null };

    /// <summary>Some communities use the address as the user id.</summary>
    private static string? IdShown(string? id, bool open) => open || id?.Contains('@', StringComparison.Ordinal) is not true ? id : EmailAddress.Mask(id);

    private static string? NameOf(PersonFacts facts)
    {
        var name = $"{facts.Member?.FirstName ?? facts.Tester?.FirstName} {facts.Member?.LastName ?? facts.Tester?.LastName}".Trim();
        return name.Length > 0 ? name : facts.AddressText ?? facts.Member?.MemberId;
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Shown(string? text, bool open) => open || text is null ? text : EmailAddress.Mask(text);

    private static string Title(SyncLinkRow link) => $"{link.TeamName} → {link.GroupName}";
}

/// <summary>What the service is made of beside database, record and guard.</summary>
internal sealed record PersonParts(PersonIds Ids, PersonReader Reader, Reinvitation Reinvitation, Suppressions Suppressions, SingleRemoval Removal, SingleAdd Add);
