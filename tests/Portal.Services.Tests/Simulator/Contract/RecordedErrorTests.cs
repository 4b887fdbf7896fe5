using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Each refusal somebody recorded, provoked: status, code, title, detail and source are Apple's, letter for letter.</summary>
public sealed class RecordedErrorTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;
    private string App => World.AppId("Cinder Camera");
    private string External => World.GroupId("Cinder Camera", "External testers");
    private string Internal => World.GroupId("Cinder Camera", "Design review");
    private string AllBuilds => World.GroupId("Cinder Camera", "Engineering");

    public ValueTask DisposeAsync()
    {
        World.Switches = new Switches();
        World.Faults.Clear();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Key_ThatMayNot_IsToldInApplesWords()
    {
        await ExpectAsync(RecordedError.KeyForbids, HttpMethod.Get, "/v1/users?limit=1");
        var developer = World.CreateKey(role: "DEVELOPER");
        await ExpectAsync(RecordedError.DeveloperAndExternal, HttpMethod.Post, "/v1/betaGroups", NewGroup("By a developer", false), developer);
        World.Switches = new Switches { MembershipLapsed = true };
        await ExpectAsync(RecordedError.MembershipLapsed, HttpMethod.Get, "/v1/apps");
        World.Switches = new Switches { AgreementMissing = true };
        await ExpectAsync(RecordedError.AgreementMissing, HttpMethod.Get, "/v1/apps");
        await ExpectAsync(RecordedError.AgreementMissing, HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("a@example.com", External));
        await ExpectAsync(RecordedError.AgreementMissing, HttpMethod.Delete, $"/v1/betaTesters/{World.GroupMembers(External)[0].Id}");
    }

    [Fact]
    public async Task Gate_ThatRefuses_GivesNoIdAndApplesWords()
    {
        using var anonymous = await simulator.Http.GetAsync("/v1/apps", TestContext.Current.CancellationToken);
        Compare(RecordedError.NotAuthorized, anonymous, JsonNode.Parse(await anonymous.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
        World.AddFault("429");
        await ExpectAsync(RecordedError.RateLimit, HttpMethod.Get, "/v1/apps");
        World.AddFault("500");
        await ExpectAsync(RecordedError.Unexpected, HttpMethod.Get, "/v1/apps");
    }

    [Fact]
    public async Task Parameters_ThatAreWrong_AreNamed()
    {
        await ExpectAsync(RecordedError.BadFilter, HttpMethod.Get, "/v1/betaTesters?filter[emaill]=a@example.com");
        await ExpectAsync(RecordedError.BadField, HttpMethod.Get, "/v1/apps?fields[apps]=name,nope");
        await ExpectAsync(RecordedError.BadInclude, HttpMethod.Get, "/v1/betaTesters?include=betaTesterMetrics");
        await ExpectAsync(RecordedError.BadCursor, HttpMethod.Get, "/v1/betaTesters?cursor=eyJvZmZzZXQiOiIyMCJ9");
        await ExpectAsync(RecordedError.IllegalFilter, HttpMethod.Get, $"/v1/betaGroups/{External}/betaTesters?filter[email]=a@example.com");
        await ExpectAsync(RecordedError.IllegalFilter, HttpMethod.Get, "/v1/betaGroups?filter[email]=a@example.com");
        await ExpectAsync(RecordedError.NoGroup, HttpMethod.Get, "/v1/betaGroups/nobody");
        await ExpectAsync(RecordedError.NoGroup, HttpMethod.Post, "/v1/betaGroups/nobody/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", "x"));
        await ExpectAsync(RecordedError.NoPath, HttpMethod.Post, "/v1/bulkBetaTesterAssignments", new { });
        await ExpectAsync(RecordedError.RelationshipForbids, HttpMethod.Get, $"/v1/builds/{Build("91.0", "1")}/betaGroups");
    }

    [Fact]
    public async Task Testers_WhoCannotJoin_AreRefused()
    {
        var foreign = World.AddTesterByHand(World.GroupId("Ember Chat", "Press"), "recorded.foreign@example.com").Id;
        var known = World.AddTesterByHand(External, "recorded.known@example.com").Id;
        var groups = $"/v1/betaGroups/{External}/relationships/betaTesters";
        await ExpectAsync(RecordedError.CannotBeAssigned, HttpMethod.Post, groups, SimulatorFixture.Linkages("betaTesters", foreign));
        await ExpectAsync(RecordedError.CannotBeAssigned, HttpMethod.Post, $"/v1/betaGroups/{Internal}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", known));
        World.Switches = new Switches { ExistingMemberConflicts = true };
        await ExpectAsync(RecordedError.CannotBeAssigned, HttpMethod.Post, groups, SimulatorFixture.Linkages("betaTesters", known));
        World.Switches = new Switches();
        await ExpectAsync(RecordedError.BadRelationship, HttpMethod.Post, groups, SimulatorFixture.Linkages("betaTesters", "nobody"));
        await ExpectAsync(RecordedError.BadRelationship, HttpMethod.Post, groups, SimulatorFixture.Linkages("builds", known));
        World.SetTesterState("recorded.known@example.com", App, "ACCEPTED");
        await ExpectAsync(RecordedError.AlreadyAccepted, HttpMethod.Post, "/v1/betaTesterInvitations", Invitation(known));
        var waiting = World.AddTesterByHand(await EmptyGroupAsync(), "recorded.waiting@example.com").Id;
        await ExpectAsync(RecordedError.NothingToInstall, HttpMethod.Post, "/v1/betaTesterInvitations", Invitation(waiting));
    }

    [Fact]
    public async Task Entities_ThatAreWrong_AreNamed()
    {
        await ExpectAsync(RecordedError.CreateOnly, HttpMethod.Patch, $"/v1/betaGroups/{External}", new { data = new { type = "betaGroups", id = External, attributes = new { hasAccessToAllBuilds = true } } });
        await ExpectAsync(RecordedError.AttributeRequired, HttpMethod.Post, "/v1/betaTesters", new { data = new { type = "betaTesters", attributes = new { firstName = "A" } } });
        await ExpectAsync(RecordedError.DuplicateName, HttpMethod.Post, "/v1/betaGroups", NewGroup("External testers", false));
        await ExpectAsync(RecordedError.BadRelationship, HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("b@example.com", "nobody"));
        var (group, build) = (new[] { new { type = "betaGroups", id = External } }, new[] { new { type = "builds", id = Build("91.1", "1") } });
        await ExpectAsync(RecordedError.OneRelationship, HttpMethod.Post, "/v1/betaTesters",
            new { data = new { type = "betaTesters", attributes = new { email = "c@example.com" }, relationships = new { betaGroups = new { data = group }, builds = new { data = build } } } });
        await ExpectAsync(RecordedError.SameLocale, HttpMethod.Post, "/v1/betaBuildLocalizations",
            new { data = new { type = "betaBuildLocalizations", attributes = new { locale = "en-US" }, relationships = new { build = new { data = build[0] } } } });
        await ExpectAsync(RecordedError.BadJson, HttpMethod.Post, "/v1/betaTesters", new { nothing = 1 });
    }

    [Fact]
    public async Task Builds_ThatAreNotReady_AreUnprocessable()
    {
        var ready = Build("92.0", "1");
        var linkage = SimulatorFixture.Linkages("builds", ready);
        await ExpectAsync(RecordedError.AllBuildsGroup, HttpMethod.Post, $"/v1/betaGroups/{AllBuilds}/relationships/builds", linkage);
        await ExpectAsync(RecordedError.InternalGroup, HttpMethod.Post, $"/v1/builds/{ready}/relationships/betaGroups", SimulatorFixture.Linkages("betaGroups", AllBuilds));
        await ExpectAsync(RecordedError.SameValue, HttpMethod.Patch, $"/v1/builds/{ready}", new { data = new { type = "builds", id = ready, attributes = new { usesNonExemptEncryption = false } } });
        await ExpectAsync(RecordedError.NotToNotify, HttpMethod.Post, "/v1/buildBetaNotifications", OfBuild("buildBetaNotifications", ready));
        var processing = SimulatorFixture.Linkages("builds", Build("92.1", "1", "PROCESSING"));
        await ExpectAsync(RecordedError.NotAssignable, HttpMethod.Post, $"/v1/betaGroups/{External}/relationships/builds", processing);
        await ExpectAsync(RecordedError.NotTestable, HttpMethod.Post, $"/v1/betaGroups/{Internal}/relationships/builds", processing);
        Build("92.0", "2", "WAITING_FOR_BETA_REVIEW");
        await ExpectAsync(RecordedError.AnotherInReview, HttpMethod.Post, "/v1/betaAppReviewSubmissions", OfBuild("betaAppReviewSubmissions", ready));
        await ExpectAsync(RecordedError.BadReviewState, HttpMethod.Post, "/v1/betaAppReviewSubmissions", OfBuild("betaAppReviewSubmissions", Build("92.2", "1", "BETA_APPROVED")));
    }

    private string Build(string version, string number, string state = "READY_FOR_BETA_SUBMISSION") => World.UploadBuild(App, version, number, state);

    private async Task<string> EmptyGroupAsync()
    {
        using var created = await simulator.SendAsync(HttpMethod.Post, "/v1/betaGroups", NewGroup("Nothing to install", false));
        return World.GroupId("Cinder Camera", "Nothing to install");
    }

    private object NewGroup(string name, bool isInternal) =>
        new { data = new { type = "betaGroups", attributes = new { name, isInternalGroup = isInternal }, relationships = new { app = new { data = new { type = "apps", id = App } } } } };

    private object Invitation(string tester) => new
    {
        data = new
        {
            type = "betaTesterInvitations",
            relationships = new { betaTester = new { data = new { type = "betaTesters", id = tester } }, app = new { data = new { type = "apps", id = App } } },
        },
    };

    private static object OfBuild(string type, string id) => new { data = new { type, relationships = new { build = new { data = new { type = "builds", id } } } } };

    private async Task ExpectAsync(RecordedError recorded, HttpMethod method, string path, object? body = null, IssuedKey? key = null)
    {
        using var response = await simulator.SendAsync(method, path, body, key);
        Compare(recorded, response, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    internal static void Compare(RecordedError recorded, HttpResponseMessage response, JsonNode document)
    {
        var error = document["errors"]![0]!;
        Assert.Equal(recorded.Status, (int)response.StatusCode);
        Assert.Equal(recorded.Status.ToString(), (string?)error["status"]);
        AssertSame(recorded.Code, (string?)error["code"]);
        AssertSame(recorded.Title, (string?)error["title"]);
        AssertSame(recorded.Detail, (string?)error["detail"]);
        if (recorded.Pointer is not null || recorded.Parameter is not null)
        {
            Assert.Equal((recorded.Pointer, recorded.Parameter), ((string?)error["source"]!["pointer"], (string?)error["source"]!["parameter"]));
        }
        Assert.Equal(recorded.Status is not (401 or 429), error["id"] is not null);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    private static void AssertSame(string? recorded, string? answered)
    {
        if (recorded?.EndsWith('…') == true)
        {
            Assert.StartsWith(recorded[..^1], answered);
        }
        else if (recorded is not null)
        {
            Assert.Equal(recorded, answered);
        }
    }
}
