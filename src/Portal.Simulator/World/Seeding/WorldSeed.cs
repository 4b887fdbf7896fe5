using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

/// <summary>Apple's side as it stands on the first day: 13 apps, builds in every state, groups empty, full and in between.</summary>
internal static class WorldSeed
{
    private static readonly string[] AppNames =
    [
        "Aurora Notes", "Borealis Maps", "Cinder Camera", "Driftwood Music", "Ember Chat", "Fathom Fitness", "Glacier Weather",
        "Harbor Budget", "Inkwell Reader", "Juniper Recipes", "Kestrel Travel", "Lumen Photos", "Meadow Puzzles",
    ];

    private static readonly string[] ExternalStates =
    [
        "IN_BETA_TESTING", "BETA_APPROVED", "WAITING_FOR_BETA_REVIEW", "IN_BETA_REVIEW", "BETA_REJECTED", "READY_FOR_BETA_SUBMISSION",
        "MISSING_EXPORT_COMPLIANCE", "IN_EXPORT_COMPLIANCE_REVIEW", "PROCESSING", "PROCESSING_EXCEPTION", "READY_FOR_BETA_TESTING",
    ];

    public static void Plant(World world, WorldSize size)
    {
        for (var n = 0; n < (size == WorldSize.Small ? 1 : AppNames.Length); n++)
        {
            var app = PlantApp(world, n, AppNames[n]);
            if (size == WorldSize.Small)
            {
                world.TestFlight.Assign(Build(world, app, "2.0", "120", 12, "IN_BETA_TESTING"), Group(world, app, "Aurora beta testers", 30));
            }
            else if (n == 0)
            {
                PlantAurora(world, app);
            }
            else if (n == 1)
            {
                PlantBorealis(world, app);
            }
            else
            {
                PlantOther(world, app, n);
            }
        }
        if (size == WorldSize.Large)
        {
            PlantCrowd(world);
        }
        PlantUsers(world);
        world.ClearOutbox();
    }

    private static App PlantApp(World world, int n, string name)
    {
        var app = new App((6440000001 + n * 7919L).ToString(), name, "com.example." + name.Replace(" ", "").ToLowerInvariant());
        world.Apps.Add(app.Id, app);
        PlantTeamGroups(world, app);
        return app;
    }

    /// <summary>50 apps with four external groups each, and one with a group at Apple's limit, 200 of its people without an address.</summary>
    private static void PlantCrowd(World world)
    {
        for (var n = 0; n < 50; n++)
        {
            var app = PlantApp(world, 100 + n, $"Numbered {n + 1:D2}");
            var build = Build(world, app, "1.0", "1", n, "IN_BETA_TESTING");
            foreach (var name in new[] { "North", "East", "South", "West" })
            {
                var group = Group(world, app, name, 60);
                world.TestFlight.Assign(build, group);
                world.SeedTesters(app.Id, group.Id, 25, from: group.Name.Length * 1_000);
            }
        }
        var crowd = PlantApp(world, 200, "Zenith Crowd");
        var everybody = Group(world, crowd, "Everybody", 80);
        world.TestFlight.Assign(Build(world, crowd, "1.0", "1", 10, "IN_BETA_TESTING"), everybody);
        world.SeedTesters(crowd.Id, everybody.Id, 9_800);
        world.SeedAnonymousTesters(everybody.Id, 200);
    }

    /// <summary>Aurora Notes: an empty group made for the team, one whose build waits for review, one with a public link, one with people the app knows.</summary>
    private static void PlantAurora(World world, App app)
    {
        Build(world, app, "1.8", "101", 120, "IN_BETA_TESTING");
        var old = Build(world, app, "1.9", "110", 85, "IN_BETA_TESTING");
        var good = Build(world, app, "2.0", "120", 12, "IN_BETA_TESTING");
        var waiting = Build(world, app, "2.1", "131", 3, "WAITING_FOR_BETA_REVIEW");
        Build(world, app, "2.2", "140", 1, "READY_FOR_BETA_SUBMISSION");
        Build(world, app, "2.2", "141", 1, "MISSING_EXPORT_COMPLIANCE");
        Build(world, app, "2.2", "142", 0, "PROCESSING");

        var dedicated = Group(world, app, "Aurora beta testers", 30);
        world.TestFlight.Assign(good, dedicated);

        var knownPeople = Group(world, app, "Aurora friends", 200);
        world.TestFlight.Assign(old, knownPeople);
        var members = world.Community.Teams[CommunitySeed.Aurora].Members.Values.Where(m => m.AppleEmail?.Contains('@') == true).ToList();
        for (var n = 20; n < 45; n++)
        {
            AddTester(world, knownPeople, members[n].AppleEmail!.Trim(), members[n].FirstName, members[n].LastName, n % 3 == 0 ? "ACCEPTED" : "INSTALLED");
        }

        var early = Group(world, app, "Aurora early birds", 20);
        world.TestFlight.Assign(waiting, early);
        AddOutsiders(world, early, 8, 5000, "NOT_INVITED");

        var open = Group(world, app, "Aurora public link", 60);
        open.PublicLinkEnabled = true;
        open.PublicLinkId = "aUr0raLk";
        open.PublicLinkLimitEnabled = true;
        open.PublicLinkLimit = 500;
        world.TestFlight.Assign(good, open);
        AddAnonymous(world, open, 30);
    }

    /// <summary>Borealis Maps: a group that holds 240 of the 248 of its team, 5 people added by hand and 3 anonymous ones.</summary>
    private static void PlantBorealis(World world, App app)
    {
        Build(world, app, "4.1", "410", 88, "IN_BETA_TESTING");
        var good = Build(world, app, "4.2", "420", 9, "IN_BETA_TESTING");
        Build(world, app, "4.3", "430", 2, "IN_BETA_REVIEW");
        Build(world, app, "4.3", "431", 1, "BETA_REJECTED");
        Build(world, app, "4.4", "440", 0, "NOT_APPLICABLE");
        var full = Group(world, app, "Borealis field testers", 150);
        full.PublicLinkEnabled = true;
        full.PublicLinkId = "b0reAlis";
        world.TestFlight.Assign(good, full);
        var n = 0;
        foreach (var member in world.Community.Teams[CommunitySeed.Borealis].Members.Values.Take(240))
        {
            AddTester(world, full, member.AppleEmail!, member.FirstName, member.LastName, (n++ % 10) switch { 0 => "INVITED", 1 or 2 => "ACCEPTED", _ => "INSTALLED" });
        }
        AddOutsiders(world, full, 5, 6000, "INSTALLED");
        AddAnonymous(world, full, 3);
        Group(world, app, "Borealis next season", 5);
    }

    private static void PlantOther(World world, App app, int n)
    {
        for (var b = 0; b < 5; b++)
        {
            var state = ExternalStates[(n * 5 + b) % ExternalStates.Length];
            Build(world, app, $"{n}.{b / 2}", (n * 100 + b * 10).ToString(), (4 - b) * 22 + n % 4, state);
        }
        Build(world, app, $"{n}.9", (n * 100 + 90).ToString(), 6, "BETA_APPROVED");
        var external = Group(world, app, "External testers", 100 + n);
        if (app.Builds.Values.FirstOrDefault(b => b.IsTestable(false, world.Now)) is { } testable)
        {
            world.TestFlight.Assign(testable, external);
            testable.AutoNotify = n % 3 != 0;
        }
        AddOutsiders(world, external, 4 + n * 3, n * 10_000, n % 2 == 0 ? "INSTALLED" : "INVITED");
        Group(world, app, n % 2 == 0 ? "Press" : "Partners", 40 + n);
    }

    private static void PlantTeamGroups(World world, App app)
    {
        var everyone = world.TestFlight.CreateGroup(app, "Engineering", true, true, world.Now.AddDays(-300));
        var some = world.TestFlight.CreateGroup(app, "Design review", true, false, world.Now.AddDays(-290));
        for (var n = 0; n < 6; n++)
        {
            var (first, last, _) = Names.Person(90_000 + n);
            var tester = world.TestFlight.Create(app, $"{first}.{last}@example.com".ToLowerInvariant(), first, last, teamMember: true);
            tester.State = "INSTALLED";
            world.TestFlight.Join(tester, n < 4 ? everyone : some);
        }
    }

    private static void PlantUsers(World world)
    {
        string[][] roles = [["ACCOUNT_HOLDER", "ADMIN"], ["ADMIN"], ["APP_MANAGER"], ["APP_MANAGER"], ["DEVELOPER"], ["MARKETING"]];
        for (var n = 0; n < roles.Length; n++)
        {
            var (first, last, _) = Names.Person(90_000 + n);
            world.Users.Add(new(world.NewId(), $"{first}.{last}@example.com".ToLowerInvariant(), first, last, roles[n]));
        }
    }

    private static Build Build(World world, App app, string version, string number, int ageInDays, string state)
    {
        var audience = state == "NOT_APPLICABLE" ? "INTERNAL_ONLY" : "APP_STORE_ELIGIBLE";
        var build = world.BuildLife.Upload(app, version, number, world.Now.AddDays(-ageInDays).AddMinutes(ageInDays == 0 ? -10 : 10), audience);
        world.BuildLife.SetState(build, state);
        return build;
    }

    private static BetaGroup Group(World world, App app, string name, int ageInDays) =>
        world.TestFlight.CreateGroup(app, name, false, false, world.Now.AddDays(-ageInDays));

    private static void AddTester(World world, BetaGroup group, string email, string first, string last, string state)
    {
        var tester = world.TestFlight.FindOrCreate(group.App, email, first, last);
        tester.State = state;
        world.TestFlight.Join(tester, group);
    }

    private static void AddOutsiders(World world, BetaGroup group, int count, int from, string state)
    {
        for (var n = from; n < from + count; n++)
        {
            var (first, last, mailbox) = Names.Person(n);
            AddTester(world, group, $"{mailbox}.guest@{Names.Domain(n)}", first, last, state);
        }
    }

    private static void AddAnonymous(World world, BetaGroup group, int count)
    {
        for (var n = 0; n < count; n++)
        {
            var tester = world.TestFlight.Create(group.App, null, null, null);
            tester.State = "INSTALLED";
            world.TestFlight.Join(tester, group);
        }
    }
}
