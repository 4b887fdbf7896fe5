using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator.Centercode;

/// <summary>The community's API: data packages to read, releases to make, and a page that shows what there is.</summary>
internal static class CentercodeEndpoints
{
    public static void MapCentercode(this IEndpointRouteBuilder app)
    {
        var community = app.MapGroup("/centercode");
        community.MapGet("", CommunityPage.Show);
        community.MapGet("api/data/{package}", (string package, string? format, HttpContext context, World world) =>
            AnswerAsync(context, world, () => Read(world, package, format ?? "json")));
        community.MapPost("api/v1/projects/{project}/releaseTypes/{releaseType}", async (string project, string releaseType, HttpContext context, World world) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            await AnswerAsync(context, world, () => Release(world, project, releaseType, body));
        });
    }

    private static async Task AnswerAsync(HttpContext context, World world, Func<Answer> work)
    {
        var fault = world.Faults.Strike(context.Request.Method, context.Request.Path.Value!, context.Request.Path.Value!, null);
        await FaultAct.BeforeCommitAsync(world, context, fault);
        Answer answer;
        lock (world.Gate)
        {
            answer = FaultAct.Instead(world, fault) is { } instead ? Problem(instead.Status, "The service is not available.") : Refusal(context, world) ?? work();
        }
        await FaultAct.AfterCommitAsync(world, context, fault);
        if (FaultAct.Spoil(world, fault) is { } spoiled)
        {
            answer = Problem(spoiled.Status, "The service is not available.");
        }
        var bytes = Encoding.UTF8.GetBytes(answer.Text);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = bytes.Length;
        var sent = fault == "truncated" ? bytes.Length / 2 : bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, sent), context.RequestAborted);
        if (sent < bytes.Length)
        {
            world.Faults.Count("truncated");
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }

    private static Answer? Refusal(HttpContext context, World world)
    {
        if (world.Switches.CentercodeRefusesAddress)
        {
            return Problem(403, "This address is not allowed to use the API key.");
        }
        var given = context.Request.Headers.Authorization.Count > 0 ? context.Request.Headers.Authorization.ToString() : context.Request.Query["apiKey"].ToString();
        return given != world.Community.ApiKey || world.Switches.CentercodeKeyDisabled ? Problem(401, "The API key is unknown or disabled.") : null;
    }

    private static Answer Read(World world, string name, string format)
    {
        if (!world.Community.Packages.TryGetValue(name, out var package) || world.Switches.CentercodeRemovedPackages.Contains(name))
        {
            return Problem(404, "There is no such data package.");
        }
        var columns = package.Columns.Except(world.Switches.CentercodeRemovedColumns).ToList();
        var rows = Rows(world, package);
        return format.ToLowerInvariant() switch
        {
            "json" => new(200, "application/json", Json(columns, rows)),
            "csv" => new(200, "text/csv; charset=utf-8", Csv(columns, rows)),
            _ => Problem(400, "The format is json or csv."),
        };
    }

    private static List<(Team Team, Member Member)> Rows(World world, DataPackage package)
    {
        var rows = world.Community.Teams.Values.Where(t => package.TeamKey is null || t.Key == package.TeamKey)
            .SelectMany(t => t.Members.Values.Select(m => (t, m)));
        return [.. world.Switches.CentercodeCutsAfterRows is var cut and > 0 ? rows.Take(cut) : rows];
    }

    private static string Json(List<string> columns, List<(Team Team, Member Member)> rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                foreach (var column in columns)
                {
                    if (column == "User ID") json.WriteNumber(column, row.Member.UserId);
                    else json.WriteString(column, Value(column, row));
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static string Csv(List<string> columns, List<(Team Team, Member Member)> rows)
    {
        var text = new StringBuilder().AppendJoin(',', columns.Select(Quote)).Append("\r\n");
        foreach (var row in rows)
        {
            text.AppendJoin(',', columns.Select(c => Quote(Value(c, row) ?? ""))).Append("\r\n");
        }
        return text.ToString();
    }

    private static string? Value(string column, (Team Team, Member Member) row) => column switch
    {
        "User ID" => row.Member.UserId.ToString(),
        "Username" => row.Member.Username,
        "Email" => row.Member.Email,
        "First Name" => row.Member.FirstName,
        "Last Name" => row.Member.LastName,
        "Apple Account Email" => row.Member.AppleEmail,
        _ => row.Team.Name,
    };

    private static string Quote(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") || value != value.Trim() ? $"\"{value.Replace("\"", "\"\"")}\"" : value;

    private static Answer Release(World world, string project, string releaseType, string body)
    {
        if (!world.Community.Projects.TryGetValue(project, out var found) || found.ReleaseTypes.All(r => r.Key != releaseType))
        {
            return Problem(404, "There is no such project or release type.");
        }
        string? title;
        try
        {
            title = (JsonNode.Parse(body) as JsonObject)?["title"]?.ToString();
        }
        catch (JsonException)
        {
            return Problem(400, "The body is not JSON.");
        }
        if (string.IsNullOrWhiteSpace(title))
        {
            return Problem(400, "A release needs a title.");
        }
        world.Community.Releases.Add(new(world.Now, project, releaseType, title, body));
        return new(200, "application/json", new JsonObject { ["releaseId"] = world.Community.Releases.Count }.ToJsonString());
    }

    private static Answer Problem(int status, string message) => new(status, "application/json", new JsonObject { ["message"] = message }.ToJsonString());

    private sealed record Answer(int Status, string ContentType, string Text);
}
