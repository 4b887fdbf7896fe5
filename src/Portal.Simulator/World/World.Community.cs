using Portal.Simulator.Centercode;

namespace Portal.Simulator;

public sealed partial class World
{
    /// <summary>The community's API key, made at start.</summary>
    public string CentercodeApiKey => Community.ApiKey;

    /// <summary>A copy of the releases asked for so far.</summary>
    public IReadOnlyList<RecordedRelease> Releases { get { lock (Gate) { return [.. Community.Releases]; } } }

    /// <summary>The members of a team, blanks and duplicates and all.</summary>
    /// <exception cref="KeyNotFoundException">There is no such team.</exception>
    public IReadOnlyList<TeamMember> TeamMembers(string team)
    {
        lock (Gate)
        {
            return [.. Team(team).Members.Values.Select(Shown)];
        }
    }

    /// <summary>Makes an empty team and the data package that shows it, both of this key.</summary>
    /// <exception cref="ArgumentException">There is such a team already.</exception>
    public void AddTeam(string key, string name)
    {
        lock (Gate)
        {
            CommunitySeed.AddTeam(Community, key, name);
        }
    }

    public TeamMember AddTeamMember(string team, string firstName, string lastName, string email, string? appleEmail)
    {
        lock (Gate)
        {
            var member = new Member(Community.NextUserId++, email.Split('@')[0], email, firstName, lastName, appleEmail);
            Team(team).Members.Add(member.UserId, member);
            return Shown(member);
        }
    }

    /// <summary>Adds generated members, for tests of size.</summary>
    public void FillTeam(string team, int count)
    {
        lock (Gate)
        {
            var filled = Team(team);
            for (var n = 0; n < count; n++)
            {
                var (first, last, mailbox) = Names.Person(500_000 + filled.Members.Count);
                Community.Add(filled, first, last, mailbox, "example.org", $"{mailbox}@example.org");
            }
        }
    }

    /// <summary>Takes everybody out whose User ID, e-mail or Apple e-mail this is, as an opt-out or a macro does.</summary>
    /// <returns>How many left.</returns>
    public int RemoveTeamMember(string team, string idOrEmail)
    {
        lock (Gate)
        {
            var members = Team(team).Members;
            var leaving = members.Values.Where(m => Is(m, idOrEmail)).ToList();
            leaving.ForEach(m => members.Remove(m.UserId));
            return leaving.Count;
        }
    }

    /// <summary>Gives the members whose User ID, e-mail or Apple e-mail this is another Apple e-mail; null clears it.</summary>
    public int ChangeAppleEmail(string team, string idOrEmail, string? appleEmail)
    {
        lock (Gate)
        {
            var members = Team(team).Members;
            var changing = members.Values.Where(m => Is(m, idOrEmail)).ToList();
            changing.ForEach(m => members[m.UserId] = m with { AppleEmail = appleEmail });
            return changing.Count;
        }
    }

    /// <summary>Leaves only the first <paramref name="keep"/> members, as a macro can.</summary>
    public void ShrinkTeam(string team, int keep)
    {
        lock (Gate)
        {
            var members = Team(team).Members;
            foreach (var id in members.Keys.Skip(keep).ToList())
            {
                members.Remove(id);
            }
        }
    }

    private Team Team(string key) => Community.Teams.GetValueOrDefault(key) ?? Community.Teams.Values.FirstOrDefault(t => t.Name == key)
        ?? throw new KeyNotFoundException($"There is no team '{key}'.");

    private static bool Is(Member member, string idOrEmail) =>
        member.UserId.ToString() == idOrEmail || member.Email.Equals(idOrEmail, StringComparison.OrdinalIgnoreCase)
        || member.AppleEmail?.Trim().Equals(idOrEmail, StringComparison.OrdinalIgnoreCase) == true;

    private static TeamMember Shown(Member m) => new(m.UserId, m.Username, m.Email, m.FirstName, m.LastName, m.AppleEmail);
}
