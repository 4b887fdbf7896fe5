using Portal.Domain.Sync.Foreign;

namespace Portal.Services.Data;

/// <summary>One tester of a link's group as last seen: what foreign changes are told by, and what unmanaged testers are listed from.</summary>
internal sealed class GroupMemberRow
{
    public Guid LinkId { get; set; }
    public required string TesterId { get; set; }

    /// <summary>Matching key; null for those who came by a public link without an address.</summary>
    public string? PersonKey { get; set; }

    /// <summary>Whether the team had them when both were last read.</summary>
    public bool InTeam { get; set; }
    public DateTimeOffset SeenSince { get; set; }

    /// <summary>Somebody decided to leave them as they are.</summary>
    public DateTimeOffset? LeftAsIsAt { get; set; }
    public string? LeftAsIsByName { get; set; }
}

/// <summary>A member who came or went and was not ours (invariant 40).</summary>
internal sealed class ForeignChangeRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string TesterId { get; set; }
    public string? PersonKey { get; set; }
    public ForeignChangeKind Kind { get; set; }
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>"Is Centercode's own sync switched off?", asked once about a link until somebody answers.</summary>
internal sealed class ForeignQuestionRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public DateTimeOffset AskedAt { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public string? AnsweredByName { get; set; }
    public ForeignAnswer? Answer { get; set; }
    public string? Reason { get; set; }
}
