using System.Collections.Concurrent;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Portal.Domain;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>A signed token and what the key-use record keeps of it.</summary>
internal sealed record AppleToken(string Compact, string Hash, DateTimeOffset ExpiresAt);

/// <summary>
/// Signs Apple's tokens: ES256, at most 15 minutes, begun a minute ago because Apple refuses clocks that run seconds ahead.
/// One token serves many requests of a key's version, as Apple asks.
/// </summary>
internal sealed class AppleTokens(CredentialVault vault, TimeProvider time)
{
    private const string Audience = "appstoreconnect-v1";
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15) - Backdated;
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, AppleToken> _signed = [];

    /// <summary>The token of this version that is still good for a while, or null.</summary>
    public AppleToken? Current(Guid versionId) =>
        _signed.TryGetValue(versionId, out var token) && token.ExpiresAt - time.GetUtcNow() > Spare ? token : null;

    /// <summary>Signs a token. Only to be called once the intent to use it is committed (invariant 27).</summary>
    /// <exception cref="AppleException">The credential is locked (F33).</exception>
    public AppleToken Sign(CredentialRow credential, CredentialVersionRow version)
    {
        var now = time.GetUtcNow();
        var expires = now + Lifetime;
        try
        {
            var compact = vault.WithPrivateKey(version, key => Write(key, version.KeyId, credential.IssuerId, now - Backdated, expires));
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(compact)));
            return _signed[version.Id] = new AppleToken(compact, hash, expires);
        }
        catch (ProblemException locked)
        {
            throw new AppleException(locked.Problem, FailureReach.Credential);
        }
    }

    /// <summary>Forgets a token Apple refused, unless another one has taken its place.</summary>
    public void Drop(Guid versionId, AppleToken refused) => _signed.TryRemove(new(versionId, refused));

    private static string Write(ECDsa key, string keyId, string issuerId, DateTimeOffset from, DateTimeOffset until)
    {
        // The key is disposed when this returns: a cached signature provider would sign with a dead handle next time.
        var signing = new ECDsaSecurityKey(key) { KeyId = keyId, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        var payload = new JwtPayload
        {
            ["iss"] = issuerId,
            ["iat"] = from.ToUnixTimeSeconds(),
            ["exp"] = until.ToUnixTimeSeconds(),
            ["aud"] = Audience,
        };
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(new JwtHeader(new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256)), payload));
    }
}
