using System.Net;
using System.Net.Sockets;

namespace Portal.Domain.Credentials;

/// <summary>The base address of a Centercode community: https, its own host, nothing that could carry a secret.</summary>
public sealed record CommunityAddress
{
    private CommunityAddress(string text) => Text = text;

    /// <summary>Scheme, host, port where unusual and path, without a slash at the end.</summary>
    public string Text { get; }

    /// <summary>Reads what a person pasted. Nothing of a refused address is repeated: it may hold a key.</summary>
    /// <param name="typed">The text.</param>
    /// <param name="allowLoopback">For the demo: http and the machine itself are allowed (<c>Centercode:AllowLoopback</c>).</param>
    public static Parsed<CommunityAddress> Parse(string? typed, bool allowLoopback)
    {
        var text = (typed ?? "").Trim();
        if (text.Length == 0) return CredentialProblems.CommunityMissing;
        if (text.Length > 500 || text.Any(char.IsControl)) return CredentialProblems.CommunityNotAddress;
        if (!text.Contains("://", StringComparison.Ordinal)) text = "https://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return CredentialProblems.CommunityNotAddress;
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0) return CredentialProblems.CommunityHasMore;
        var demo = allowLoopback && uri.IsLoopback;
        if (uri.Scheme != Uri.UriSchemeHttps && !(demo && uri.Scheme == Uri.UriSchemeHttp)) return CredentialProblems.CommunityNotHttps;
        if (!demo && IsPrivate(uri)) return CredentialProblems.CommunityPrivate;
        return new CommunityAddress(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'));
    }

    /// <summary>Whether an address is of the machine or of a private network, where a portal must not be sent by a form.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast) return true;
        if (address.AddressFamily is AddressFamily.InterNetworkV6) return address.Equals(IPAddress.IPv6Any);
        return address.GetAddressBytes() switch
        {
            [0 or 10 or 127, ..] => true,
            [100, >= 64 and <= 127, ..] => true,
            [169, 254, ..] => true,
            [172, >= 16 and <= 31, ..] => true,
            [192, 168, ..] => true,
            [192, 0, 0, _] => true,
            [198, 18 or 19, ..] => true,
            [>= 224, ..] => true,
            _ => false,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsPrivate(Uri uri)
    {
        if (uri.IsLoopback) return true;
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6) return IPAddress.TryParse(uri.DnsSafeHost, out var ip) && IsPrivate(ip);
        var host = uri.IdnHost.TrimEnd('.');
        return !host.Contains('.') || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Reads a Centercode API key as pasted. The key itself stays a plain string only on its way to the vault.</summary>
public static class CentercodeApiKey
{
    private const int Shortest = 8;
    private const int Longest = 512;

    /// <summary>The key without spaces and without <c>apiKey=</c> before it, or why it cannot be one.</summary>
    public static Parsed<string> Parse(string? pasted)
    {
        var text = (pasted ?? "").Trim();
        if (text.StartsWith("apiKey=", StringComparison.OrdinalIgnoreCase)) text = text["apiKey=".Length..].Trim();
        if (text.Length == 0) return CredentialProblems.ApiKeyMissing;
        if (text.Contains("://", StringComparison.Ordinal)) return CredentialProblems.ApiKeyIsAddress;
        if (IdText.IsQuoted(text)) return CredentialProblems.IdQuoted("API key");
        if (text.Any(c => c is <= ' ' or > '~')) return CredentialProblems.ApiKeyWrongCharacters;
        return text.Length is >= Shortest and <= Longest ? text : CredentialProblems.ApiKeyWrongLength;
    }
}
