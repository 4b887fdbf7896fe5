using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.People.Invitations;

/// <summary>Who of a link's group would be sent an invitation again, from one read of team, group and builds.</summary>
/// <param name="Nobody">Why nobody is; null when somebody may be.</param>
/// <param name="People">Everybody in the group with an address, by address; those with a reason are left out.</param>
internal sealed record InvitationChoice(Problem? Nobody, IReadOnlyList<(string Key, PersonFacts Facts, Problem? LeftOut)> People)
{
    public IEnumerable<(string Key, PersonFacts Facts, Problem? LeftOut)> Chosen => Nobody is null ? People.Where(p => p.LeftOut is null) : [];

    /// <summary>Of who is sent one: what somebody saw and agreed to.</summary>
    public string Hash => CanonicalJson.Hash(new Dictionary<string, object?> { ["people"] = string.Join('\n', Chosen.Select(p => p.Key)) });
}

internal sealed class InvitationPlanner(Database database, PersonReader reader, AppStoreConnectClient apple, TimeProvider time)
{
    public async Task<InvitationChoice> ReadAsync(SyncLinkRow link, ResendWho who, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = database.Open();
        var credential = await db.Credentials.AsNoTracking().SingleAsync(c => c.Id == link.CredentialId, cancel);
        var template = new PersonFacts
        {
            AppName = link.AppName, GroupName = link.GroupName, TeamName = link.TeamName, Link = link.State, FirstApplied = link.FirstAppliedAt is not null,
            KeyProblem = credential.Status is CredentialStatus.Active ? null : SyncProblems.CredentialNotActive(credential.Label, credential.Status.ToString()), InvitationNotOffered = InvitationOffer.IsRefused(credential, now),
        };
        if (template.KeyProblem is not null || LinkWrites.Refused(link.State, null) is not null) return new(ResendChoice.Nobody(template, now), []);
        var team = await reader.TeamAsync(link, actor, fresh: true, cancel);
        try
        {
            var builds = await apple.ListGroupBuildsAsync(PersonReader.Use(link, actor, "invitations: read builds"), link.GroupId, cancel);
            var testers = await apple.ListGroupTestersAsync(PersonReader.Use(link, actor, "invitations: read group"), link.GroupId, cancel);
            template = template with { TeamProblem = team.Problem, Builds = builds.Complete ? builds.Items : null, AppleProblem = testers.Complete ? null : testers.Because ?? PersonProblems.Unreadable };
            if (ResendChoice.Nobody(template, now) is { } nobody) return new(nobody, []);
            var members = PersonReader.People(team).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Member, StringComparer.Ordinal);
            var ledger = await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id).ToDictionaryAsync(m => m.PersonKey, StringComparer.Ordinal, cancel);
            var suppressed = await db.Suppressions.AsNoTracking().Where(s => s.LinkId == link.Id && (s.Until == null || s.Until > now)).ToDictionaryAsync(s => s.PersonKey, s => s.Reason, StringComparer.Ordinal, cancel);
            var people = testers.Items.Select(tester => (EmailAddress.TryParse(tester.Email)?.Key, Tester: tester)).Where(p => p.Key is not null).DistinctBy(p => p.Key).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => (Key: p.Key!, Facts: FactsOf(template, p.Tester, members.GetValueOrDefault(p.Key!), ledger.GetValueOrDefault(p.Key!), suppressed.GetValueOrDefault(p.Key!))));
            return new(null, [.. people.Select(p => (p.Key, p.Facts, ResendChoice.LeftOut(p.Facts, who, now)))]);
        }
        catch (AppleException failure)
        {
            return new(failure.Problem, []);
        }
    }

    private static PersonFacts FactsOf(PersonFacts template, BetaTester tester, Member? member, MembershipRow? row, string? suppressed) => template with
    {
        Tester = tester,
        InGroup = true,
        Member = member,
        SuppressedBecause = suppressed,
        InvitedAt = row?.InvitedAt,
        Origin = row?.RemovedAt is null ? row?.Origin : null,
        OwnerName = row?.OwnerName,
        EndsAt = row?.EndsAt,
        ConfirmedAt = row?.ConfirmedAt,
        RemovedAt = row?.RemovedAt,
    };
}
