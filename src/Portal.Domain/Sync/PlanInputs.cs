namespace Portal.Domain.Sync;

/// <summary>What the ledger knows of one person in one link.</summary>
/// <param name="PersonKey">The matching key of their address.</param>
/// <param name="MemberId">The source's stable id, where known.</param>
/// <param name="Origin">How the membership came to be.</param>
/// <param name="Confirmed">Whether a read has shown it since.</param>
/// <param name="RemovedByUs">Whether the portal took it away again.</param>
/// <param name="EndPassed">For an add by hand: the day until which support wanted it is over.</param>
public sealed record LedgerEntry(string PersonKey, string? MemberId, MembershipOrigin Origin, bool Confirmed, bool RemovedByUs, bool EndPassed = false)
{
    /// <summary>A sync may take away only what it made or a person adopted (invariant 10).</summary>
    public bool IsOurs => Origin is MembershipOrigin.Sync or MembershipOrigin.Adopted && !RemovedByUs;

    /// <summary>Added by hand and not taken out since; stays until its day is over (F37).</summary>
    public bool IsByHand => Origin is MembershipOrigin.Manual && !RemovedByUs;
}

/// <summary>Apple refused this person lately, so they are left in peace for a while.</summary>
/// <param name="Until">When they are tried again.</param>
/// <param name="Why">What Apple said, in the portal's words.</param>
public sealed record PersonRest(DateTimeOffset Until, string Why);

/// <summary>Everything a plan is made from.</summary>
/// <param name="Team">Who should be in the group.</param>
/// <param name="Group">Who is.</param>
/// <param name="Ledger">By matching key.</param>
/// <param name="Suppressed">Matching keys never to be added now.</param>
/// <param name="Policy">What the sync may do.</param>
/// <param name="KeyVersion">Version of the credential the run began with.</param>
/// <param name="FreePlaces">Testers the app still takes (cap 10,000); null: not known, so not cut.</param>
/// <param name="HasTestableBuild">Whether an invitation could be sent at all.</param>
/// <param name="KnownToApp">Matching keys of people who are testers of the app already: adding them to a group takes no place (invariant 15).</param>
/// <param name="Resting">By matching key: who is not tried now.</param>
public sealed record PlanInputs(
    TeamSnapshot Team,
    GroupSnapshot Group,
    IReadOnlyDictionary<string, LedgerEntry> Ledger,
    IReadOnlySet<string> Suppressed,
    SyncPolicy Policy,
    int KeyVersion,
    int? FreePlaces = null,
    bool HasTestableBuild = true,
    IReadOnlySet<string>? KnownToApp = null,
    IReadOnlyDictionary<string, PersonRest>? Resting = null)
{
    internal PersonRest? RestOf(string personKey) => Resting?.GetValueOrDefault(personKey);
}
