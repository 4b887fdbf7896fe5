using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>
/// The one door to key material (invariant 25). A ciphertext is bound to its credential, its version and its kind: moved to
/// another row it does not open. What is opened lives as long as the function it is opened for.
/// </summary>
internal sealed class CredentialVault(VaultRing ring)
{
    private readonly Cover _cover = new();
    private const string AppleKey = "apple-private-key";
    private const string ApiKey = "centercode-api-key";

    /// <summary>The ciphertext of an Apple key for exactly this credential and version.</summary>
    /// <exception cref="ProblemException"><c>credential-locked</c>, <c>key-service-away</c>: the vault ring is locked (F33).</exception>
    public byte[] Seal(Guid credentialId, int version, PrivateKey key)
    {
        var plain = key.Pkcs8.ToArray();
        try
        {
            return Door(credentialId, version, AppleKey).Protect(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The ciphertext of a Centercode API key for exactly this credential and version.</summary>
    /// <exception cref="ProblemException"><c>credential-locked</c>, <c>key-service-away</c>: the vault ring is locked (F33).</exception>
    public byte[] Seal(Guid credentialId, int version, string apiKey)
    {
        var plain = Encoding.UTF8.GetBytes(apiKey);
        try
        {
            return Door(credentialId, version, ApiKey).Protect(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Lends the key to sign with; it is gone when <paramref name="use"/> returns, so nothing may keep it.</summary>
    /// <exception cref="ProblemException"><c>credential-locked</c>: the ring is locked or the ciphertext is not of this row.</exception>
    public T WithPrivateKey<T>(CredentialVersionRow version, Func<ECDsa, T> use)
    {
        // One at a time, so that what one leaves behind is covered before another thread can take the place beside it.
        lock (_cover)
        {
            _cover.Work();
            try
            {
                return Open(version, AppleKey, plain => With(plain, use));
            }
            finally
            {
                _cover.Work();
                _cover.Sweep();
            }
        }
    }

    /// <summary>Lends the API key for one request's header.</summary>
    /// <exception cref="ProblemException"><c>credential-locked</c>: the ring is locked or the ciphertext is not of this row.</exception>
    public T WithApiKey<T>(CredentialVersionRow version, Func<string, T> use) => Open(version, ApiKey, plain => use(Encoding.UTF8.GetString(plain)));

    /// <summary>The same secret under the ring's key of today.</summary>
    /// <exception cref="ProblemException">It does not open.</exception>
    public byte[] Reseal(CredentialVersionRow version, CredentialKind kind)
    {
        var name = kind is CredentialKind.AppleTeamKey ? AppleKey : ApiKey;
        return Open(version, name, plain => Door(version.CredentialId, version.Number, name).Protect(plain));
    }

    /// <summary>Whether this version opens now: what *Locked* is decided by, at every read.</summary>
    public bool Opens(CredentialVersionRow version, CredentialKind kind) => LockedBecause(version, kind) is null;

    /// <summary>Why this version does not open now; null: it does.</summary>
    public Problem? LockedBecause(CredentialVersionRow version, CredentialKind kind)
    {
        try
        {
            return Open<Problem?>(version, kind is CredentialKind.AppleTeamKey ? AppleKey : ApiKey, _ => null);
        }
        catch (ProblemException locked)
        {
            return locked.Problem;
        }
    }

    private static T With<T>(byte[] plain, Func<ECDsa, T> use)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(plain, out _);
        return use(key);
    }

    private T Open<T>(CredentialVersionRow version, string kind, Func<byte[], T> use)
    {
        var door = Door(version.CredentialId, version.Number, kind);
        byte[] plain;
        try
        {
            plain = door.Unprotect(version.Sealed);
        }
        catch (CryptographicException)
        {
            throw new ProblemException(ring.LockedBecause ?? CredentialProblems.Locked);
        }
        try
        {
            return use(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private IDataProtector Door(Guid credentialId, int version, string kind) =>
        ring.Protector("credential", credentialId.ToString("D"), version.ToString(CultureInfo.InvariantCulture), kind);
}
