using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Portal.Web.SignIn;

namespace Portal.Web.Hosting;

/// <summary>How often one address may begin a sign-in, and one caller may use the API.</summary>
public static class RateLimits
{
    /// <summary>Policy of <c>/sign-in</c>, per address.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Policy of <c>/api</c>, per person, or per address before one is known.</summary>
    public const string Api = "api";

    /// <summary>Policy of Apple's webhooks, per address.</summary>
    public const string Hooks = "hooks";

    internal static void AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "60";
                return ValueTask.CompletedTask;
            };
            limits.AddPolicy(SignIn, http => Window($"in {http.Connection.RemoteIpAddress}",
                http.RequestServices.GetRequiredService<IOptions<SignInOptions>>().Value.AttemptsPerMinute));
            limits.AddPolicy(Hooks, http => Window($"hook from {http.Connection.RemoteIpAddress}", 300));
            limits.AddPolicy(Api, http => Window(http.User.FindFirstValue("sub") ?? $"at {http.Connection.RemoteIpAddress}", 600));
        });
    }

    private static RateLimitPartition<string> Window(string key, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });
}
