namespace Portal.Simulator.AppStoreConnect;

/// <summary>A build from its upload to its end: processing, export compliance, review, release, 90 days. Caller holds the world's gate.</summary>
internal sealed class BuildLife(World world)
{
    /// <summary>A build that is ready to be submitted.</summary>
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
            world.TestFlight.Assign(build, group);
        }
        return build;
    }

    /// <summary>A build that came in just now and goes through processing as the switches say.</summary>
    public Build Arrive(App app, string version, string number, DateTimeOffset uploaded, string audience)
    {
        var build = Upload(app, version, number, uploaded, audience);
        world.Agenda.At(build.Expires, () => Expire(build));
        if (world.Switches.ProcessingSeconds > 0)
        {
            Become(build, "PROCESSING");
            Later(build, world.Switches.ProcessingSeconds, Processed(build));
        }
        else if (world.Switches.UploadsMissCompliance)
        {
            Become(build, Processed(build));
        }
        return build;
    }

    /// <summary>Puts a build into a state and leaves it there: what was to come by itself comes no more.</summary>
    public void SetState(Build build, string state)
    {
        build.Next = null;
        Become(build, state);
    }

    /// <summary>The answer about encryption. Apple looks at builds that use their own.</summary>
    public void DeclareEncryption(Build build, bool own)
    {
        SetState(build, own ? "IN_EXPORT_COMPLIANCE_REVIEW" : Ready(build));
        build.UsesNonExemptEncryption = own;
        if (own)
        {
            Later(build, world.Switches.ComplianceReviewSeconds, Ready(build));
        }
    }

    public void Submit(Build build)
    {
        build.App.Submissions.Enqueue(world.Now);
        build.Submitted = world.Now;
        var approvedBefore = build.PreRelease.Builds.Values.Any(b => b != build && b.ReviewState == "APPROVED");
        Step(build, approvedBefore && world.Switches.LaterBuildsSkipReview ? "BETA_APPROVED" : "WAITING_FOR_BETA_REVIEW");
    }

    public int SubmissionsToday(App app)
    {
        while (app.Submissions.TryPeek(out var oldest) && oldest <= world.Now.AddHours(-24))
        {
            app.Submissions.Dequeue();
        }
        return app.Submissions.Count;
    }

    /// <summary>Opens an approved build to external testers and tells those who test already.</summary>
    public void Release(Build build)
    {
        Become(build, "IN_BETA_TESTING");
        Tell(build);
    }

    /// <summary>Mails about a build those who test already, each once.</summary>
    public void Tell(Build build)
    {
        foreach (var tester in build.Groups.Values.Where(g => !g.IsInternal).SelectMany(g => g.Testers).Where(t => t is { Email: not null, State: "ACCEPTED" or "INSTALLED" } && build.Told.Add(t.Id)))
        {
            world.Send(new(world.Now, tester.Email!, $"{build.App.Name} {build.PreRelease.Version} ({build.Number}) is ready to test", "new-build", build.App.Id, null));
        }
    }

    private void Step(Build build, string state)
    {
        Become(build, state);
        switch (state)
        {
            case "WAITING_FOR_BETA_REVIEW": Later(build, world.Switches.ReviewWaitSeconds, "IN_BETA_REVIEW"); break;
            case "IN_BETA_REVIEW": Later(build, world.Switches.ReviewSeconds, null); break;
            case "BETA_APPROVED" when world.Switches.ApprovedSeconds > 0: Later(build, world.Switches.ApprovedSeconds, "IN_BETA_TESTING"); break;
            case "BETA_APPROVED": LeaveReview(build); break;
        }
    }

    private void LeaveReview(Build build)
    {
        if (build.Groups.Values.All(g => g.IsInternal))
        {
            return;
        }
        if (build.AutoNotify)
        {
            Release(build);
        }
        else
        {
            Become(build, "READY_FOR_BETA_TESTING");
        }
    }

    /// <summary>Without a state it is the review's outcome that comes next.</summary>
    private void Later(Build build, int seconds, string? state)
    {
        if (seconds <= 0)
        {
            return;
        }
        var next = build.Next = new(world.Now.AddSeconds(seconds), state);
        Schedule(build, next);
    }

    /// <summary>Winds up what a build read from a file was waiting for.</summary>
    public void Resume(Build build)
    {
        if (build.Next is { } next)
        {
            Schedule(build, next);
        }
    }

    private void Schedule(Build build, Build.Step next) => world.Agenda.At(next.At, () =>
    {
        // Somebody moved it by hand meanwhile.
        if (build.Next != next || build.IsExpired(world.Now))
        {
            return;
        }
        build.Next = null;
        if (next.State == "IN_BETA_TESTING")
        {
            LeaveReview(build);
            return;
        }
        Step(build, next.State ?? (build.ReviewOutcome ?? (world.Switches.ReviewRejects ? "REJECTED" : "APPROVED")) switch { "REJECTED" => "BETA_REJECTED", _ => "BETA_APPROVED" });
    });

    private void Expire(Build build)
    {
        if (!build.ExpiredByHand)
        {
            world.Webhooks.StateChanged(build, build.ExternalState, "EXPIRED");
        }
    }

    private void Become(Build build, string state)
    {
        var (before, processing) = (build.ExternalState, build.ProcessingState);
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
        build.UsesNonExemptEncryption = state switch { "MISSING_EXPORT_COMPLIANCE" or "PROCESSING" => null, "IN_EXPORT_COMPLIANCE_REVIEW" => true, _ => build.UsesNonExemptEncryption ?? false };
        foreach (var group in build.Groups.Values)
        {
            world.TestFlight.InviteAll(group);
        }
        world.Webhooks.UploadChanged(build, processing, build.ProcessingState);
        world.Webhooks.StateChanged(build, before, state);
    }

    private string Processed(Build build) => world.Switches.UploadsMissCompliance ? "MISSING_EXPORT_COMPLIANCE" : Ready(build);

    private static string Ready(Build build) => build.Audience == "INTERNAL_ONLY" ? "NOT_APPLICABLE" : "READY_FOR_BETA_SUBMISSION";
}
