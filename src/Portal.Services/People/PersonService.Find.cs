using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.People;

public sealed partial class PersonService
{
    private const int MostHits = 50;
    private const int ShortestText = 3;

    /// <summary>Looks for a person by address, name or user id in every link: teams, ledger and last runs; a whole address is asked of Apple too. Recorded.</summary>
    /// <param name="query">
    /// Part of an address or name for those who see addresses. Others ask by a whole user id, and by a whole address or name
    /// where they may check one or fix people.
    /// </param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="ProblemException"><c>person-ask-more</c>, <c>person-ask-whole</c>, <c>person-ids-locked</c>.</exception>
    public async Task<PeopleFound> FindAsync(string query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var asked = new Asked(TeamRows.Clean(query) ?? "", EmailAddress.TryParse(query), actor);
        if (asked.Text.Length < ShortestText) throw new ProblemException(PersonProblems.AskMore);
        if (asked.Address is not null && !asked.MayAskWhole) throw new ProblemException(PersonProblems.AskWhole);
        await using var db = _database.Open();
        var links = await db.Links.AsNoTracking().Where(l => l.State != LinkState.Retired && l.State != LinkState.Draft).OrderBy(l => l.TeamName).ThenBy(l => l.Id).ToListAsync(cancel);
        var found = new Dictionary<(Guid, string), PersonHit>();
        var unread = new List<(string, Problem)>();
        var readTeams = new HashSet<Guid>();
        foreach (var link in links)
        {
            await FromRecordsAsync(db, link, asked, found, cancel);
            if (await FromTeamAsync(link, asked, found, cancel) is { } team) unread.Add((Title(link), team));
            else readTeams.Add(link.Id);
        }
        if (asked.Address is not null) await FromAppleAsync(links, asked, found, unread, cancel);
        // Whoever came from ledger or Apple alone is in no team that was read.
        foreach (var (at, hit) in found.Where(f => f.Value.InTeam is null && readTeams.Contains(f.Key.Item1)).ToList()) found[at] = hit with { InTeam = false };
        var hits = found.Values.OrderBy(h => h.Name, StringComparer.OrdinalIgnoreCase).ThenBy(h => h.LinkTitle, StringComparer.Ordinal).ThenBy(h => h.Id, StringComparer.Ordinal).ToList();
        await RecordAsync(asked, hits.Count, cancel);
        return new PeopleFound([.. hits.Take(MostHits)], hits.Count > MostHits, unread);
    }

    private async Task FromRecordsAsync(PortalDbContext db, SyncLinkRow link, Asked asked, Dictionary<(Guid, string), PersonHit> found, CancellationToken cancel)
    {
        var items = db.RunItems.AsNoTracking().Where(i => db.Runs.Any(r => r.Id == i.RunId && r.LinkId == link.Id));
        var text = asked.Text.ToLowerInvariant();
        var key = asked.Address?.Key ?? text;
        var matching = asked.MayAskPart
            ? items.Where(i => i.PersonKey.Contains(text) || (i.Name != null && i.Name.ToLower().Contains(text)) || i.MemberId == asked.Text)
            : asked.MayAskWhole ? items.Where(i => i.PersonKey == key || (i.Name != null && i.Name.ToLower() == text) || i.MemberId == asked.Text) : items.Where(i => i.MemberId == asked.Text);
        // Ids rise with time: the last item of each person speaks for them.
        foreach (var item in await matching.OrderByDescending(i => i.Id).Take(4 * MostHits).ToListAsync(cancel))
        {
            if (!found.ContainsKey((link.Id, item.PersonKey))) Put(link, item.PersonKey, item.Name, item.Email, item.MemberId, asked, found, hit => hit with { State = item.InviteState is { } state ? TesterStates.InWords(state) : null });
        }
        var keys = found.Keys.Where(k => k.Item1 == link.Id).Select(k => k.Item2).ToList();
        if (asked.MayAskWhole) keys.Add(key);
        foreach (var row in await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id && (keys.Contains(m.PersonKey) || m.MemberId == asked.Text || (asked.MayAskPart && m.PersonKey.Contains(text)))).OrderBy(m => m.Id).Take(4 * MostHits).ToListAsync(cancel))
        {
            Put(link, row.PersonKey, null, EmailAddress.TryParse(row.PersonKey)?.Text, row.MemberId, asked, found, hit => hit with
            {
                InGroup = row is { ConfirmedAt: not null, RemovedAt: null, GoneSince: null },
                State = row.InviteState is { } state ? TesterStates.InWords(state) : hit.State,
            });
        }
    }

    private async Task<Problem?> FromTeamAsync(SyncLinkRow link, Asked asked, Dictionary<(Guid, string), PersonHit> found, CancellationToken cancel)
    {
        var team = await _parts.Reader.TeamAsync(link, asked.Actor, fresh: false, cancel);
        if (team.Problem is not null) return team.Problem;
        var people = PersonReader.People(team);
        foreach (var person in people.Where(p => asked.Matches(p)).Take(4 * MostHits))
        {
            var name = $"{person.Member.FirstName} {person.Member.LastName}".Trim();
            Put(link, person.Key, name.Length == 0 ? null : name, person.Member.AppleEmail, person.Member.MemberId, asked, found, hit => hit with { InTeam = true });
        }
        var members = people.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (at, hit) in found.Where(f => f.Key.Item1 == link.Id && members.Contains(f.Key.Item2)).ToList()) found[at] = hit with { InTeam = true };
        return null;
    }

    private async Task FromAppleAsync(List<SyncLinkRow> links, Asked asked, Dictionary<(Guid, string), PersonHit> found, List<(string, Problem)> unread, CancellationToken cancel)
    {
        foreach (var app in links.GroupBy(l => (l.CredentialId, l.AppId)))
        {
            var testers = await _parts.Reader.TestersAsync(app.First(), [asked.Address!], asked.Actor, cancel);
            if (!testers.Complete) unread.AddRange(app.Select(link => (Title(link), testers.Because ?? PersonProblems.Unreadable)));
            foreach (var link in app)
            {
                var tester = testers.Items.FirstOrDefault(t => t.GroupIds.Contains(link.GroupId));
                var at = (link.Id, asked.Address!.Key);
                if (tester is null && testers.Complete && found.TryGetValue(at, out var hit)) found[at] = hit with { InGroup = false };
                if (tester is not null) Put(link, asked.Address!.Key, $"{tester.FirstName} {tester.LastName}".Trim(), tester.Email, null, asked, found, known => known with { InGroup = true, State = TesterStates.InWords(tester.State) });
            }
        }
    }

    private void Put(SyncLinkRow link, string key, string? name, string? email, string? memberId, Asked asked, Dictionary<(Guid, string), PersonHit> found, Func<PersonHit, PersonHit> change)
    {
        var open = asked.Actor.May(Permission.SeeAddresses);
        var known = found.GetValueOrDefault((link.Id, key)) ?? new PersonHit(link.Id, Title(link), _parts.Ids.Of(link.Id, key), "", null, null);
        known = known with { Name = known.Name.Length == 0 ? Shown(name, open) ?? "" : known.Name, Email = known.Email ?? Shown(email, open), MemberId = known.MemberId ?? IdShown(memberId, open) };
        found[(link.Id, key)] = change(known);
    }

    private Task RecordAsync(Asked asked, int hits, CancellationToken cancel)
    {
        var checkOnly = asked.Address is not null && !asked.Actor.May(Permission.SeeAddresses);
        return _audit.WriteAsync(new AuditEntry(checkOnly ? AuditCodes.AddressChecked : AuditCodes.PersonLookedUp, asked.Actor, "people", null)
        {
            Facts = new Dictionary<string, object?> { ["found"] = hits },
            Personal = new Dictionary<string, object?> { ["query"] = asked.Text },
            Addresses = asked.Address is null ? [] : [asked.Address],
        }, cancel);
    }

    private sealed record Asked(string Text, EmailAddress? Address, Actor Actor)
    {
        public bool MayAskPart => Actor.May(Permission.SeeAddresses);
        public bool MayAskWhole => MayAskPart || Actor.May(Permission.CheckAddress) || Actor.May(Permission.FixPerson);

        public bool Matches(TeamPerson person)
        {
            var name = $"{person.Member.FirstName} {person.Member.LastName}".Trim();
            if (person.Member.MemberId == Text) return true;
            if (Address is not null) return MayAskWhole && (person.Key == Address.Key || EmailAddress.TryParse(person.Member.LoginEmail)?.Key == Address.Key);
            if (!MayAskPart) return MayAskWhole && string.Equals(name, Text, StringComparison.OrdinalIgnoreCase);
            return name.Contains(Text, StringComparison.OrdinalIgnoreCase) || (person.Member.AppleEmail?.Contains(Text, StringComparison.OrdinalIgnoreCase) ?? false)
                || (person.Member.LoginEmail?.Contains(Text, StringComparison.OrdinalIgnoreCase) ?? false);
        }
    }
}
