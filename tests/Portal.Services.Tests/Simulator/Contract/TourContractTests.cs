using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Walks through every operation with every include, sort, filter and field, and validates each answer against Apple's document.</summary>
public sealed class TourContractTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private readonly Dictionary<string, string> ids = [];
    private readonly List<string> faults = [];
    private readonly HashSet<string> walked = [];
    private IssuedKey key = null!;

    /// <summary>In Apple's document and left out of the simulator, which says PATH_ERROR or that the operation is not allowed.</summary>
    private static bool IsLeftOut(string method, string path) =>
        path.Contains("/metrics/", StringComparison.Ordinal) || path.EndsWith("/perfPowerMetrics", StringComparison.Ordinal)
        || (method == "PATCH" && path is "/v1/apps/{id}" or "/v1/builds/{id}/relationships/appEncryptionDeclaration");

    [Fact]
    public async Task Reads_WithEveryParameter_AreAsApplesDocumentSays()
    {
        var apple = await StartAsync();
        foreach (var (method, path, operation) in apple.Operations.Where(o => o.Method == "GET" && !IsLeftOut(o.Method, o.Path) && !IsLater(o.Path)))
        {
            foreach (var query in Queries(apple, path, operation))
            {
                await WalkAsync(apple, method, path, path.Replace("{id}", ids[path.Split('/')[2]]) + query);
            }
        }
        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(40))}");
        Assert.Equal(apple.Operations.Where(o => o.Method == "GET" && !IsLeftOut(o.Method, o.Path) && !IsLater(o.Path)).Select(o => o.Path).Order(), walked.Select(w => w[4..]).Order());
    }

    [Fact]
    public async Task Writes_OfEveryKind_AreAsApplesDocumentSays()
    {
        var apple = await StartAsync();
        foreach (var (method, path, url, body) in new WriteTour(simulator, ids).Steps())
        {
            await WalkAsync(apple, method, path, url(), body());
        }
        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(40))}");
        Assert.Equal(
            apple.Operations.Where(o => o.Method != "GET" && !IsLeftOut(o.Method, o.Path) && !IsLater(o.Path)).Select(o => $"{o.Method} {o.Path}").Order(),
            walked.Order());
    }

    [Fact]
    public async Task Operations_LeftOut_AreRefusedInApplesWords()
    {
        var apple = await StartAsync();
        foreach (var (method, path, _) in apple.Operations.Where(o => IsLeftOut(o.Method, o.Path)))
        {
            var refusal = await simulator.RefusalAsync(new HttpMethod(method), path.Replace("{id}", ids[path.Split('/')[2]]), method == "PATCH" ? new { } : null, key);
            Assert.True(refusal is "404 PATH_ERROR" or "403 FORBIDDEN_ERROR", $"{method} {path}: {refusal}");
        }
    }

    private static bool IsLater(string path) => path.Contains("/webhook", StringComparison.Ordinal) && !path.StartsWith("/v1/apps/", StringComparison.Ordinal);

    private async Task<AppleDocument> StartAsync()
    {
        var apple = AppleDocument.Demand();
        simulator.World.Switches = new Switches { HourLimit = 0 };
        key = simulator.World.CreateKey(role: "ADMIN");
        ids["apps"] = simulator.World.AppId("Borealis Maps");
        ids["betaGroups"] = simulator.World.GroupId("Borealis Maps", "Borealis field testers");
        ids["betaTesters"] = simulator.World.GroupMembers(ids["betaGroups"])[0].Id;
        var builds = await simulator.GetAsync($"/v1/builds?filter[app]={ids["apps"]}&include=betaAppReviewSubmission,preReleaseVersion&filter[betaGroups]={ids["betaGroups"]}", key);
        ids["builds"] = ids["buildBetaDetails"] = (string)builds["data"]![0]!["id"]!;
        foreach (var included in builds["included"]!.AsArray())
        {
            ids[(string)included!["type"]!] = (string)included["id"]!;
        }
        ids["users"] = await FirstAsync("/v1/users");
        ids["actors"] = ids["users"];
        ids["betaAppLocalizations"] = await FirstAsync($"/v1/apps/{ids["apps"]}/betaAppLocalizations");
        ids["betaBuildLocalizations"] = await FirstAsync($"/v1/builds/{ids["builds"]}/betaBuildLocalizations");
        ids["betaAppReviewDetails"] = ids["betaLicenseAgreements"] = ids["apps"];
        return apple;
    }

    private async Task<string> FirstAsync(string path) => (string)(await simulator.GetAsync(path, key))["data"]![0]!["id"]!;

    private IEnumerable<string> Queries(AppleDocument apple, string path, JsonElement operation)
    {
        var parameters = apple.Parameters(path, operation).ToList();
        var needed = string.Join('&', parameters.Where(p => p.TryGetProperty("required", out var r) && r.GetBoolean()).Select(p => $"{p.GetProperty("name").GetString()}={Value(apple, p)}"));
        string Query(string more) => needed.Length + more.Length == 0 ? "" : "?" + string.Join('&', new[] { needed, more }.Where(q => q.Length > 0));
        yield return Query("");
        foreach (var parameter in parameters.Where(p => !needed.Contains(p.GetProperty("name").GetString() + "=")))
        {
            var name = parameter.GetProperty("name").GetString()!;
            var words = apple.Words(parameter);
            if (parameter.GetProperty("schema").TryGetProperty("maximum", out var maximum))
            {
                var included = name.Length > 5 ? $"&include={name[6..^1]}" : "";
                yield return Query($"{name}={maximum}{included}");
                yield return Query($"{name}=1{included}");
                continue;
            }
            if (name == "include" || name.StartsWith("fields[", StringComparison.Ordinal))
            {
                yield return Query($"{name}={string.Join(',', words)}");
            }
            // Each field by itself only of the type the operation is about: all of all types are many thousand requests.
            if (name.StartsWith("fields[", StringComparison.Ordinal) && name != $"fields[{path.Split('/')[^1]}]" && name != $"fields[{path.Split('/')[2]}]")
            {
                continue;
            }
            foreach (var word in words.Length > 0 ? words : [Value(apple, parameter)])
            {
                yield return Query($"{name}={word}");
            }
        }
    }

    /// <summary>Something to filter by: the id of a related resource where there is one, otherwise a word that fits many attributes.</summary>
    private string Value(AppleDocument apple, JsonElement parameter)
    {
        var name = parameter.GetProperty("name").GetString()!;
        if (apple.Words(parameter) is [var word, ..])
        {
            return word;
        }
        var subject = name[(name.IndexOf('[') + 1)..].TrimEnd(']');
        return ids.GetValueOrDefault(subject) ?? ids.GetValueOrDefault(subject + "s") ?? (subject is "id" ? ids["users"] : "true");
    }

    private async Task WalkAsync(AppleDocument apple, string method, string path, string url, object? body = null)
    {
        using var response = await simulator.SendAsync(new HttpMethod(method), url, body, key);
        var status = (int)response.StatusCode;
        var answer = response.Content.Headers.ContentLength > 0 ? await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken) : null;
        walked.Add($"{method} {path}");
        faults.AddRange(apple.Faults(method, path, status, answer).Take(3).Select(f => $"{method} {url}: {f}"));
        if (status >= 300)
        {
            faults.Add($"{method} {url}: {status} {answer?.ToJsonString()}");
        }
        else if (url.Contains("?fields[", StringComparison.Ordinal) && answer!["data"] is JsonNode data)
        {
            CheckFields(url, data as JsonArray is { } rows ? rows.FirstOrDefault() : data);
        }
    }

    /// <summary>What fields[type] does not name is not there, and what it names is, where this document has it.</summary>
    private void CheckFields(string url, JsonNode? resource)
    {
        var (type, words) = (url.Split("?fields[")[1].Split(']')[0], url.Split('=')[1].Split(','));
        if (resource is null || (string?)resource["type"] != type || url.Contains("/relationships/", StringComparison.Ordinal))
        {
            return;
        }
        var names = (resource["attributes"] as JsonObject ?? []).Concat(resource["relationships"] as JsonObject ?? []).Select(p => p.Key).ToList();
        faults.AddRange(names.Except(words).Select(n => $"GET {url}: holds '{n}', which was not asked for"));
        if (names.Count == 0 && type != "apps" && words is not ["buildBundles" or "buildUpload" or "visibleApps" or "event" or "app" or "perfPowerMetrics" or "betaFeedbackCrashSubmissions"])
        {
            faults.Add($"GET {url}: holds nothing of what was asked for");
        }
    }
}
