using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(Portal.Web.Tests.PortalUnderTest))]

namespace Portal.Web.Tests;

/// <summary>The real portal against the real simulator over HTTP, both in this process on free ports, on a SQLite file of its own.</summary>
public sealed class PortalUnderTest : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public SimulatorHost Simulator { get; private set; } = null!;
    public WebApplication Portal { get; private set; } = null!;
    public Uri SimulatorAddress { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        VaultCertificate.WriteTo(_folder.File("key-ring.pfx"));
        Simulator = await SimulatorHost.StartAsync(TimeProvider.System);
        SimulatorAddress = new Uri(Simulator.Address);
        Portal = PortalApp.Build([], builder => Settings(Quiet(builder)));
        await Portal.StartAsync();
        Address = AddressOf(Portal);
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Simulator.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A browser's worth of cookies, signed in as one of the simulator's users.</summary>
    public async Task<HttpClient> SignInAsync(string user, CancellationToken cancel)
    {
        var client = Browser();
        using var answer = await client.GetAsync($"sign-in?login_hint={user}", cancel);
        Assert.Equal(Address, answer.RequestMessage!.RequestUri);
        return client;
    }

    /// <summary>Cookies, no session yet.</summary>
    public HttpClient Browser(bool followRedirects = true) =>
        new(new HttpClientHandler { AllowAutoRedirect = followRedirects, UseCookies = true }) { BaseAddress = Address };

    /// <summary>A caller of the API with an access token of that user, by the command line's device code.</summary>
    public async Task<HttpClient> BearerAsync(string user, CancellationToken cancel)
    {
        using var provider = new HttpClient { BaseAddress = new Uri(SimulatorAddress, "identity/") };
        var device = await PostAsync(provider, "connect/device", new() { ["client_id"] = "portal-cli", ["scope"] = "openid profile groups portal-api" }, cancel);
        using var chosen = await provider.GetAsync($"connect/verify?user_code={device.GetProperty("user_code").GetString()}&as={user}", cancel);
        var token = await PostAsync(provider, "connect/token", new()
        {
            ["client_id"] = "portal-cli", ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code", ["device_code"] = device.GetProperty("device_code").GetString()!,
        }, cancel);
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        return client;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, Dictionary<string, string> form, CancellationToken cancel)
    {
        using var answer = await client.PostAsync(path, new FormUrlEncodedContent(form), cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
    }

    private static ConfigurationManager Quiet(WebApplicationBuilder builder)
    {
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder.Configuration;
    }

    private void Settings(ConfigurationManager configuration) => configuration.AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Database:ConnectionString"] = $"Data Source={_folder.File("portal.db")};Pooling=False",
        ["KeyRing:CertificatePath"] = _folder.File("key-ring.pfx"),
        ["KeyRing:CertificatePassword"] = VaultCertificate.Password,
        ["AppStoreConnect:BaseUrl"] = SimulatorAddress.ToString(),
        ["SignIn:Authority"] = new Uri(SimulatorAddress, "identity").ToString(),
        ["SignIn:ClientId"] = "portal",
        ["SignIn:ClientSecret"] = "portal-demo-secret",
        ["SignIn:Scopes"] = "openid profile groups",
        ["SignIn:RequireHttps"] = "false",
        ["SignIn:AttemptsPerMinute"] = "1000",
        ["SignIn:AccessContact"] = "the access desk",
        ["SignIn:BootstrapGroup"] = "portal-owners",
        ["SignIn:Roles:portal-viewers"] = "Viewer",
        ["SignIn:Roles:portal-support"] = "support",
        ["SignIn:Roles:portal-program-managers"] = "program-manager",
        ["SignIn:Roles:portal-key-custodians"] = "KeyCustodian",
        ["SignIn:Roles:portal-security-reviewers"] = "Security reviewer",
        ["SignIn:Roles:portal-administrators"] = "Administrator",
    });

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
