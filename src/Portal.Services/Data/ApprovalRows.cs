using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;

namespace Portal.Services.Data;

/// <summary>Something that takes a second person, from the moment it was asked for to its decision; kept for ever.</summary>
internal sealed class ApprovalRow
{
    public Guid Id { get; set; }
    public ApprovalKind Kind { get; set; }
    public ApprovalState State { get; set; }
    public Guid? LinkId { get; set; }
    public Guid? RunId { get; set; }
    public Guid? CredentialId { get; set; }

    /// <summary>Of the one person a held run is limited to.</summary>
    public string? OnlyPersonKey { get; set; }

    /// <summary>Of the run a held run undoes, or whose failures it tries again.</summary>
    public Guid? OfRunId { get; set; }

    /// <summary>The plan it is bound to.</summary>
    public string? PlanHash { get; set; }
    public int Adds { get; set; }
    public int Removals { get; set; }

    /// <summary>People or values it is about.</summary>
    public int Count { get; set; }

    /// <summary>What has to be decided, as code and sentence.</summary>
    public required string ProblemCode { get; set; }
    public required string ProblemSentence { get; set; }

    /// <summary>Of a change of policy.</summary>
    public SyncPolicy? PolicyBefore { get; set; }
    public SyncPolicy? PolicyAfter { get; set; }

    /// <summary>Of a change of mapping.</summary>
    public ColumnMapping? MappingBefore { get; set; }
    public ColumnMapping? MappingAfter { get; set; }

    /// <summary>Null: nobody in person asked, so anybody who may decides.</summary>
    public string? RequestedById { get; set; }
    public required string RequestedByName { get; set; }
    public string? RequestReason { get; set; }
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public string? DecidedById { get; set; }
    public string? DecidedByName { get; set; }
    public string? DecisionReason { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Confirmed by its requester alone, in an installation that chose so.</summary>
    public bool NotFourEyes { get; set; }

    /// <summary>The emergency in which its requester allowed it alone.</summary>
    public Guid? BreakGlassId { get; set; }

    /// <summary>When a confirmation by its requester takes effect.</summary>
    public DateTimeOffset? TakesEffectAt { get; set; }

    /// <summary>The writes of the plan that were chosen, as JSON; null: all.</summary>
    public string? Chosen { get; set; }
    public int? ChosenCount { get; set; }
}

/// <summary>An emergency: one person decides without a second one until it ends; kept for ever.</summary>
internal sealed class BreakGlassRow
{
    public Guid Id { get; set; }
    public required string ActorId { get; set; }
    public required string ActorName { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset BegunAt { get; set; }
    public DateTimeOffset EndsAt { get; set; }

    /// <summary>When it was ended by hand or seen to have run out; what counts is the earlier of this and <see cref="EndsAt"/>.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedByName { get; set; }
    public string? ReviewedById { get; set; }
    public string? ReviewedByName { get; set; }
    public string? ReviewNote { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>Reviewed by whoever broke it, in an installation that chose so.</summary>
    public bool NotFourEyes { get; set; }
}
