using System.Net.Sockets;
using System.Security.Cryptography;
using Portal.Domain.Credentials;

namespace Portal.Services.Credentials;

/// <summary>
/// Another process holds the RSA key and unwraps over a local Unix socket, so that a stolen disk alone opens nothing. One
/// connection a question, each within its time; away and back again are both seen.
/// </summary>
internal sealed class KeyServiceWrap(string socket, TimeSpan timeout) : IRingWrap
{
    private volatile Known? _known;

    public string Id => (_known ?? Learn()).Id;
    public bool ComesBack => true;

    public void Demand() => Learn();

    public byte[] Wrap(byte[] key)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo((_known ?? Learn()).PublicKey, out _);
        return rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
    }

    public byte[] Unwrap(byte[] wrapped) => Ask(KeyServiceWire.Unwrap, wrapped);

    public void Dispose()
    {
    }

    private Known Learn()
    {
        var key = Ask(KeyServiceWire.PublicKey, []);
        return _known = new Known(CertificateWrap.IdOf(key), key);
    }

    // Data Protection asks without await.
    private byte[] Ask(byte question, byte[] content) => Task.Run(() => AskAsync(question, content)).GetAwaiter().GetResult();

    private async Task<byte[]> AskAsync(byte question, byte[] content)
    {
        // Real time: a process beside this one is waited for, whatever the portal's clock says.
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), limit.Token);
            await using var stream = new NetworkStream(connection);
            await KeyServiceWire.WriteAsync(stream, question, content, limit.Token);
            var (kind, answer) = await KeyServiceWire.ReadAsync(stream, limit.Token);
            return kind == KeyServiceWire.Done ? answer : throw new CryptographicException("The key service holds another key.");
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or InvalidDataException)
        {
            throw new RingClosedException(CredentialProblems.KeyServiceAway, failure.GetType().Name);
        }
    }

    private sealed record Known(string Id, byte[] PublicKey);
}
