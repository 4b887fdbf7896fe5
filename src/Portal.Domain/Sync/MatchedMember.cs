namespace Portal.Domain.Sync;

/// <summary>A member with the key they are matched by, or the reason they are not.</summary>
/// <param name="Reason">Null: matched. Otherwise no Apple e-mail, a bad one, or one another member has too.</param>
internal sealed record MatchedMember(Member Member, string PersonKey, PlanReason? Reason)
{
    /// <summary>Two members with one key are one tester and one visible conflict (invariant 6): the lowest member id speaks for it.</summary>
    public static IReadOnlyList<MatchedMember> Match(IReadOnlyList<Member> members)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var matched = new List<MatchedMember>(members.Count);
        foreach (var member in members.OrderBy(m => m.MemberId, StringComparer.Ordinal).ThenBy(m => m.AppleEmail, StringComparer.Ordinal)
            .ThenBy(m => m.FirstName, StringComparer.Ordinal).ThenBy(m => m.LastName, StringComparer.Ordinal).ThenBy(m => m.Row))
        {
            if (string.IsNullOrWhiteSpace(member.AppleEmail)) matched.Add(new(member, $"member:{member.MemberId}", PlanReasons.NoAppleEmail));
            else if (EmailAddress.TryParse(member.AppleEmail) is not { } address) matched.Add(new(member, $"member:{member.MemberId}", PlanReasons.BadEmail));
            else if (!seen.Add(address.Key)) matched.Add(new(member, address.Key, PlanReasons.SameAddress));
            else matched.Add(new(member, address.Key, null));
        }
        return matched;
    }
}
