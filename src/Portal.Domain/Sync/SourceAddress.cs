using System.Net;

namespace Portal.Domain.Sync;

/// <summary>The address of a Data Package, pinned to its connection's community and without any key in it.</summary>
/// <param name="Address">Absolute; never holds <c>apiKey=</c>, user info or a fragment.</param>
/// <param name="KeyWasInIt">An <c>apiKey=</c> was taken out: worth telling, for it may stand in somebody's notes.</param>
/// <param name="Problem">Why it may not be used; null when it may.</param>
public sealed record SourceAddress(string Address, bool KeyWasInIt, Problem? Problem)
{
    /// <summary>Reads what a person pasted.</summary>
    /// <param name="pasted">The whole address, maybe with <c>apiKey=</c>.</param>
    /// <param name="community">The connection's community address.</param>
    /// <param name="allowLoopback">The demo's own community on this machine may be reached over http.</param>
    public static SourceAddress Read(string? pasted, string community, bool allowLoopback)
    {
        if (!Uri.TryCreate(pasted?.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            return new("", false, SourceProblems.AddressUnreadable);
        }
        var kept = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !IsKey(pair)).ToList();
        var hadKey = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Any(IsKey);
        var clean = new UriBuilder(uri) { Query = string.Join('&', kept), Fragment = "" }.Uri;
        return new(clean.AbsoluteUri, hadKey, Check(clean, community, allowLoopback));
    }

    /// <summary>Whether a key may be sent to this address: the community's own host and port, https, no address written as numbers in a private network.</summary>
    public static Problem? Check(Uri address, string community, bool allowLoopback)
    {
        if (!Uri.TryCreate(community, UriKind.Absolute, out var home)) return SourceProblems.AddressUnreadable;
        if (!string.Equals(address.IdnHost, home.IdnHost, StringComparison.OrdinalIgnoreCase) || address.Port != home.Port)
        {
            return SourceProblems.ForeignHost(address.Authority, home.Authority);
        }
        var loopback = allowLoopback && address.IsLoopback;
        if (address.Scheme != Uri.UriSchemeHttps && !loopback) return SourceProblems.AddressNotHttps;
        if (!loopback && (address.IsLoopback || (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var ip) && !IsPublic(ip)))) return SourceProblems.PrivateAddress;
        return null;
    }

    /// <summary>Whether an IP address is one of the public internet: not loopback, private, link-local, shared, multicast, reserved or a translation of one of these.</summary>
    public static bool IsPublic(IPAddress ip)
    {
        var bytes = (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).GetAddressBytes();
        if (bytes.Length == 4)
        {
            return bytes[0] switch
            {
                0 or 10 or 127 or >= 224 => false,
                100 => bytes[1] is < 64 or > 127,
                169 => bytes[1] != 254,
                172 => bytes[1] is < 16 or > 31,
                192 => bytes[1] switch { 168 => false, 0 => bytes[2] is not (0 or 2), _ => true },
                198 => bytes[1] is not (18 or 19),
                _ => true,
            };
        }
        // Global unicast is 2000::/3. NAT64 (64:ff9b::/96) lies outside it; 6to4 (2002::/16) and Teredo (2001::/32) carry an IPv4 address inside.
        return (bytes[0] & 0xE0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x02) && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }

    private static bool IsKey(string pair)
    {
        var name = Uri.UnescapeDataString(pair.Split('=', 2)[0].Replace('+', ' ')).Trim();
        return name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Equals("apikey", StringComparison.OrdinalIgnoreCase);
    }
}
