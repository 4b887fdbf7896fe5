namespace Portal.Simulator.Centercode;

/// <summary>A user of the community. <paramref name="AppleEmail"/> is what the profile field holds: null, blank, or an address as typed.</summary>
internal sealed record Member(int UserId, string Username, string Email, string FirstName, string LastName, string? AppleEmail);

internal sealed class Team(string key, string name)
{
    public string Key => key;
    public string Name => name;
    public OrderedDictionary<int, Member> Members { get; } = [];
}

internal sealed record ReleaseType(string Key, string Name, string TeamKey);

internal sealed record Project(string Key, string Name, IReadOnlyList<ReleaseType> ReleaseTypes);

/// <summary>A report the community manager saved: who is in it and which columns it shows. No team key: everybody, with a Team column.</summary>
internal sealed record DataPackage(string Name, string? TeamKey, IReadOnlyList<string> Columns);

/// <summary>One Centercode community.</summary>
internal sealed class Community
{
    public required string ApiKey { get; init; }
    public OrderedDictionary<string, Team> Teams { get; } = [];
    public OrderedDictionary<string, Project> Projects { get; } = [];
    public OrderedDictionary<string, DataPackage> Packages { get; } = [];
    public List<RecordedRelease> Releases { get; } = [];
    public int NextUserId { get; set; } = 10_001;

    public Member Add(Team team, string firstName, string lastName, string mailbox, string domain, string? appleEmail)
    {
        var member = new Member(NextUserId++, mailbox, $"{mailbox}@{domain}", firstName, lastName, appleEmail);
        team.Members.Add(member.UserId, member);
        return member;
    }
}
