using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Services.Credentials;

/// <summary>
/// The process that holds the vault's RSA key in the portal's place and unwraps ring keys over a Unix socket. It never says the
/// key. Run it as an account of its own; the socket's group is who may ask.
/// </summary>
public sealed class KeyService : IDisposable
{
    private const int Backlog = 16;
    private const UnixFileMode ForGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly RSA _key;

    private KeyService(RSA key) => _key = key;

    /// <summary>Holds the key of a PKCS#12 file.</summary>
    /// <exception cref="CryptographicException">It does not open, or has no RSA key.</exception>
    /// <exception cref="IOException">It is not there.</exception>
    public static KeyService Open(string certificatePath, string password)
    {
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(certificatePath, password, X509KeyStorageFlags.EphemeralKeySet);
        return new KeyService(certificate.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate has no RSA private key."));
    }

    /// <summary>What its public key is known by.</summary>
    public string Id => CertificateWrap.IdOf(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Answers until cancelled.</summary>
    /// <param name="socketPath">Where to listen. A socket left behind by a process that is gone is replaced; one that answers is not.</param>
    /// <param name="listening">Called once it listens.</param>
    /// <param name="asked">Called for each ring key asked for, with whether it was opened.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SocketException">Another process answers there, or the folder is not to be written.</exception>
    public async Task ServeAsync(string socketPath, Action listening, Action<bool> asked, CancellationToken cancel)
    {
        await RemoveDeadAsync(socketPath, cancel);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(socketPath, ForGroup);
        listener.Listen(Backlog);
        listening();
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync(cancel);
                _ = AnswerAsync(connection, asked, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to end.
        }
        finally
        {
            File.Delete(socketPath);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private async Task AnswerAsync(Socket connection, Action<bool> asked, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            var (question, content) = await KeyServiceWire.ReadAsync(stream, limit.Token);
            var answer = question == KeyServiceWire.PublicKey ? _key.ExportSubjectPublicKeyInfo() : question == KeyServiceWire.Unwrap ? Unwrap(content) : null;
            if (question == KeyServiceWire.Unwrap) asked(answer is not null);
            await KeyServiceWire.WriteAsync(stream, answer is null ? KeyServiceWire.Refused : KeyServiceWire.Done, answer ?? [], limit.Token);
            if (answer is not null) CryptographicOperations.ZeroMemory(answer);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or OperationCanceledException)
        {
            // Whoever asked went away, or said nothing that can be understood.
        }
    }

    private byte[]? Unwrap(byte[] wrapped)
    {
        try
        {
            return _key.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static async Task RemoveDeadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }
}
