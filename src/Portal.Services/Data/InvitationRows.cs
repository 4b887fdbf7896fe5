using Portal.Domain.People;

namespace Portal.Services.Data;

/// <summary>Invitations of one link sent again together.</summary>
internal sealed class InvitationRoundRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public ResendWho Who { get; set; }
    public required string StartedById { get; set; }
    public required string StartedByName { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public bool StopRequested { get; set; }

    /// <summary>Why it ended before everybody had their turn.</summary>
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
}

/// <summary>One person of it.</summary>
internal sealed class InvitationItemRow
{
    public Guid Id { get; set; }
    public Guid RoundId { get; set; }
    public int Ordinal { get; set; }
    public required string PersonKey { get; set; }
    public string? MemberId { get; set; }
    public string? Name { get; set; }
    public required string TesterId { get; set; }

    /// <summary>The last invitation known when it was chosen; another one since means another was quicker.</summary>
    public DateTimeOffset? InvitedBefore { get; set; }
    public ResendOutcome Outcome { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
    public string? InviteState { get; set; }
    public DateTimeOffset? At { get; set; }
}
