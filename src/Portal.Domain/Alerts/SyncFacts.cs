using Portal.Domain.Credentials;
using Portal.Domain.Sync;

namespace Portal.Domain.Alerts;

/// <summary>A key or connection that is not retired, as it stands.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Kind">Apple's or Centercode's.</param>
/// <param name="IssuerId">Apple's team; empty for Centercode.</param>
/// <param name="Status">Where it stands, Locked included.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record AlertKey(Guid Id, string Label, CredentialKind Kind, string IssuerId, CredentialStatus Status, Problem? Problem)
{
    /// <summary>Calls Apple counted beyond ours, and when that was last seen.</summary>
    public (int Calls, DateTimeOffset At)? Foreign { get; init; }

    /// <summary>When its version in use was stored.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A link that is not retired, as it stands.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Title">Team and group.</param>
/// <param name="CredentialId">Its Apple key.</param>
/// <param name="ConnectionId">Its Centercode connection.</param>
/// <param name="IssuerId">Its Apple team.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Failures">In a row.</param>
public sealed record AlertLink(Guid Id, string Title, Guid CredentialId, Guid? ConnectionId, string IssuerId, LinkState State, Problem? Problem, int Failures)
{
    /// <summary>When the last build of its group expires.</summary>
    public DateTimeOffset? BuildsUntil { get; init; }

    /// <summary>People added by hand whose day is near, and the first of those days.</summary>
    public (int People, DateTimeOffset First)? Ending { get; init; }

    /// <summary>It waits for a person, or fails each time.</summary>
    public bool Stands => Problem is not null && (State is LinkState.Blocked || State is LinkState.Active && Failures >= BackOff.QuarantineFrom);
}
