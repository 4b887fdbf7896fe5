using System.Security.Cryptography;
using Portal.Simulator.Centercode;

namespace Portal.Simulator;

/// <summary>The community as it stands on the first day: five teams, of which the first has everything that goes wrong with lists.</summary>
internal static class CommunitySeed
{
    public const string Aurora = "aurora-beta";
    public const string Borealis = "borealis-field";
    private static readonly string[] Columns = ["User ID", "Username", "Email", "First Name", "Last Name", "Apple Account Email", "Team"];

    public static Community Plant(string? apiKey = null)
    {
        var community = new Community { ApiKey = apiKey ?? "cc_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)) };
        PlantAurora(AddTeam(community, Aurora, "Aurora beta team"), community);
        PlantPlain(AddTeam(community, Borealis, "Borealis field team"), community, 248, 1000, "field");
        PlantPlain(AddTeam(community, "cinder-photographers", "Cinder photographers"), community, 60, 2000, "photo");
        PlantPlain(AddTeam(community, "driftwood-listeners", "Driftwood listeners"), community, 35, 3000, "listen");
        PlantPlain(AddTeam(community, "ember-insiders", "Ember insiders"), community, 12, 4000, "inside");
        AddProject(community, "aurora", "Aurora beta", ("public-beta", "Public beta", Aurora), ("early-access", "Early access", "ember-insiders"));
        AddProject(community, "borealis", "Borealis field trial", ("field-trial", "Field trial", Borealis));
        AddProject(community, "studio", "Studio apps", ("photographers", "Photographers", "cinder-photographers"), ("listeners", "Listeners", "driftwood-listeners"));
        community.Packages.Add("everyone", new("everyone", null, Columns));
        community.Packages.Add("aurora-short", new("aurora-short", Aurora, ["User ID", "Apple Account Email"]));
        return community;
    }

    /// <summary>250 people: 10 without an Apple e-mail (two of those only blanks), 3 who share an address with another, case variants, plus addresses, names in ten scripts.</summary>
    private static void PlantAurora(Team team, Community community)
    {
        community.Add(team, "Ana", "Horvat", "ana.horvat", "example.com", "ana.horvat@example.net");
        foreach (var (first, last, mailbox) in Names.NonLatin)
        {
            community.Add(team, first, last, mailbox, "example.org", $"{mailbox}@example.org");
        }
        for (var n = 0; n < 10; n++)
        {
            var (first, last, mailbox) = Names.Person(n);
            community.Add(team, first, last, mailbox, Names.Domain(n), n switch { 0 or 1 => "   ", 2 => "", _ => null });
        }
        for (var n = 10; n < 236; n++)
        {
            var (first, last, mailbox) = Names.Person(n);
            var apple = (n % 12) switch
            {
                0 => $"{first}.{last}.{n}@Example.com",
                1 => $"{mailbox}+testflight@{Names.Domain(n)}",
                2 => $" {mailbox}@{Names.Domain(n)} ",
                3 => $"{mailbox}@{Names.Domain(n)}".ToUpperInvariant(),
                _ => $"{mailbox}@{Names.Domain(n)}",
            };
            community.Add(team, first, last, mailbox, Names.Domain(n), apple);
        }
        var twins = team.Members.Values.Where(m => m.AppleEmail?.Contains("+testflight") == false && m.UserId % 40 == 0).Take(3).ToList();
        for (var n = 0; n < 3; n++)
        {
            var (first, last, mailbox) = Names.Person(300 + n);
            var shared = twins[n].AppleEmail!.Trim();
            community.Add(team, first, last, mailbox, "example.net", n == 1 ? shared.ToUpperInvariant() : shared);
        }
    }

    private static void PlantPlain(Team team, Community community, int count, int from, string suffix)
    {
        for (var n = from; n < from + count; n++)
        {
            var (first, last, mailbox) = Names.Person(n);
            community.Add(team, first, last, $"{mailbox}.{suffix}", Names.Domain(n), $"{mailbox}.{suffix}@{Names.Domain(n + 1)}");
        }
    }

    public static Team AddTeam(Community community, string key, string name)
    {
        var team = new Team(key, name);
        community.Teams.Add(key, team);
        community.Packages.Add(key, new(key, key, Columns));
        return team;
    }

    private static void AddProject(Community community, string key, string name, params (string Key, string Name, string Team)[] releaseTypes) =>
        community.Projects.Add(key, new(key, name, [.. releaseTypes.Select(r => new ReleaseType(r.Key, r.Name, r.Team))]));
}
