using System.Security.Cryptography;
using System.Text;
using Portal.Domain;
using Portal.Services.Credentials;

namespace Portal.Services.Audit;

/// <summary>HMAC-SHA-256 of an address's matching key, so that "is this address in the record?" needs no stored address (invariant 28).</summary>
internal sealed class AddressHash(PortalSecrets secrets)
{
    /// <summary>Lower-case hex; null while the vault ring is locked (F33), for the key stands sealed in it.</summary>
    public string? Of(EmailAddress address) => secrets.Find(PortalSecrets.AddressHash) is { } key
        ? Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address.Key)))
        : null;
}
