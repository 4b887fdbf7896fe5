using System.Security.Cryptography;
using Portal.Domain;

namespace Portal.Services.Credentials;

/// <summary>What wraps the keys of the vault ring: an RSA key in this process, or one another process holds.</summary>
internal interface IRingWrap : IDisposable
{
    /// <summary>SHA-256 of the public key, lower-case hex: says which key wrapped what.</summary>
    /// <exception cref="RingClosedException">It is not to be had.</exception>
    string Id { get; }

    /// <summary>Whether it may come back while the portal runs: then it is asked again.</summary>
    bool ComesBack { get; }

    /// <summary>Returns when it can be used now.</summary>
    /// <exception cref="RingClosedException">It cannot.</exception>
    void Demand();

    /// <summary>Wraps a key of 32 bytes; needs the public key only.</summary>
    byte[] Wrap(byte[] key);

    /// <summary>Opens what <see cref="Wrap"/> made; the caller zeroes it.</summary>
    /// <exception cref="CryptographicException">Another key wrapped it.</exception>
    byte[] Unwrap(byte[] wrapped);
}

/// <summary>The ring cannot be opened: what to tell people, and without particulars why.</summary>
internal sealed class RingClosedException(Problem problem, string because) : CryptographicException(problem.ToString())
{
    public Problem Problem { get; } = problem;
    public string Because { get; } = because;
}
