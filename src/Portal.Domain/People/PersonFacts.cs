using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>Everything known about one person and one link at one time. What could not be read is null, with the reason beside it.</summary>
public sealed record PersonFacts
{
    /// <summary>App's name, for the texts.</summary>
    public required string AppName { get; init; }
    /// <summary>Group's name, for the texts.</summary>
    public required string GroupName { get; init; }
    /// <summary>Team's name, for the texts.</summary>
    public required string TeamName { get; init; }
    /// <summary>Where the link stands.</summary>
    public required LinkState Link { get; init; }
    /// <summary>Whether its first plan was applied.</summary>
    public bool FirstApplied { get; init; }
    /// <summary>Why it is blocked.</summary>
    public Problem? LinkProblem { get; init; }
    /// <summary>Why the Apple credential cannot be used; null when it can.</summary>
    public Problem? KeyProblem { get; init; }

    /// <summary>The person's row in the team; null: not in it, or not known because of <see cref="TeamProblem"/>.</summary>
    public Member? Member { get; init; }
    /// <summary>Why the team could not be read.</summary>
    public Problem? TeamProblem { get; init; }
    /// <summary>How many other members have the same Apple e-mail (F12).</summary>
    public int SharedWith { get; init; }

    /// <summary>The tester at Apple; null: unknown there, or not read because of <see cref="AppleProblem"/>.</summary>
    public BetaTester? Tester { get; init; }
    /// <summary>Whether the tester is in the link's group.</summary>
    public bool InGroup { get; init; }
    /// <summary>Why Apple could not be read.</summary>
    public Problem? AppleProblem { get; init; }
    /// <summary>Other groups of the app the tester is in (F31).</summary>
    public int OtherGroups { get; init; }
    /// <summary>Apple lately refused to send anybody an invitation again.</summary>
    public bool InvitationNotOffered { get; init; }
    /// <summary>The builds assigned to the group; null when they could not be read.</summary>
    public IReadOnlyList<Build>? Builds { get; init; }

    /// <summary>How the membership came to be; null: not in the ledger.</summary>
    public MembershipOrigin? Origin { get; init; }
    /// <summary>Of an add by hand: who answers for it.</summary>
    public string? OwnerName { get; init; }
    /// <summary>Of an add by hand: until when.</summary>
    public DateTimeOffset? EndsAt { get; init; }
    /// <summary>Our add was seen at Apple.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    /// <summary>We removed it.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
    /// <summary>When the last invitation we know of went out.</summary>
    public DateTimeOffset? InvitedAt { get; init; }
    /// <summary>Apple refused them lately; null: it did not, or their rest is over.</summary>
    public PersonRest? Rest { get; init; }
    /// <summary>A suppression stands, with its reason.</summary>
    public string? SuppressedBecause { get; init; }
    /// <summary>Until when; null: until somebody ends it.</summary>
    public DateTimeOffset? SuppressedUntil { get; init; }

    /// <summary>The address looked at: the member's own or, for who is not in the team, the tester's.</summary>
    public string? AddressText => Member is not null ? Member.AppleEmail : Tester?.Email;
    /// <summary>It, read; null when there is none or it is none.</summary>
    public EmailAddress? Address => EmailAddress.TryParse(AddressText);
}
