using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Services.Audit;
using Portal.Simulator;
using Portal.Web;

namespace Portal.Tests;

/// <summary>The whole portal as people use it: its web front end and the simulator, each on a free loopback port of this process, on one clock.</summary>
public sealed class WebFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly DatabaseKind _kind;
    private TestDatabase? _database;
    private WebApplication? _portal;
    private SimulatorHost? _simulator;

    public WebFixture() : this(DatabaseKind.Sqlite, new Dictionary<string, string?>())
    {
    }

    private WebFixture(DatabaseKind kind, IReadOnlyDictionary<string, string?> settings) => (_kind, _settings) = (kind, settings);

    /// <summary>Portal and simulator both live by it.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>The outside world.</summary>
    public SimulatorHost Simulator => _simulator ?? throw new InvalidOperationException("Not started.");

    /// <summary>State of the outside world, past its HTTP door.</summary>
    public World World => Simulator.World;

    /// <summary>The portal's services.</summary>
    public IServiceProvider Services => (_portal ?? throw new InvalidOperationException("Not started.")).Services;

    /// <summary>Such as <c>http://127.0.0.1:40123</c>, without a slash at its end.</summary>
    public string Address { get; } = $"http://127.0.0.1:{FreePort()}";

    /// <summary>Every setting the portal was started with.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>Starts one for a single test; dispose it.</summary>
    public static async Task<WebFixture> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var fixture = new WebFixture(kind, settings ?? new Dictionary<string, string?>());
        await fixture.InitializeAsync();
        return fixture;
    }

    public async ValueTask InitializeAsync()
    {
        VaultCertificate.WriteTo(_folder.File("vault.p12"));
        AuditKeyFiles.Make(_folder.File("audit"), "portal.example/audit");
        _database = await TestDatabase.CreateAsync(_kind, _folder);
        _simulator = await SimulatorHost.StartAsync(Clock);
        Settings = AllSettings();
        await StartPortalAsync();
    }

    /// <summary>Stops the portal and starts it again at the same address, on the same database: what an update does.</summary>
    public async Task RestartAsync()
    {
        await StopPortalAsync();
        await StartPortalAsync();
    }

    /// <summary>A browser without eyes, signed in as one of the simulator's users (<c>program-manager</c>, …), cookies kept, redirects followed.</summary>
    public async Task<HttpClient> SignInAsync(string user)
    {
        var client = Browser();
        using var landed = await client.GetAsync($"/sign-in?login_hint={user}");
        if (landed.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority) != Address || landed.RequestMessage.RequestUri.AbsolutePath == "/sign-in/failed")
        {
            throw new InvalidOperationException($"Signing in as {user} ended at {landed.RequestMessage?.RequestUri} with {landed.StatusCode}.");
        }
        return client;
    }

    /// <summary>A browser without eyes, not signed in.</summary>
    public HttpClient Browser(bool followRedirects = true) => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = followRedirects })
    {
        BaseAddress = new Uri(Address),
    };

    /// <summary>A client of the REST API with a token of this user, got by device code as the command line does.</summary>
    public async Task<HttpClient> ApiAsync(string user)
    {
        var token = await DeviceSignIn.TokenAsync($"{Simulator.Address}/identity", user);
        var client = new HttpClient { BaseAddress = new Uri(Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null) await StopPortalAsync();
        if (_simulator is not null) await _simulator.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartPortalAsync()
    {
        _portal = PortalApp.Build([], builder =>
        {
            builder.WebHost.UseUrls(Address);
            builder.Configuration.AddInMemoryCollection(Settings);
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(line => line.SingleLine = true);
            builder.Services.AddSingleton<TimeProvider>(Clock);
        });
        await _portal.StartAsync();
    }

    /// <summary>Open circuits end first; services that went before them would fill the log.</summary>
    private async Task StopPortalAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _portal!.StopAsync(patience.Token);
        await _portal.DisposeAsync();
    }

    private Dictionary<string, string?> AllSettings()
    {
        var all = new Dictionary<string, string?>(_database!.Settings)
        {
            ["Portal:PublicUrl"] = Address,
            ["KeyRing:CertificatePath"] = _folder.File("vault.p12"),
            ["KeyRing:CertificatePassword"] = VaultCertificate.Password,
            ["Audit:KeyFolder"] = _folder.File("audit"),
            ["AppStoreConnect:BaseUrl"] = $"{Simulator.Address}/",
            // Paced by what the simulator says alone: tests that are about the pace turn the clock.
            ["AppStoreConnect:AssumedPerMinute"] = "0",
            ["AppStoreConnect:TeamKeysPage"] = $"{Simulator.Address}/apple/access/integrations/api",
            ["Centercode:AllowLoopback"] = "true",
            ["SignIn:Authority"] = $"{Simulator.Address}/identity",
            ["SignIn:ClientId"] = "portal",
            ["SignIn:ClientSecret"] = "portal-demo-secret",
            ["SignIn:Scopes"] = "openid profile email groups offline_access",
            ["SignIn:RequireHttps"] = "false",
            ["SignIn:AttemptsPerMinute"] = "10000",
            ["SignIn:BootstrapGroup"] = "portal-owners",
            ["SignIn:Roles:portal-viewers"] = "Viewer",
            ["SignIn:AccessContact"] = "the access desk",
            ["SignIn:Roles:portal-support"] = "support",
            ["SignIn:Roles:portal-program-managers"] = "program-manager",
            ["SignIn:Roles:portal-key-custodians"] = "KeyCustodian",
            ["SignIn:Roles:portal-security-reviewers"] = "Security reviewer",
            ["SignIn:Roles:portal-administrators"] = "Administrator",
        };
        foreach (var (key, value) in _settings) all[key] = value;
        return all;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Signs in by device code (RFC 8628), playing the person's browser too.</summary>
public static class DeviceSignIn
{
    /// <summary>An access token for the portal's API.</summary>
    public static async Task<string> TokenAsync(string authority, string user)
    {
        using var http = new HttpClient();
        var begun = await PostAsync(http, $"{authority}/connect/device", new() { ["client_id"] = "portal-cli", ["scope"] = "openid profile offline_access portal-api" });
        await ApproveAsync($"{begun["verification_uri_complete"]}", user);
        var token = await PostAsync(http, $"{authority}/connect/token", new()
        {
            ["client_id"] = "portal-cli",
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
            ["device_code"] = $"{begun["device_code"]}",
        });
        return $"{token["access_token"]}";
    }

    /// <summary>What the person does in a browser: opens the address with the code in it and says who they are.</summary>
    public static async Task ApproveAsync(string completeAddress, string user)
    {
        using var http = new HttpClient();
        using var said = await http.GetAsync($"{completeAddress}&as={Uri.EscapeDataString(user)}");
        said.EnsureSuccessStatusCode();
    }

    private static async Task<JsonNode> PostAsync(HttpClient http, string address, Dictionary<string, string> form)
    {
        using var answer = await http.PostAsync(address, new FormUrlEncodedContent(form));
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{address} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
