using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes to beta groups. Linkages are all or nothing.</summary>
internal sealed class GroupWrites(World world)
{
    private static readonly HashSet<string> CreateOnly = ["isInternalGroup", "hasAccessToAllBuilds"];
    private static readonly HashSet<string> UpdateOnly = ["iosBuildsAvailableForAppleSiliconMac", "iosBuildsAvailableForAppleVision"];

    public BetaGroup Create(AppleRequest request)
    {
        var data = RequestBody.Data(request, "betaGroups");
        var attributes = RequestBody.Attributes(data);
        if (attributes.Select(a => a.Key).FirstOrDefault(UpdateOnly.Contains) is { } early)
        {
            throw new AppleException(AppleError.AttributeNotAllowed(early, "CREATE"));
        }
        var isInternal = RequestBody.Flag(attributes["isInternalGroup"]) ?? false;
        Permissions.DemandGroup(request.Key, isInternal);
        var appId = RequestBody.One(data, "app", "apps");
        var app = world.Apps.GetValueOrDefault(appId) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/app"));
        if (!isInternal && world.Switches.ExternalGroupNeedsInternal && !app.Groups.Values.Any(g => g.IsInternal))
        {
            throw new AppleException(Invented.NeedsInternalGroup);
        }
        var name = Name(app, attributes["name"], null);
        CheckLinkLimit(attributes);
        var builds = RequestBody.Many(data, "builds", "builds").Select(id => Build(app, id)).ToList();
        var testers = RequestBody.Many(data, "betaTesters", "betaTesters").Select(id => Tester(app, id)).ToList();
        var group = world.TestFlight.CreateGroup(app, name, isInternal, RequestBody.Flag(attributes["hasAccessToAllBuilds"]) ?? false, world.Now);
        Apply(group, attributes);
        try
        {
            CheckContent(group, builds, testers);
        }
        catch (AppleException)
        {
            world.TestFlight.DeleteGroup(group);
            throw;
        }
        builds.ForEach(b => world.TestFlight.Assign(b, group));
        testers.ForEach(t => world.TestFlight.Join(t, group));
        return group;
    }

    public BetaGroup Update(AppleRequest request, string id)
    {
        var group = Find(id);
        Permissions.DemandGroup(request.Key, group.IsInternal);
        var attributes = RequestBody.Attributes(RequestBody.Data(request, "betaGroups"));
        if (attributes.Select(a => a.Key).FirstOrDefault(CreateOnly.Contains) is { } late)
        {
            throw new AppleException(AppleError.AttributeNotAllowed(late, "UPDATE"));
        }
        CheckLinkLimit(attributes);
        if (attributes.ContainsKey("name"))
        {
            group.Name = Name(group.App, attributes["name"], group);
        }
        Apply(group, attributes);
        return group;
    }

    public AppleAnswer Delete(AppleRequest request, string id)
    {
        var group = Find(id);
        Permissions.DemandGroup(request.Key, group.IsInternal);
        world.TestFlight.DeleteGroup(group);
        return new(204, Items: 1);
    }

    public AppleAnswer ChangeTesters(AppleRequest request, string id)
    {
        var group = Find(id);
        Permissions.DemandGroup(request.Key, group.IsInternal);
        var testers = RequestBody.Linkages(world, request, "betaTesters").Select((t, at) => world.Testers.GetValueOrDefault(t)
            ?? throw new AppleException(AppleError.RelationshipInvalid($"/data/{at}"))).ToList();
        if (request.Method == "DELETE")
        {
            testers.ForEach(t => world.TestFlight.Leave(t, group));
            return new(204, Items: testers.Count);
        }
        Admission.Check(world, group, testers);
        testers.ForEach(t => world.TestFlight.Join(t, group));
        return new(204, Items: testers.Count);
    }

    public AppleAnswer ChangeBuilds(AppleRequest request, string id)
    {
        var group = Find(id);
        Permissions.DemandGroup(request.Key, group.IsInternal);
        var builds = RequestBody.Linkages(world, request, "builds").Select(b => Build(group.App, b)).ToList();
        if (request.Method == "DELETE")
        {
            builds.ForEach(b => TestFlightRules.Unassign(b, group));
            return new(204, Items: builds.Count);
        }
        if (group.HasAccessToAllBuilds)
        {
            throw new AppleException(AppleError.AllBuildsGroup);
        }
        builds.ForEach(b => Admission.CheckBuild(world, b, group));
        builds.ForEach(b => world.TestFlight.Assign(b, group));
        return new(204, Items: builds.Count);
    }

    private void CheckContent(BetaGroup group, List<Build> builds, List<BetaTester> testers)
    {
        if (group.HasAccessToAllBuilds && builds.Count > 0)
        {
            throw new AppleException(AppleError.AllBuildsGroup);
        }
        builds.ForEach(b => Admission.CheckBuild(world, b, group));
        Admission.Check(world, group, testers);
    }

    /// <summary>A public link takes 1 to 10,000 people.</summary>
    private static void CheckLinkLimit(JsonObject attributes)
    {
        if (RequestBody.Number(attributes["publicLinkLimit"]) is < 1 or > 10_000)
        {
            throw new AppleException(AppleError.AttributeInvalid("publicLinkLimit", "The public link limit must be between 1 and 10000."));
        }
    }

    private BetaGroup Find(string id) => world.Groups.GetValueOrDefault(id) ?? throw new AppleException(AppleError.NoResource("betaGroups", id));

    private Build Build(App app, string id) =>
        world.Builds.GetValueOrDefault(id) is { } build && build.App == app && ReadLag.IsThere(world, build) ? build : throw new AppleException(AppleError.RelationshipInvalid("/data"));

    private BetaTester Tester(App app, string id) =>
        world.Testers.GetValueOrDefault(id) is { } tester && tester.App == app ? tester : throw new AppleException(AppleError.CannotBeAssigned);

    private static string Name(App app, JsonNode? node, BetaGroup? renamed)
    {
        var name = RequestBody.Text(node);
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new AppleException(AppleError.AttributeRequired("name"));
        }
        return app.Groups.Values.Any(g => g != renamed && g.Name == name)
            ? throw new AppleException(AppleError.AttributeInvalid("name", $"There is a beta group with the name '{name}' already.", ".DUPLICATE"))
            : name;
    }

    private void Apply(BetaGroup group, JsonObject attributes)
    {
        group.FeedbackEnabled = RequestBody.Flag(attributes["feedbackEnabled"]) ?? group.FeedbackEnabled;
        group.PublicLinkLimitEnabled = RequestBody.Flag(attributes["publicLinkLimitEnabled"]) ?? group.PublicLinkLimitEnabled;
        group.PublicLinkLimit = RequestBody.Number(attributes["publicLinkLimit"]) ?? group.PublicLinkLimit;
        group.SiliconMac = RequestBody.Flag(attributes["iosBuildsAvailableForAppleSiliconMac"]) ?? group.SiliconMac;
        group.Vision = RequestBody.Flag(attributes["iosBuildsAvailableForAppleVision"]) ?? group.Vision;
        if (RequestBody.Flag(attributes["publicLinkEnabled"]) is { } enabled && !group.IsInternal)
        {
            group.PublicLinkEnabled = enabled;
            group.PublicLinkId ??= enabled ? world.NewCode(8, "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789") : null;
        }
    }
}
