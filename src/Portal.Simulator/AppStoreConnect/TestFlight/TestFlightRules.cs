namespace Portal.Simulator.AppStoreConnect;

/// <summary>What TestFlight does by itself when memberships and builds change. Caller holds the world's gate.</summary>
internal sealed class TestFlightRules(World world)
{
    /// <summary>Longer than any lag a test asks for.</summary>
    private static readonly TimeSpan KeptStays = TimeSpan.FromHours(1);

    public BetaTester FindOrCreate(App app, string email, string? firstName, string? lastName) =>
        app.TestersByEmail.TryGetValue(email, out var known) ? known : Create(app, email, firstName, lastName);

    public BetaTester Create(App app, string? email, string? firstName, string? lastName, bool teamMember = false)
    {
        var tester = new BetaTester(world.NewId(), app, email, firstName, lastName)
        {
            Created = world.Now,
            InviteType = email is null ? "PUBLIC_LINK" : "EMAIL",
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
        if (!group.IsInternal && build is { ExternalState: "BETA_APPROVED", AutoNotify: true })
        {
            build.ExternalState = "IN_BETA_TESTING";
        }
        InviteAll(group);
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

    public Build Upload(App app, string version, string number, DateTimeOffset uploaded, string audience = "APP_STORE_ELIGIBLE")
    {
        var release = app.Versions.Values.FirstOrDefault(v => v.Version == version);
        if (release is null)
        {
            release = new(world.NewId(), app, version, "IOS");
            app.Versions.Add(release.Id, release);
            world.Versions.Add(release.Id, release);
        }
        var build = new Build(world.NewId(), release, number, uploaded) { Audience = audience };
        if (audience == "INTERNAL_ONLY")
        {
            build.ExternalState = "NOT_APPLICABLE";
        }
        release.Builds.Add(build.Id, build);
        app.Builds.Add(build.Id, build);
        world.Builds.Add(build.Id, build);
        foreach (var group in app.Groups.Values.Where(g => g.HasAccessToAllBuilds))
        {
            Assign(build, group);
        }
        return build;
    }

    public void SetExternalState(Build build, string state)
    {
        build.ExternalState = state;
        build.ReviewState = state switch
        {
            "WAITING_FOR_BETA_REVIEW" => "WAITING_FOR_REVIEW",
            "IN_BETA_REVIEW" => "IN_REVIEW",
            "BETA_REJECTED" => "REJECTED",
            "BETA_APPROVED" or "IN_BETA_TESTING" or "READY_FOR_BETA_TESTING" => "APPROVED",
            _ => null,
        };
        build.Submitted = build.ReviewState is null ? null : build.Submitted ?? world.Now;
        (build.ProcessingState, build.InternalState) = state switch
        {
            "PROCESSING" => ("PROCESSING", "PROCESSING"),
            "PROCESSING_EXCEPTION" => ("FAILED", "PROCESSING_EXCEPTION"),
            "MISSING_EXPORT_COMPLIANCE" => ("VALID", "MISSING_EXPORT_COMPLIANCE"),
            "IN_EXPORT_COMPLIANCE_REVIEW" => ("VALID", "IN_EXPORT_COMPLIANCE_REVIEW"),
            _ => ("VALID", build.Groups.Values.Any(g => g.IsInternal) ? "IN_BETA_TESTING" : "READY_FOR_BETA_TESTING"),
        };
        build.UsesNonExemptEncryption = state is "MISSING_EXPORT_COMPLIANCE" or "PROCESSING" ? null : state == "IN_EXPORT_COMPLIANCE_REVIEW";
        foreach (var group in build.Groups.Values)
        {
            InviteAll(group);
        }
    }

    private void InviteAll(BetaGroup group)
    {
        if (HasTestableBuild(group))
        {
            foreach (var tester in group.Testers.Values.Where(t => t.State == "NOT_INVITED"))
            {
                Invite(tester);
            }
        }
    }
}
