using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight.Events;
using Portal.Services.TestFlight.Releases;
using Portal.Tests;

namespace Portal.Web.Tests.TestFlight;

/// <summary>Apple tells of a build over HTTP, and the portal has its release before the next cycle; whoever else knocks changes nothing.</summary>
public sealed class WebhookTests
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_BuildPassesReview_MakesTheReleaseWithoutWaitingForACycle()
    {
        await using var web = await WebFixture.StartAsync();
        var used = await UsedLink.MakeAsync(web);
        var (releases, webhooks) = (web.Services.GetRequiredService<ReleaseService>(), web.Services.GetRequiredService<WebhookService>());
        await releases.ChangeMonitorAsync(used.Link.Id, ReleaseMode.Published, "", null, Actors.ProgramManager, _cancel);
        await webhooks.AddAsync(used.Link.AppId, Actors.ProgramManager, _cancel);
        var build = await UsedLink.GiveBuildAsync(web, state: "IN_BETA_REVIEW");

        web.World.SetExternalState(build, "BETA_APPROVED");

        while (web.World.Releases.Count == 0) await Task.Delay(50, _cancel);
        Assert.Equal("Aurora Notes 3.0 (300)", Assert.Single(web.World.Releases).Title);
        Assert.NotNull((await webhooks.FindAsync(used.Link.AppId, Actors.Viewer, _cancel))!.LastEventAt);
    }

    [Fact]
    public async Task Webhook_StrangersAndHostileBodies_LearnAndChangeNothing()
    {
        await using var web = await WebFixture.StartAsync();
        var used = await UsedLink.MakeAsync(web);
        var hook = await web.Services.GetRequiredService<WebhookService>().AddAsync(used.Link.AppId, Actors.ProgramManager, _cancel);
        using var stranger = web.Browser();
        var address = $"{WebhookService.Path}{hook.Id}";

        var answers = new List<HttpStatusCode>
        {
            await PostAsync(address, "{}", null), await PostAsync(address, "{}", "hmacsha256=" + new string('0', 64)), await PostAsync(address, "", new string('f', 64)), await PostAsync(address, new string('[', 50_000), "no hex"),
            await PostAsync($"{WebhookService.Path}{Guid.NewGuid()}", "{}", new string('0', 64)), await PostAsync($"{WebhookService.Path}..%2f..", "{}", null),
        };
        var large = await PostAsync(address, new string(' ', 70_000), null);
        using var get = await stranger.GetAsync(address, _cancel);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);
        Assert.NotEqual(HttpStatusCode.NoContent, get.StatusCode);
        Assert.Null((await web.Services.GetRequiredService<WebhookService>().FindAsync(used.Link.AppId, Actors.Viewer, _cancel))!.LastEventAt);

        async Task<HttpStatusCode> PostAsync(string path, string body, string? signature)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (signature is not null) request.Headers.TryAddWithoutValidation("x-apple-signature", signature);
            using var answer = await stranger.SendAsync(request, _cancel);
            Assert.Equal("", await answer.Content.ReadAsStringAsync(_cancel));
            return answer.StatusCode;
        }
    }
}
