namespace Portal.Services.Tests.Simulator;

/// <summary>One write of each kind, in an order in which each succeeds. Addresses and bodies are made when their turn comes.</summary>
internal sealed class WriteTour(SimulatorFixture simulator, Dictionary<string, string> ids)
{
    private string Group => simulator.World.GroupId("Borealis Maps", "Toured");
    private string Member => simulator.World.GroupMembers(ids["betaGroups"])[1].Id;
    private string Other => simulator.World.GroupMembers(ids["betaGroups"])[2].Id;

    public IEnumerable<(string Method, string Path, Func<string> Url, Func<object?> Body)> Steps() =>
        [.. Groups(), .. Testers(), .. Builds(), .. Texts(), .. Ends()];

    private IEnumerable<(string, string, Func<string>, Func<object?>)> Groups()
    {
        yield return Step("POST", "/v1/betaGroups", Resource("betaGroups", new { name = "Toured", publicLinkEnabled = true, publicLinkLimitEnabled = true, publicLinkLimit = 10, feedbackEnabled = true }, ("app", "apps", ids["apps"])));
        yield return ("PATCH", "/v1/betaGroups/{id}", () => $"/v1/betaGroups/{Group}", () => Update("betaGroups", Group, new { publicLinkLimit = 20, feedbackEnabled = (bool?)null }));
        yield return ("POST", "/v1/betaGroups/{id}/relationships/betaTesters", () => $"/v1/betaGroups/{Group}/relationships/betaTesters", () => SimulatorFixture.Linkages("betaTesters", Member, Other));
        yield return ("DELETE", "/v1/betaGroups/{id}/relationships/betaTesters", () => $"/v1/betaGroups/{Group}/relationships/betaTesters", () => SimulatorFixture.Linkages("betaTesters", Member, Other));
        yield return ("POST", "/v1/betaGroups/{id}/relationships/builds", () => $"/v1/betaGroups/{Group}/relationships/builds", () => SimulatorFixture.Linkages("builds", ids["builds"]));
        yield return ("DELETE", "/v1/betaGroups/{id}/relationships/builds", () => $"/v1/betaGroups/{Group}/relationships/builds", () => SimulatorFixture.Linkages("builds", ids["builds"]));
    }

    private IEnumerable<(string, string, Func<string>, Func<object?>)> Testers()
    {
        string Url(string relationship) => $"/v1/betaTesters/{Member}/relationships/{relationship}";
        const string One = "/v1/betaTesters/{id}/relationships/";
        yield return ("POST", "/v1/betaTesters", () => "/v1/betaTesters", () => SimulatorFixture.NewTester("toured@example.com", Group));
        yield return ("POST", One + "betaGroups", () => Url("betaGroups"), () => SimulatorFixture.Linkages("betaGroups", Group));
        yield return ("DELETE", One + "betaGroups", () => Url("betaGroups"), () => SimulatorFixture.Linkages("betaGroups", Group));
        yield return ("POST", One + "builds", () => Url("builds"), () => SimulatorFixture.Linkages("builds", ids["builds"]));
        yield return ("DELETE", One + "builds", () => Url("builds"), () => SimulatorFixture.Linkages("builds", ids["builds"]));
        yield return ("POST", "/v1/betaTesterInvitations", () => "/v1/betaTesterInvitations", () =>
        {
            var invited = simulator.World.AddTesterByHand(ids["betaGroups"], "invited.on.tour@example.com").Id;
            return Resource("betaTesterInvitations", null, ("betaTester", "betaTesters", invited), ("app", "apps", ids["apps"]));
        }
        );
    }

    private IEnumerable<(string, string, Func<string>, Func<object?>)> Builds()
    {
        var build = simulator.World.UploadBuild(ids["apps"], "77.0", "7700", "READY_FOR_BETA_SUBMISSION");
        const string One = "/v1/builds/{id}/relationships/";
        string Url(string relationship) => $"/v1/builds/{ids["builds"]}/relationships/{relationship}";
        yield return ("POST", One + "betaGroups", () => Url("betaGroups"), () => SimulatorFixture.Linkages("betaGroups", Group));
        yield return ("DELETE", One + "betaGroups", () => Url("betaGroups"), () => SimulatorFixture.Linkages("betaGroups", Group));
        yield return ("POST", One + "individualTesters", () => Url("individualTesters"), () => SimulatorFixture.Linkages("betaTesters", Member));
        yield return ("DELETE", One + "individualTesters", () => Url("individualTesters"), () => SimulatorFixture.Linkages("betaTesters", Member));
        yield return ("PATCH", "/v1/buildBetaDetails/{id}", () => $"/v1/buildBetaDetails/{build}", () => Update("buildBetaDetails", build, new { autoNotifyEnabled = false }));
        yield return Step("POST", "/v1/betaAppReviewSubmissions", Resource("betaAppReviewSubmissions", null, ("build", "builds", build)));
        yield return Step("POST", "/v1/buildBetaNotifications", Resource("buildBetaNotifications", null, ("build", "builds", ids["builds"])));
        yield return ("PATCH", "/v1/builds/{id}", () => $"/v1/builds/{build}", () => Update("builds", build, new { expired = true }));
    }

    private IEnumerable<(string, string, Func<string>, Func<object?>)> Texts()
    {
        yield return Step("POST", "/v1/betaAppLocalizations", Resource("betaAppLocalizations", new { locale = "de-DE", description = "Neu" }, ("app", "apps", ids["apps"])));
        yield return Step("POST", "/v1/betaBuildLocalizations", Resource("betaBuildLocalizations", new { locale = "de-DE", whatsNew = "Neu" }, ("build", "builds", ids["builds"])));
        foreach (var (type, attributes) in new (string, object)[]
        {
            ("betaAppLocalizations", new { feedbackEmail = "feedback@example.com" }), ("betaBuildLocalizations", new { whatsNew = "Maps that load" }),
            ("betaAppReviewDetails", new { contactFirstName = "Ada", demoAccountRequired = true }), ("betaLicenseAgreements", new { agreementText = "Be fair." }),
        })
        {
            yield return ("PATCH", $"/v1/{type}/{{id}}", () => $"/v1/{type}/{ids[type]}", () => Update(type, ids[type], attributes));
        }
        yield return ("DELETE", "/v1/betaAppLocalizations/{id}", () => $"/v1/betaAppLocalizations/{ids["betaAppLocalizations"]}", () => null);
        yield return ("DELETE", "/v1/betaBuildLocalizations/{id}", () => $"/v1/betaBuildLocalizations/{ids["betaBuildLocalizations"]}", () => null);
    }

    private IEnumerable<(string, string, Func<string>, Func<object?>)> Ends()
    {
        yield return ("DELETE", "/v1/apps/{id}/relationships/betaTesters", () => $"/v1/apps/{ids["apps"]}/relationships/betaTesters", () => SimulatorFixture.Linkages("betaTesters", Other));
        yield return ("DELETE", "/v1/betaTesters/{id}/relationships/apps", () => $"/v1/betaTesters/{Member}/relationships/apps", () => SimulatorFixture.Linkages("apps", ids["apps"]));
        yield return ("DELETE", "/v1/betaTesters/{id}", () => $"/v1/betaTesters/{Member}", () => null);
        yield return ("DELETE", "/v1/betaGroups/{id}", () => $"/v1/betaGroups/{Group}", () => null);
    }

    private static (string, string, Func<string>, Func<object?>) Step(string method, string path, object body) => (method, path, () => path, () => body);

    private static object Update(string type, string id, object attributes) => new { data = new { type, id, attributes } };

    private static object Resource(string type, object? attributes, params (string Name, string Type, string Id)[] relationships)
    {
        var links = relationships.ToDictionary(r => r.Name, r => new { data = new { type = r.Type, id = r.Id } });
        return attributes is null ? new { data = new { type, relationships = links } } : new { data = new { type, attributes, relationships = links } };
    }
}
