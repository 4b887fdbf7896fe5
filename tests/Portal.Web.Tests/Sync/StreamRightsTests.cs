using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Web.Tests.Sync;

/// <summary>The stream of a run that nobody carries out stays open for ever, unless its caller's sign-in ends.</summary>
[Trait("Invariant", "32")]
public sealed partial class StreamRightsTests : IAsyncLifetime
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private WebFixture _web = null!;
    private string _events = "";

    public async ValueTask InitializeAsync()
    {
        _web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Sync:Enabled"] = "false" });
        var team = await LinkedTeam.MakeAsync(_web);
        var run = await _web.Services.GetRequiredService<SyncService>().RequestAsync(team.Link.Id, SyncMode.Preview, Actors.ProgramManager, cancel: _cancel);
        _events = $"/api/v1/runs/{run.RunId}/events";
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Stream_SessionEndedAtTheStore_Ends()
    {
        using var browser = await _web.SignInAsync("viewer");
        var home = await browser.GetStringAsync("/", _cancel);
        using var stream = await OpenAsync(browser);

        _web.Clock.Advance(TimeSpan.FromSeconds(30));
        var stillThere = stream.ReadToEndAsync(_cancel);
        Assert.False(stillThere.IsCompleted);
        using var out_ = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", Token().Match(home).Groups[1].Value)]), _cancel);
        await EndsAsync(stillThere);

        using var again = await browser.SendAsync(Request(), _cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task Stream_TokenOver_Ends()
    {
        using var client = await _web.ApiAsync("viewer");
        using var stream = await OpenAsync(client);
        var rest = stream.ReadToEndAsync(_cancel);

        _web.Clock.Advance(TimeSpan.FromDays(1));

        await EndsAsync(rest);
    }

    private async Task<StreamReader> OpenAsync(HttpClient client)
    {
        var answer = await client.SendAsync(Request(), HttpCompletionOption.ResponseHeadersRead, _cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_cancel));
        Assert.Equal("event: run", await reader.ReadLineAsync(_cancel));
        return reader;
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _events);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return request;
    }

    // The clock is turned until the portal has asked: how long the machine takes for that is not measured.
    private async Task EndsAsync(Task<string> rest)
    {
        for (var asked = 0; asked < 100 && !rest.IsCompleted; asked++)
        {
            _web.Clock.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(100), _cancel));
        }
        Assert.True(rest.IsCompletedSuccessfully, "The stream went on.");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
