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
internal sealed record AppleToken(string Compact, string Hash, DateTimeOffset ExpiresAt, string Scope);

/// <summary>
/// Signs Apple's tokens: ES256, at most 15 minutes, begun a minute ago because Apple refuses clocks that run seconds ahead.
/// One token serves many requests of a key's version, as Apple asks: one for each scope, and one without.
/// </summary>
internal sealed class AppleTokens(CredentialVault vault, TimeProvider time)
{
    private const string Audience = "appstoreconnect-v1";
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15) - Backdated;
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(2);
    private const int ManyTokens = 500;
    private readonly ConcurrentDictionary<(Guid Version, string Scope), AppleToken> _signed = [];

    /// <summary>The token of this version and scope (empty: none) that is still good for a while, or null.</summary>
    public AppleToken? Current(Guid versionId, string scope) =>
        _signed.TryGetValue((versionId, scope), out var token) && token.ExpiresAt - time.GetUtcNow() > Spare ? token : null;

    /// <summary>Signs a token. Only to be called once the intent to use it is committed (invariant 27).</summary>
    /// <exception cref="AppleException">The credential is locked (F33).</exception>
    public AppleToken Sign(CredentialRow credential, CredentialVersionRow version, string scope)
    {
        var now = time.GetUtcNow();
        var expires = now + Lifetime;
        try
        {
            var compact = vault.WithPrivateKey(version, key => Write(key, version.KeyId, credential.IssuerId, now - Backdated, expires, scope));
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(compact)));
            Tidy(now);
            return _signed[(version.Id, scope)] = new AppleToken(compact, hash, expires, scope);
        }
        catch (ProblemException locked)
        {
            throw new AppleException(locked.Problem, FailureReach.Credential);
        }
    }

    /// <summary>Forgets a token Apple refused, unless another one has taken its place.</summary>
    public void Drop(Guid versionId, AppleToken refused) => _signed.TryRemove(new((versionId, refused.Scope), refused));

    private void Tidy(DateTimeOffset now)
    {
        if (_signed.Count < ManyTokens) return;
        foreach (var old in _signed.Where(entry => entry.Value.ExpiresAt <= now)) _signed.TryRemove(old);
    }

    private static string Write(ECDsa key, string keyId, string issuerId, DateTimeOffset from, DateTimeOffset until, string scope)
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
        // An empty scope is refused: whoever has none leaves the claim out.
        if (scope.Length > 0) payload["scope"] = new[] { scope };
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(new JwtHeader(new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256)), payload));
    }
}
