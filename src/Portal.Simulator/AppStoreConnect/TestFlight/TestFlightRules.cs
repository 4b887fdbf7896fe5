namespace Portal.Simulator.AppStoreConnect;

/// <summary>What TestFlight does by itself when memberships and builds change. Caller holds the world's gate.</summary>
internal sealed class TestFlightRules(World world)
{
    /// <summary>Longer than any lag a test asks for.</summary>
    private static readonly TimeSpan KeptStays = TimeSpan.FromHours(1);

    public BetaTester FindOrCreate(App app, string email, string? firstName, string? lastName) =>
        app.TestersByEmail.TryGetValue(email, out var known) ? known : Create(app, email, firstName, lastName);

    public BetaTester Create(App app, string? email, string? firstName, string? lastName, bool teamMember = false, string? inviteType = null)
    {
        var tester = new BetaTester(world.NewId(), app, email, firstName, lastName)
        {
            Created = world.Now,
            InviteType = inviteType ?? (email is null ? "PUBLIC_LINK" : "EMAIL"),
            TeamMember = teamMember,
        };
        app.Testers.Add(tester.Id, tester);
        world.Testers.Add(tester.Id, tester);
        if (email is not null)
        {
            app.TestersByEmail.Add(email, tester);
        }
        return tester;
    }

    public void Delete(BetaTester tester)
    {
        foreach (var group in tester.Groups.Values.ToList())
        {
            Leave(tester, group);
        }
        foreach (var build in tester.Builds.Values)
        {
            build.Individuals.Remove(tester.Id);
        }
        tester.App.Testers.Remove(tester.Id);
        if (tester.Email is not null)
        {
            tester.App.TestersByEmail.Remove(tester.Email);
        }
        world.Testers.Remove(tester.Id);
    }

    public void Join(BetaTester tester, BetaGroup group)
    {
        if (group.Testers.TryAdd(tester.Id, tester))
        {
            tester.Groups.Add(group.Id, group);
            group.Joined[tester.Id] = world.Now;
        }
        InviteIfTestable(tester);
    }

    public bool Leave(BetaTester tester, BetaGroup group)
    {
        tester.Groups.Remove(group.Id);
        if (!group.Testers.Remove(tester.Id))
        {
            return false;
        }
        group.Joined.Remove(tester.Id, out var joined);
        tester.Stays.RemoveAll(s => s.Left < world.Now - KeptStays);
        tester.Stays.Add(new(group, joined, world.Now));
        group.Left.TryAdd(tester.Id, tester);
        return true;
    }

    public bool HasTestableBuild(BetaGroup group) => group.Builds.Values.Any(b => b.IsTestable(group.IsInternal, world.Now));

    public bool HasTestableBuild(BetaTester tester) =>
        tester.Groups.Values.Any(HasTestableBuild) || tester.Builds.Values.Any(b => b.IsTestable(false, world.Now));

    /// <summary>Apple sends the first invitation by itself, once, as soon as there is something to test.</summary>
    public void InviteIfTestable(BetaTester tester)
    {
        if (tester.State == "NOT_INVITED" && HasTestableBuild(tester))
        {
            Invite(tester);
        }
    }

    public void Invite(BetaTester tester)
    {
        var kind = tester.State == "NOT_INVITED" ? "invitation" : "reinvitation";
        tester.State = "INVITED";
        if (tester.Email is not null)
        {
            var group = tester.Groups.Values.FirstOrDefault(HasTestableBuild);
            world.Send(new(world.Now, tester.Email, $"You're invited to test {tester.App.Name}", kind, tester.App.Id, group?.Id));
        }
        After(world.Switches.AcceptSeconds, () => Accept(tester, "INVITED"));
    }

    /// <summary>The next of INVITED, ACCEPTED, INSTALLED; nothing when the tester is not in the state it is the next of.</summary>
    public void Accept(BetaTester tester, string from)
    {
        if (tester.State != from)
        {
            return;
        }
        tester.State = from == "INVITED" ? "ACCEPTED" : "INSTALLED";
        if (tester.State == "ACCEPTED")
        {
            After(world.Switches.InstallSeconds, () => Accept(tester, "ACCEPTED"));
        }
    }

    private void After(int seconds, Action happening)
    {
        if (seconds > 0)
        {
            world.Agenda.At(world.Now.AddSeconds(seconds), happening);
        }
    }

    public void Assign(Build build, BetaGroup group)
    {
        if (build.Groups.TryAdd(group.Id, group))
        {
            group.Builds.Add(build.Id, build);
        }
        if (group.IsInternal && build.InternalState == "READY_FOR_BETA_TESTING")
        {
            build.InternalState = "IN_BETA_TESTING";
        }
        InviteAll(group);
        if (!group.IsInternal && build is { ExternalState: "BETA_APPROVED", AutoNotify: true })
        {
            world.BuildLife.Release(build);
        }
        else if (!group.IsInternal && build is { ExternalState: "IN_BETA_TESTING", AutoNotify: true } && !build.IsExpired(world.Now))
        {
            world.BuildLife.Tell(build);
        }
    }

    public static void Unassign(Build build, BetaGroup group)
    {
        build.Groups.Remove(group.Id);
        group.Builds.Remove(build.Id);
    }

    public BetaGroup CreateGroup(App app, string name, bool isInternal, bool allBuilds, DateTimeOffset created)
    {
        var group = new BetaGroup(world.NewId(), app, name, isInternal, isInternal && allBuilds, created);
        app.Groups.Add(group.Id, group);
        world.Groups.Add(group.Id, group);
        if (group.HasAccessToAllBuilds && world.Switches.AllBuildsBackfill)
        {
            foreach (var build in app.Builds.Values.Where(b => b.IsTestable(true, world.Now)))
            {
                Assign(build, group);
            }
        }
        return group;
    }

    public void DeleteGroup(BetaGroup group)
    {
        foreach (var tester in group.Testers.Values.ToList())
        {
            Leave(tester, group);
        }
        foreach (var build in group.Builds.Values.ToList())
        {
            Unassign(build, group);
        }
        group.App.Groups.Remove(group.Id);
        world.Groups.Remove(group.Id);
    }

    public void InviteAll(BetaGroup group)
    {
        if (HasTestableBuild(group))
        {
            foreach (var tester in group.Testers.Where(t => t.State == "NOT_INVITED"))
            {
                Invite(tester);
            }
        }
    }
}
