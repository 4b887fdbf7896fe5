using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

public sealed partial class World
{
    /// <summary>
    /// Puts generated testers into a group of the app, or with no group makes them known to the app alone; nobody is mailed. Addresses
    /// are plain, mixed in case and with a plus; names are Latin, from other scripts or missing.
    /// </summary>
    /// <param name="from">The number the first of them has: the same numbers make the same addresses, and no address twice.</param>
    /// <returns>Their addresses.</returns>
    /// <exception cref="KeyNotFoundException">There is no such app or group.</exception>
    public IReadOnlyList<string> SeedTesters(string appId, string? groupId, int count, string state = "INSTALLED", int from = 0)
    {
        lock (Gate)
        {
            var app = Apps[appId];
            var group = groupId is null ? null : app.Groups.TryGetValue(groupId, out var found) ? found : throw new KeyNotFoundException($"{app.Name} has no group '{groupId}'.");
            var emails = new List<string>(count);
            for (var n = from; n < from + count; n++)
            {
                var (first, last, email) = Names.Tester(n);
                var tester = TestFlight.FindOrCreate(app, email, first, last);
                tester.State = state;
                if (group is not null)
                {
                    TestFlight.Join(tester, group);
                }
                emails.Add(email);
            }
            return emails;
        }
    }

    /// <summary>Makes an external group with a new build that testers may install.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyNotFoundException">There is no such app.</exception>
    public string SeedGroup(string appId, string name)
    {
        var build = UploadBuild(appId, "9.0", $"{90_000 + Groups.Count}", "IN_BETA_TESTING");
        lock (Gate)
        {
            var app = Apps[appId];
            var group = TestFlight.CreateGroup(app, name, isInternal: false, allBuilds: false, Now);
            TestFlight.Assign(app.Builds[build], group);
            return group.Id;
        }
    }

    /// <summary>Puts generated people who came by a public link and left no address into a group.</summary>
    public void SeedAnonymousTesters(string groupId, int count)
    {
        lock (Gate)
        {
            for (var n = 0; n < count; n++)
            {
                var tester = TestFlight.Create(Groups[groupId].App, null, null, null);
                tester.State = "INSTALLED";
                TestFlight.Join(tester, Groups[groupId]);
            }
        }
    }

    /// <summary>The tester stops testing in TestFlight: they leave every group, and the app knows them no more.</summary>
    /// <exception cref="KeyNotFoundException">The app or the tester is unknown.</exception>
    public void StopTesting(string appId, string email)
    {
        lock (Gate)
        {
            TestFlight.Delete(Apps[appId].TestersByEmail[email]);
        }
    }

    /// <summary>Somebody follows a group's public link and installs.</summary>
    /// <returns>Null when the link is off, its limit or the app's is reached.</returns>
    public GroupMember? JoinByPublicLink(string groupId, string? email = null)
    {
        lock (Gate)
        {
            var group = Groups[groupId];
            var byLink = group.Testers.Count(t => t.InviteType == "PUBLIC_LINK");
            if (!group.PublicLinkEnabled || (group.PublicLinkLimitEnabled && byLink >= (group.PublicLinkLimit ?? 10_000)) || group.App.ExternalTesters >= switches.ExternalTesterCap)
            {
                return null;
            }
            var tester = email is not null && group.App.TestersByEmail.TryGetValue(email, out var known) ? known : TestFlight.Create(group.App, email, null, null, inviteType: "PUBLIC_LINK");
            tester.State = "INSTALLED";
            TestFlight.Join(tester, group);
            return new(tester.Id, tester.Email, tester.State, tester.InviteType);
        }
    }

    /// <summary>
    /// The first day again: apps, builds, groups, testers and teams as seeded, switches at their defaults, no faults, empty ledger and
    /// outbox, budgets unused. Keys and the community's API key go on working, and the clock goes on.
    /// </summary>
    public void Reset(WorldSize size = WorldSize.Standard, int seed = 20)
    {
        Faults.Clear();
        Faults.ForgetStruck();
        lock (Gate)
        {
            Clear();
            Ledger.Clear();
            switches = new();
            agreementUntil = default;
            random = new Random(seed);
            // The Issuer ID took the first one.
            NewId();
            foreach (var key in Keys.All)
            {
                key.Calls.Clear();
            }
            Community = CommunitySeed.Plant(Community.ApiKey);
            WorldSeed.Plant(this, size);
        }
    }
}
