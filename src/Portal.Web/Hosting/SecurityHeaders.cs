using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Portal.Web.SignIn;

namespace Portal.Web.Hosting;

/// <summary>Headers on every answer, and the same-origin rule for the circuit's websocket.</summary>
internal static class SecurityHeaders
{
    private const string NonceKey = "portal.csp-nonce";

    /// <summary>The nonce inline scripts of this answer must bear.</summary>
    public static string NonceOf(HttpContext http) => (string)(http.Items[NonceKey] ??= Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));

    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() => Write(http));
            return next(http);
        });
        app.Use((http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/_blazor") || IsOwnOrigin(http.Request))
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }

    private static Task Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = PolicyOf(http);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Files say how long they keep; what is made for one person is kept by nobody.
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        return Task.CompletedTask;
    }

    /// <summary>Sign-out posts here and is sent on to the provider, which browsers count as part of the form's action.</summary>
    private static string PolicyOf(HttpContext http)
    {
        var host = http.Request.Host.Value;
        var socket = http.Request.IsHttps ? "wss" : "ws";
        var authority = http.RequestServices.GetRequiredService<IOptions<SignInOptions>>().Value.Authority;
        var provider = Uri.TryCreate(authority, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : "";
        return $"default-src 'none'; script-src 'self' 'nonce-{NonceOf(http)}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
            + $"connect-src 'self' {socket}://{host}; manifest-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self' {provider}";
    }

    /// <summary>A browser always says where a websocket comes from; another site's page must not open one with our cookie.</summary>
    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ } origin] || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
