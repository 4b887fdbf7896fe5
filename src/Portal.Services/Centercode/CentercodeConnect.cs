using System.Net;
using System.Net.Sockets;
using Portal.Domain;
using Portal.Domain.Sync;

namespace Portal.Services.Centercode;

/// <summary>Opens connections to public addresses only. The check is on what is really connected to, so a name that changes its mind between check and use gains nothing.</summary>
internal static class CentercodeConnect
{
    public static SocketsHttpHandler Handler(CentercodeOptions options) => new()
    {
        AllowAutoRedirect = false,
        // A proxy would do the connecting, and nothing could be checked.
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli | DecompressionMethods.Deflate,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(15),
        MaxResponseHeadersLength = 64,
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, options.AllowLoopback, cancel),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, bool allowLoopback, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancel);
        var allowed = addresses.Where(ip => SourceAddress.IsPublic(ip) || (allowLoopback && IPAddress.IsLoopback(ip))).ToArray();
        if (allowed.Length == 0) throw new ProblemException(SourceProblems.PrivateAddress);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
