using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes to builds: who gets them, review, notification.</summary>
internal sealed class BuildWrites(World world)
{
    public static void Give(World world, Build build, BetaTester tester)
    {
        if (build.Individuals.TryAdd(tester.Id, tester))
        {
            tester.Builds.Add(build.Id, build);
        }
        world.TestFlight.InviteIfTestable(tester);
    }

    public AppleAnswer ChangeGroups(AppleRequest request, string id)
    {
        var build = Find(id);
        var groups = RequestBody.Linkages(world, request, "betaGroups").Select(g => build.App.Groups.GetValueOrDefault(g)
            ?? throw new AppleException(AppleError.RelationshipInvalid("/data"))).ToList();
        groups.ForEach(g => Permissions.DemandGroup(request.Key, g.IsInternal));
        if (groups.Exists(g => g.HasAccessToAllBuilds))
        {
            throw new AppleException(AppleError.InternalGroupOfBuild);
        }
        if (request.Method == "DELETE")
        {
            groups.ForEach(g => TestFlightRules.Unassign(build, g));
            return new(204, Items: groups.Count);
        }
        groups.ForEach(g => Admission.CheckBuild(world, build, g));
        groups.ForEach(g => world.TestFlight.Assign(build, g));
        return new(204, Items: groups.Count);
    }

    public AppleAnswer ChangeIndividuals(AppleRequest request, string id)
    {
        var build = Find(id);
        Permissions.DemandAppManager(request.Key);
        var testers = RequestBody.Linkages(world, request, "betaTesters").Select(t => build.App.Testers.GetValueOrDefault(t)
            ?? throw new AppleException(AppleError.CannotBeAssigned)).ToList();
        if (request.Method != "DELETE")
        {
            Admission.CheckIndividuals(world, build, testers);
        }
        foreach (var tester in testers)
        {
            if (request.Method == "DELETE")
            {
                build.Individuals.Remove(tester.Id);
                tester.Builds.Remove(build.Id);
            }
            else
            {
                Give(world, build, tester);
            }
        }
        return new(204, Items: testers.Count);
    }

    public Build Update(AppleRequest request, string id)
    {
        var build = Find(id);
        Permissions.DemandAppManager(request.Key);
        var attributes = RequestBody.Attributes(RequestBody.Data(request, "builds"));
        if (RequestBody.Flag(attributes["expired"]) is { } expired)
        {
            build.ExpiredByHand = expired || build.ExpiredByHand ? true : throw new AppleException(AppleError.AttributeInvalid("expired", "A build can only be expired."));
        }
        if (RequestBody.Flag(attributes["usesNonExemptEncryption"]) is { } encryption)
        {
            if (build.UsesNonExemptEncryption == encryption)
            {
                throw new AppleException(AppleError.AttributeInvalid("usesNonExemptEncryption", "The attribute already has this value."));
            }
            world.BuildLife.DeclareEncryption(build, encryption);
        }
        return build;
    }

    public Build UpdateDetail(AppleRequest request, string id)
    {
        var build = world.Builds.GetValueOrDefault(id) ?? throw new AppleException(AppleError.NoResource("buildBetaDetails", id));
        Permissions.DemandAppManager(request.Key);
        var attributes = RequestBody.Attributes(RequestBody.Data(request, "buildBetaDetails"));
        if (attributes.Select(a => a.Key).FirstOrDefault(k => k != "autoNotifyEnabled") is { } fixedAttribute)
        {
            throw new AppleException(AppleError.AttributeNotAllowed(fixedAttribute, "UPDATE"));
        }
        build.AutoNotify = RequestBody.Flag(attributes["autoNotifyEnabled"]) ?? build.AutoNotify;
        return build;
    }

    public Build Submit(AppleRequest request)
    {
        var build = FromBody(request, "betaAppReviewSubmissions");
        if (build.PreRelease.Builds.Values.Any(b => b != build && b.ReviewState is "WAITING_FOR_REVIEW" or "IN_REVIEW" && !b.IsExpired(world.Now)))
        {
            throw new AppleException(AppleError.AnotherInReview);
        }
        if (build.ExternalStateAt(world.Now) != "READY_FOR_BETA_SUBMISSION")
        {
            throw new AppleException(AppleError.NotSubmittable);
        }
        if (world.Switches.SubmissionsPerDay is var most and > 0 && world.BuildLife.SubmissionsToday(build.App) >= most)
        {
            throw new AppleException(Invented.SubmissionLimit);
        }
        world.BuildLife.Submit(build);
        return build;
    }

    public AppleAnswer Notify(AppleRequest request)
    {
        var build = FromBody(request, "buildBetaNotifications");
        if (build.ExternalStateAt(world.Now) is not ("BETA_APPROVED" or "READY_FOR_BETA_TESTING" or "IN_BETA_TESTING"))
        {
            throw new AppleException(AppleError.Unprocessable("Build is not in externally testable state."));
        }
        world.BuildLife.Release(build);
        var id = world.NewId();
        return new(201, new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "buildBetaNotifications", ["id"] = id },
            ["links"] = new JsonObject { ["self"] = $"{request.Origin}/v1/buildBetaNotifications" },
        }, Items: 1);
    }

    private Build FromBody(AppleRequest request, string type)
    {
        var id = RequestBody.One(RequestBody.Data(request, type), "build", "builds");
        Permissions.DemandAppManager(request.Key);
        return ReadLag.Build(world, id) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/build"));
    }

    private Build Find(string id) => ReadLag.Build(world, id) ?? throw new AppleException(AppleError.NoResource("builds", id));
}
