using System.Net.Mail;
using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes to testers and their invitations.</summary>
internal sealed class TesterWrites(World world)
{
    public BetaTester Create(AppleRequest request)
    {
        var data = RequestBody.Data(request, "betaTesters");
        var attributes = RequestBody.Attributes(data);
        if (RequestBody.Text(attributes["email"]) is not { Length: > 0 } email)
        {
            throw new AppleException(AppleError.AttributeRequired("email"));
        }
        if (!MailAddress.TryCreate(email, out var parsed) || parsed.Address != email)
        {
            throw new AppleException(AppleError.AttributeInvalid("email", "'email' is not a valid e-mail address."));
        }
        var groups = RequestBody.Many(data, "betaGroups", "betaGroups").Select(id => world.Groups.GetValueOrDefault(id)
            ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/betaGroups"))).ToList();
        var builds = RequestBody.Many(data, "builds", "builds").Select(id => world.Builds.GetValueOrDefault(id)
            ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/builds"))).ToList();
        if (groups.Count > 0 && builds.Count > 0)
        {
            throw new AppleException(AppleError.OneRelationship);
        }
        var apps = groups.Select(g => g.App).Concat(builds.Select(b => b.App)).Distinct().ToList();
        if (apps is not [var app])
        {
            throw new AppleException(apps.Count == 0 ? AppleError.RelationshipRequired("betaGroups") : AppleError.RelationshipInvalid("/data/relationships/betaGroups"));
        }
        Permissions.DemandGroup(request.Key, groups.Count > 0 && groups.TrueForAll(g => g.IsInternal));
        return Save(app, email, attributes, groups, builds);
    }

    public AppleAnswer Delete(AppleRequest request, string id)
    {
        var tester = Find(id);
        Permissions.DemandAppManager(request.Key);
        return Delete([tester]);
    }

    public AppleAnswer DeleteFromApps(AppleRequest request, string id)
    {
        var tester = Find(id);
        Permissions.DemandAppManager(request.Key);
        return Delete(RequestBody.Linkages(world, request, "apps").Contains(tester.App.Id) ? [tester] : []);
    }

    public AppleAnswer DeleteFromApp(AppleRequest request, string appId)
    {
        var app = world.Apps.GetValueOrDefault(appId) ?? throw new AppleException(AppleError.NoResource("apps", appId));
        Permissions.DemandAppManager(request.Key);
        var testers = RequestBody.Linkages(world, request, "betaTesters").Select(id => app.Testers.GetValueOrDefault(id)
            ?? throw new AppleException(AppleError.RelationshipInvalid("/data"))).ToList();
        return Delete(testers);
    }

    public AppleAnswer ChangeGroups(AppleRequest request, string id)
    {
        var tester = Find(id);
        var groups = RequestBody.Linkages(world, request, "betaGroups").Select(g => world.Groups.GetValueOrDefault(g)
            ?? throw new AppleException(AppleError.RelationshipInvalid("/data"))).ToList();
        groups.ForEach(g => Permissions.DemandGroup(request.Key, g.IsInternal));
        if (request.Method == "DELETE")
        {
            groups.ForEach(g => world.TestFlight.Leave(tester, g));
            return new(204, Items: groups.Count);
        }
        groups.ForEach(g => Admission.Check(world, g, [tester]));
        groups.ForEach(g => world.TestFlight.Join(tester, g));
        return new(204, Items: groups.Count);
    }

    public AppleAnswer ChangeBuilds(AppleRequest request, string id)
    {
        var tester = Find(id);
        Permissions.DemandAppManager(request.Key);
        var builds = RequestBody.Linkages(world, request, "builds").Select((b, at) => world.Builds.GetValueOrDefault(b) is { } build
            ? build.App == tester.App ? build : throw new AppleException(AppleError.CannotBeAssigned)
            : throw new AppleException(AppleError.RelationshipInvalid($"/data/{at}"))).ToList();
        foreach (var build in builds)
        {
            if (request.Method == "DELETE")
            {
                build.Individuals.Remove(tester.Id);
                tester.Builds.Remove(build.Id);
            }
            else
            {
                BuildWrites.Give(world, build, tester);
            }
        }
        return new(204, Items: builds.Count);
    }

    public AppleAnswer Invite(AppleRequest request)
    {
        var data = RequestBody.Data(request, "betaTesterInvitations");
        var appId = RequestBody.One(data, "app", "apps");
        if (data["relationships"]?["betaTester"] is null && world.Switches.InvitationWithoutTester == InvitationWithoutTester.ReachesEverybody)
        {
            Permissions.DemandAppManager(request.Key);
            return InviteEverybody(request, world.Apps.GetValueOrDefault(appId) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/app")));
        }
        if (world.Switches.InvitationToTesterRefused)
        {
            throw new AppleException(Invented.InvitationToTester);
        }
        var testerId = RequestBody.One(data, "betaTester", "betaTesters");
        Permissions.DemandAppManager(request.Key);
        if (world.Testers.GetValueOrDefault(testerId) is not { } tester || tester.App.Id != appId)
        {
            throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/betaTester"));
        }
        if (tester.State is "ACCEPTED" or "INSTALLED")
        {
            throw new AppleException(AppleError.AlreadyAccepted);
        }
        if (!world.TestFlight.HasTestableBuild(tester))
        {
            throw new AppleException(AppleError.NoInstallableBuilds);
        }
        world.TestFlight.Invite(tester);
        return Invited(request);
    }

    private AppleAnswer InviteEverybody(AppleRequest request, App app)
    {
        foreach (var tester in app.Testers.Where(t => t.State is "NOT_INVITED" or "INVITED" && world.TestFlight.HasTestableBuild(t)))
        {
            world.TestFlight.Invite(tester);
        }
        return Invited(request);
    }

    private AppleAnswer Invited(AppleRequest request)
    {
        var id = world.NewId();
        var self = $"{request.Origin}/v1/betaTesterInvitations/{id}";
        return new(201, new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "betaTesterInvitations", ["id"] = id, ["links"] = new JsonObject { ["self"] = self } },
            ["links"] = new JsonObject { ["self"] = $"{request.Origin}/v1/betaTesterInvitations" },
        }, self, 1);
    }

    private BetaTester Save(App app, string email, JsonObject attributes, List<BetaGroup> groups, List<Build> builds)
    {
        var known = app.TestersByEmail.GetValueOrDefault(email);
        if (known is not null && world.Switches.ExistingTesterConflicts)
        {
            throw new AppleException(AppleError.AttributeInvalid("email", "A tester with this e-mail exists already.", ".DUPLICATE"));
        }
        if (groups.Exists(g => g.IsInternal) && known?.TeamMember != true)
        {
            throw new AppleException(AppleError.CannotBeAssigned);
        }
        if (known is null || !known.Groups.Values.Any(g => !g.IsInternal))
        {
            Admission.CheckCap(world, app, 1);
        }
        var tester = known ?? world.TestFlight.Create(app, email, RequestBody.Text(attributes["firstName"]), RequestBody.Text(attributes["lastName"]));
        if (tester.State == "REVOKED")
        {
            tester.State = "NOT_INVITED";
        }
        if (known is null || world.Switches.ExistingTesterJoins)
        {
            groups.ForEach(g => world.TestFlight.Join(tester, g));
        }
        foreach (var build in builds)
        {
            BuildWrites.Give(world, build, tester);
        }
        return tester;
    }

    private BetaTester Find(string id) => world.Testers.GetValueOrDefault(id) ?? throw new AppleException(AppleError.NoResource("betaTesters", id));

    /// <summary>Who stopped testing stays as a ghost: in lists, but not to be deleted.</summary>
    private AppleAnswer Delete(IReadOnlyList<BetaTester> testers)
    {
        if (world.Switches.RevokedCannotBeDeleted && testers.FirstOrDefault(t => t.State == "REVOKED") is { } ghost)
        {
            throw new AppleException(AppleError.NoResource("betaTesters", ghost.Id));
        }
        if (world.Switches is { DeletesAccepted: true, RemovalLagSeconds: > 0 and var lag })
        {
            world.Agenda.At(world.Now.AddSeconds(lag), () => DeleteNow(testers));
        }
        else
        {
            DeleteNow(testers);
        }
        return new(world.Switches.DeletesAccepted ? 202 : 204, Items: testers.Count);
    }

    private void DeleteNow(IReadOnlyList<BetaTester> testers)
    {
        foreach (var tester in testers.Where(t => world.Testers.ContainsKey(t.Id)))
        {
            world.TestFlight.Delete(tester);
        }
    }
}
