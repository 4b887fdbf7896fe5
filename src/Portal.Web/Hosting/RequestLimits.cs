using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Portal.Web.Hosting;

/// <summary>How large and how slow a request may be. Endpoints that take files say so themselves.</summary>
internal static class RequestLimits
{
    /// <summary>Largest body, in bytes: ten thousand ids fit.</summary>
    public const int LargestBody = 2 * 1024 * 1024;

    public static void Set(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = LargestBody;
        server.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
    }
}
