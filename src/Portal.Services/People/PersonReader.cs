using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;
using Portal.Services.Data;

namespace Portal.Services.People;

/// <summary>A member with the key the sync matches them by.</summary>
internal sealed record TeamPerson(string Key, Member Member);

/// <summary>Gathers what is known about people: teams (for a short while from memory), ledger, last runs, and Apple.</summary>
internal sealed class PersonReader(Database database, TeamDirectories directories, AppStoreConnectClient apple, TimeProvider time)
{
    // A search that is refined a letter at a time must not read every team at every letter.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, (TeamSnapshot Team, DateTimeOffset At)> _teams = new();

    public async Task<TeamSnapshot> TeamAsync(SyncLinkRow link, Actor actor, bool fresh, CancellationToken cancel)
    {
        if (!fresh && _teams.TryGetValue(link.Id, out var known) && time.GetUtcNow() - known.At < Fresh) return known.Team;
        var team = await directories.For(link).ReadAsync(link, actor, null, cancel);
        if (team.Complete) _teams[link.Id] = (team, time.GetUtcNow());
        return team;
    }

    /// <summary>Keys as the plan has them: the address's, or the member's id where there is none.</summary>
    public static IReadOnlyList<TeamPerson> People(TeamSnapshot team) =>
        [.. team.Members.Select(m => new TeamPerson(EmailAddress.TryParse(m.AppleEmail)?.Key ?? $"member:{m.MemberId}", m))];

    /// <summary>Who is at Apple under these addresses, one request an app; nothing for a key that does not work.</summary>
    public async Task<Reading<BetaTester>> TestersAsync(SyncLinkRow link, IReadOnlyList<EmailAddress> addresses, Actor actor, CancellationToken cancel)
    {
        if (addresses.Count == 0) return new([], true, null);
        try
        {
            return await apple.FindTestersAsync(Use(link, actor, "person: look up"), link.AppId, addresses, cancel);
        }
        catch (AppleException failure)
        {
            return new([], false, failure.Problem);
        }
    }

    /// <summary>Everything about one person of one link, read now.</summary>
    public async Task<PersonFacts> FactsAsync(SyncLinkRow link, string personKey, Actor actor, CancellationToken cancel)
    {
        var team = await TeamAsync(link, actor, fresh: true, cancel);
        var people = People(team);
        var member = people.FirstOrDefault(p => p.Key == personKey)?.Member;
        var address = EmailAddress.TryParse(personKey);
        await using var db = database.Open();
        var now = time.GetUtcNow();
        var credential = await db.Credentials.AsNoTracking().SingleAsync(c => c.Id == link.CredentialId, cancel);
        var membership = await db.Memberships.AsNoTracking().SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == personKey, cancel);
        var suppression = await db.Suppressions.AsNoTracking().SingleOrDefaultAsync(s => s.LinkId == link.Id && s.PersonKey == personKey && (s.Until == null || s.Until > now), cancel);
        var rest = await db.PersonRests.AsNoTracking().SingleOrDefaultAsync(r => r.LinkId == link.Id && r.PersonKey == personKey && r.NextTryAt > now, cancel);
        var keyProblem = KeyProblem(credential);
        var found = keyProblem is null && address is not null ? await TestersAsync(link, [address], actor, cancel) : new Reading<BetaTester>([], keyProblem is null, keyProblem);
        var tester = found.Items.FirstOrDefault(t => t.GroupIds.Contains(link.GroupId)) ?? found.Items.FirstOrDefault();
        return new PersonFacts
        {
            AppName = link.AppName, GroupName = link.GroupName, TeamName = link.TeamName, Link = link.State, FirstApplied = link.FirstAppliedAt is not null,
            LinkProblem = StoredProblem.Of(link.ProblemCode, link.ProblemSentence),
            KeyProblem = keyProblem, Member = member, TeamProblem = team.Problem, SharedWith = address is null ? 0 : people.Where(p => p.Key == personKey).Select(p => p.Member.MemberId).Distinct().Count() - (member is null ? 0 : 1),
            Tester = tester, InGroup = tester?.GroupIds.Contains(link.GroupId) ?? false, AppleProblem = found.Complete ? null : found.Because ?? PersonProblems.Unreadable,
            InvitationNotOffered = InvitationOffer.IsRefused(credential, now), OtherGroups = tester?.GroupIds.Count(id => id != link.GroupId) ?? 0, Builds = keyProblem is null ? await BuildsAsync(link, actor, cancel) : null,
            Origin = membership?.Origin, OwnerName = membership?.OwnerName, EndsAt = membership?.EndsAt, ConfirmedAt = membership?.ConfirmedAt, RemovedAt = membership?.RemovedAt, InvitedAt = membership?.InvitedAt,
            SuppressedBecause = suppression?.Reason, SuppressedUntil = suppression?.Until,
            Rest = rest is null ? null : new(rest.NextTryAt, rest.Why),
        };
    }

    public static KeyUse Use(SyncLinkRow link, Actor actor, string purpose) => new(link.CredentialId, actor, purpose) { AppId = link.AppId, GroupId = link.GroupId };

    private async Task<IReadOnlyList<Build>?> BuildsAsync(SyncLinkRow link, Actor actor, CancellationToken cancel)
    {
        try
        {
            var builds = await apple.ListGroupBuildsAsync(Use(link, actor, "person: read builds"), link.GroupId, cancel);
            return builds.Complete ? builds.Items : null;
        }
        catch (AppleException)
        {
            // The step says "could not be read"; the person's own read already carries Apple's reason.
            return null;
        }
    }

    private static Problem? KeyProblem(CredentialRow credential) => credential.Status is CredentialStatus.Active
        ? null
        : StoredProblem.Of(credential.ProblemCode, credential.ProblemSentence) ?? SyncProblems.CredentialNotActive(credential.Label, credential.Status.ToString());
}
