using Portal.Domain.TestFlight;

namespace Portal.Domain.Sync;

/// <summary>How many of a group's testers a team knows: "248 in it, 240 match the team: manage them?"</summary>
/// <param name="InGroup">Testers in the group.</param>
/// <param name="Matching">Of them, those whose address is a member's.</param>
/// <param name="Anonymous">Of them, those who came by the public link without an address.</param>
public sealed record GroupMatch(int InGroup, int Matching, int Anonymous)
{
    /// <summary>In the group, with an address that no member has: a sync leaves them alone.</summary>
    public int Others => InGroup - Matching - Anonymous;

    /// <summary>Counts by the matching key (invariant 6).</summary>
    public static GroupMatch Count(IReadOnlyList<Member> team, IReadOnlyList<BetaTester> group)
    {
        var keys = team.Select(member => EmailAddress.TryParse(member.AppleEmail)?.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var addresses = group.Select(tester => EmailAddress.TryParse(tester.Email)?.Key).ToList();
        return new(group.Count, addresses.Count(key => key is not null && keys.Contains(key)), addresses.Count(key => key is null));
    }
}
