using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portal.Services.Tests.Alerts;

/// <summary>A receiver of web hooks on a free loopback port; answers what it is told, in turn, then 204.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _answers;

    private HookReceiver(WebApplication app, ConcurrentQueue<int> answers) => (_app, _answers) = (app, answers);

    public string Url => $"{_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/hook?token=in-the-address";
    public ConcurrentQueue<Arrived> Got { get; } = new();

    /// <summary>Posts that came to another path than the hook's.</summary>
    public int Elsewhere => Got.Count(post => post.Path != "/hook");

    public sealed record Arrived(string Path, byte[] Body, string Timestamp, string Signature, string Delivery);

    public static async Task<HookReceiver> StartAsync(params int[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new HookReceiver(app, new ConcurrentQueue<int>(answers));
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Got.Enqueue(new Arrived(http.Request.Path, body.ToArray(), http.Request.Headers["Portal-Timestamp"]!, http.Request.Headers["Portal-Signature"]!, http.Request.Headers["Portal-Delivery"]!));
        http.Response.StatusCode = _answers.TryDequeue(out var status) ? status : StatusCodes.Status204NoContent;
        if (http.Response.StatusCode is 302 or 307) http.Response.Headers.Location = "/elsewhere";
    }
}
