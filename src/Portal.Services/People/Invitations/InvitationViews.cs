using Portal.Domain;
using Portal.Domain.People;

namespace Portal.Services.People.Invitations;

/// <summary>Who would be sent an invitation again.</summary>
/// <param name="Problem">Why nobody is; null when somebody may be.</param>
/// <param name="People">Everybody in the group with an address.</param>
/// <param name="Hash">Of who is sent one: hand it back to send to just these.</param>
public sealed record ResendPlan(Guid LinkId, ResendWho Who, Problem? Problem, IReadOnlyList<ResendPerson> People, string Hash, DateTimeOffset ReadAt)
{
    /// <summary>Who is sent one.</summary>
    public IReadOnlyList<ResendPerson> Chosen => Problem is null ? [.. People.Where(p => p.LeftOut is null)] : [];
    /// <summary>Who is not.</summary>
    public IReadOnlyList<ResendPerson> LeftOut => [.. People.Where(p => p.LeftOut is not null)];
}

/// <summary>One of them.</summary>
/// <param name="State">Apple's state of the tester.</param>
/// <param name="InvitedAt">The last invitation the portal knows of.</param>
/// <param name="LeftOut">Why they are not sent one; null: they are.</param>
public sealed record ResendPerson(string PersonId, string? Name, string? Email, string? State, DateTimeOffset? InvitedAt, Problem? LeftOut);

/// <summary>What to send.</summary>
/// <param name="Who">As previewed.</param>
/// <param name="Plan">The previewed hash.</param>
/// <param name="Only">Ids of those to send to; null: everybody of the plan.</param>
public sealed record ResendWanted(ResendWho Who, string Plan, IReadOnlyList<string>? Only = null);

/// <summary>A sending of invitations.</summary>
/// <param name="Problem">Why it ended before everybody had their turn.</param>
public sealed record ResendRound(Guid Id, Guid LinkId, string StartedByName, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, Problem? Problem, IReadOnlyList<ResendItem> People)
{
    /// <summary>Somebody asked it to stop.</summary>
    public bool StopRequested { get; init; }
    /// <summary>Who had their turn.</summary>
    public int Done => People.Count(p => p.Outcome is not (ResendOutcome.Waiting or ResendOutcome.Sending));
    /// <summary>Nothing more will happen.</summary>
    public bool IsOver => FinishedAt is not null;
    /// <summary>How many ended so.</summary>
    public int Count(ResendOutcome outcome) => People.Count(p => p.Outcome == outcome);
}

/// <summary>One person of it.</summary>
/// <param name="InviteState">Apple's state as read back at the end.</param>
public sealed record ResendItem(string? PersonId, string? Name, string? Email, ResendOutcome Outcome, Problem? Problem, string? InviteState, DateTimeOffset? At);
