using System.Security.Claims;
using System.Threading.Channels;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Tests;
using Portal.Web.SignIn;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.Tests.SignIn;

/// <summary>Somebody signed in over HTTP, with open pages as a circuit holds them: without a browser.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly WebFixture _web;
    private readonly HttpClientHandler _handler = new();
    private readonly List<AsyncServiceScope> _circuits = [];
    private readonly Channel<Actor> _heard = Channel.CreateUnbounded<Actor>();

    private OpenPage(WebFixture web)
    {
        _web = web;
        Browser = new HttpClient(_handler) { BaseAddress = new Uri(web.Address) };
    }

    /// <summary>The same person's requests.</summary>
    public HttpClient Browser { get; }

    /// <summary>The key of their session.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Signs in and opens this many pages.</summary>
    public static async Task<OpenPage> OfAsync(WebFixture web, string user, int pages = 1)
    {
        var open = new OpenPage(web);
        using (await open.Browser.GetAsync($"/sign-in?login_hint={user}")) { }
        var cookie = open._handler.CookieContainer.GetCookies(new Uri(web.Address))["portal.session"]!.Value;
        var format = web.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme).TicketDataFormat;
        open.Key = format.Unprotect(cookie)!.Principal.Claims.Single().Value;
        for (var page = 0; page < pages; page++) await open.OpenAsync();
        return open;
    }

    /// <summary>The person of the session as the portal knows them now; null once it is over.</summary>
    public async Task<Actor?> NowAsync() =>
        await _web.Services.GetRequiredService<SessionTickets>().RetrieveAsync(Key) is { } ticket ? ActorOf(ticket.Principal) : null;

    /// <summary>What an open page is told next: with other roles, or nobody any more.</summary>
    public ValueTask<Actor> HearAsync() => _heard.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var circuit in _circuits) await circuit.DisposeAsync();
        Browser.Dispose();
        _handler.Dispose();
    }

    private async Task OpenAsync()
    {
        var user = (await _web.Services.GetRequiredService<SessionTickets>().RetrieveAsync(Key))!.Principal;
        var circuit = _web.Services.CreateAsyncScope();
        _circuits.Add(circuit);
        var watch = (SessionWatch)circuit.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        watch.SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
        watch.AuthenticationStateChanged += async state => await _heard.Writer.WriteAsync(ActorOf((await state).User));
    }

    private Actor ActorOf(ClaimsPrincipal user) => _web.Services.GetRequiredService<ActorReader>().ActorFrom(user);
}
