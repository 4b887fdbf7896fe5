using System.Text;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A page like Apple's "Users and Access", Integrations, Team Keys: the only place a key comes from.</summary>
internal static class KeyPage
{
    public const string Path = "/apple/access/integrations/api";
    private const string Product = "App Store Connect (simulated)";

    public static void MapKeyPage(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup(Path);
        page.MapGet("", Show);
        page.MapPost("", GenerateAsync);
        page.MapPost("{keyId}/download", Download);
        page.MapGet("{keyId}/revoke", ConfirmRevoke);
        page.MapPost("{keyId}/revoke", Revoke);
    }

    private static IResult Show(World world)
    {
        List<Html.Raw> rows;
        lock (world.Gate)
        {
            rows = [.. world.Keys.All.Select(Row)];
        }
        var roles = TeamKeys.Roles.Where(r => r.Key != "ACCOUNT_HOLDER").Select(r => Html.Of($"<option value=\"{r.Key}\"{(r.Key == "APP_MANAGER" ? " selected" : "")}>{r.Value}</option>"));
        return Html.Page("App Store Connect API: Team Keys", Product, Html.Of($"""
            <p>Users and Access › Integrations. Team keys reach all apps. Their access cannot be changed later, and the private key can be downloaded once.</p>
            <div class="card"><label for="issuer">Issuer ID</label><div class="row"><code id="issuer" data-testid="issuer-id">{world.IssuerId}</code>
            <button type="button" onclick="navigator.clipboard.writeText(document.getElementById('issuer').textContent);this.textContent='Copied'">Copy Issuer ID</button></div></div>
            <div class="card"><b>Generate API Key</b><form method="post" action="{Path}" class="row">
            <label>Name<input name="name" required maxlength="60" autocomplete="off"></label>
            <label>Access<select name="role">{roles}</select></label><button class="primary">Generate API Key</button></form></div>
            <h2>Active and revoked keys ({rows.Count})</h2><div class="scroll"><table><thead><tr><th>Name</th><th>Key ID</th><th>Access</th><th>Created</th><th>Last used</th><th>Status</th><th></th></tr></thead>
            <tbody>{rows}</tbody></table></div>
            """));
    }

    private static Html.Raw Row(TeamKey key)
    {
        var download = key.CanBeDownloaded
            ? Html.Of($"<form method=\"post\" action=\"{Path}/{key.KeyId}/download\" onsubmit=\"setTimeout(()=>location.reload(),800)\"><button>Download API Key</button></form> ")
            : new Html.Raw("");
        var revoke = key.Revoked is null ? Html.Of($"<a class=\"button\" href=\"{Path}/{key.KeyId}/revoke\">Revoke</a>") : new Html.Raw("");
        var status = key.Revoked is { } at ? Html.Of($"<span class=\"bad\">Revoked {at}</span>") : new Html.Raw("<span class=\"good\">Active</span>");
        return Html.Of($"""
            <tr data-key-id="{key.KeyId}"><th scope="row">{key.Name}{(key.IsIndividual ? " (individual)" : "")}</th><td><code>{key.KeyId}</code></td><td>{TeamKeys.Roles[key.Role]}</td><td>{key.Created}</td>
            <td>{(key.LastUsed is { } used ? used : "Never")}</td><td>{status}</td><td>{download}{revoke}</td></tr>
            """);
    }

    private static async Task<IResult> GenerateAsync(HttpRequest request, World world)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var (name, role) = (form["name"].ToString().Trim(), form["role"].ToString());
        if (name.Length == 0 || !TeamKeys.Roles.ContainsKey(role))
        {
            return Html.Page("The key was not generated", Product, Html.Of($"<p>Give the key a name and choose its access.</p><a class=\"button\" href=\"{Path}\">Back to the keys</a>"), 400);
        }
        lock (world.Gate)
        {
            world.Keys.Generate(name, role);
        }
        return Results.Redirect(Path);
    }

    private static IResult Download(string keyId, World world, HttpResponse response)
    {
        string? p8;
        lock (world.Gate)
        {
            p8 = world.Keys.Find(keyId)?.TakePrivateKey();
        }
        response.Headers.CacheControl = "no-store";
        return p8 is null
            ? Html.Page("This key was downloaded already", Product, Html.Of($"<p>A private key can be downloaded once. Generate a new key and revoke this one if the file is lost.</p><a class=\"button\" href=\"{Path}\">Back to the keys</a>"), 410)
            : Results.File(Encoding.ASCII.GetBytes(p8), "application/octet-stream", $"AuthKey_{keyId}.p8");
    }

    private static IResult ConfirmRevoke(string keyId, World world)
    {
        string? name;
        lock (world.Gate)
        {
            name = world.Keys.Find(keyId)?.Name;
        }
        return name is null ? Results.Redirect(Path) : Html.Page($"Revoke “{name}”?", Product, Html.Of($"""
            <p>Everything that uses key <code>{keyId}</code> stops at once. A revoked key cannot be brought back.</p>
            <form method="post" action="{Path}/{keyId}/revoke" class="row"><button class="primary">Revoke key</button><a class="button" href="{Path}">Keep key</a></form>
            """));
    }

    private static IResult Revoke(string keyId, World world)
    {
        world.RevokeKey(keyId);
        return Results.Redirect(Path);
    }
}
