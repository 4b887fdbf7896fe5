using Portal.Domain.TestFlight.Events;
using Portal.Services.TestFlight.Events;
using Portal.Web.Hosting;

namespace Portal.Web.TestFlight.Releases;

/// <summary>Where Apple tells of new builds: open to everybody, believed by its signature alone.</summary>
internal static class WebhookEndpoint
{
    public static void MapWebhooks(this IEndpointRouteBuilder app) => app.MapPost(WebhookService.Path + "{id}", ReceiveAsync)
        .AllowAnonymous().DisableAntiforgery().RequireRateLimiting(RateLimits.Hooks).ExcludeFromDescription();

    /// <summary>One answer for everything that is not Apple's, so that nobody learns which addresses there are.</summary>
    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, WebhookInbox inbox)
    {
        if (await BodyAsync(http.Request, http.RequestAborted) is not { } body) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (!Guid.TryParseExact(id, "D", out var webhook)) return Results.Unauthorized();
        return await inbox.ReceiveAsync(webhook, http.Request.Headers["x-apple-signature"].ToString(), body, http.RequestAborted) switch
        {
            WebhookReceipt.Taken => Results.NoContent(),
            WebhookReceipt.Unreadable => Results.BadRequest(),
            _ => Results.Unauthorized(),
        };
    }

    /// <summary>The body byte for byte, for the signature is over these; null when it is larger than any of Apple's.</summary>
    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > AppleEvent.LargestBody) return null;
        var buffer = new byte[AppleEvent.LargestBody + 1];
        var read = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return read > AppleEvent.LargestBody ? null : buffer[..read];
    }
}
