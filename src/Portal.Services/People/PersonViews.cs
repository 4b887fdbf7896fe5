using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.TestFlight;

namespace Portal.Services.People;

/// <summary>Somebody found in one link. Masked for those who may not see addresses.</summary>
/// <param name="Id">Opaque; stands in addresses instead of the e-mail.</param>
public sealed record PersonHit(Guid LinkId, string LinkTitle, string Id, string Name, string? Email, string? MemberId)
{
    /// <summary>Whether the team lists them; null when the team could not be read.</summary>
    public bool? InTeam { get; init; }
    /// <summary>Whether the group holds them as far as the ledger or Apple says; null when neither knows.</summary>
    public bool? InGroup { get; init; }
    /// <summary>Apple's state of the tester in words, where known.</summary>
    public string? State { get; init; }
}

/// <summary>Everybody found, and the links that could not be looked into.</summary>
/// <param name="Hits">At most 50.</param>
/// <param name="More">There were more than shown.</param>
/// <param name="Unread">Links whose team or group could not be read, with why.</param>
public sealed record PeopleFound(IReadOnlyList<PersonHit> Hits, bool More, IReadOnlyList<(string LinkTitle, Problem Problem)> Unread);

/// <summary>One person and one link in full. Masked for those who may not see addresses.</summary>
public sealed record PersonView
{
    /// <summary>The link.</summary>
    public required Guid LinkId { get; init; }
    /// <summary>The link's title.</summary>
    public required string LinkTitle { get; init; }
    /// <summary>Opaque id.</summary>
    public required string Id { get; init; }
    /// <summary>Name, or the address where there is none.</summary>
    public required string Name { get; init; }
    /// <summary>Apple e-mail as written.</summary>
    public string? Email { get; init; }
    /// <summary>Centercode log-in address.</summary>
    public string? LoginEmail { get; init; }
    /// <summary>Centercode user id.</summary>
    public string? MemberId { get; init; }
    /// <summary>App at Apple.</summary>
    public required string AppId { get; init; }
    /// <summary>Its name.</summary>
    public required string AppName { get; init; }
    /// <summary>Group at Apple.</summary>
    public required string GroupId { get; init; }
    /// <summary>Its name.</summary>
    public required string GroupName { get; init; }
    /// <summary>Apple's id of the tester in this app.</summary>
    public string? TesterId { get; init; }
    /// <summary>Every step and the one next step.</summary>
    public required PersonDiagnosis Diagnosis { get; init; }
    /// <summary>Why an invitation may not be sent now; null when it may.</summary>
    public Problem? ReinviteRefused { get; init; }
    /// <summary>Why a sync of this person alone is not offered; null when it is.</summary>
    public Problem? SyncRefused { get; init; }
    /// <summary>Why they may not be removed by hand now; null when they may.</summary>
    public Problem? RemoveRefused { get; init; }
    /// <summary>What a removal would end and what it would not.</summary>
    public string RemovalAsked { get; init; } = "";
    /// <summary>Whether the team lists them.</summary>
    public bool IsInTeam { get; init; }
    /// <summary>Whether the group holds them.</summary>
    public bool IsInGroup { get; init; }
    /// <summary>Whether somebody keeps them out.</summary>
    public bool IsKeptOut { get; init; }
    /// <summary>Of an add by hand that stands: who answers for it.</summary>
    public string? OwnerName { get; init; }
    /// <summary>Of an add by hand that stands: until when.</summary>
    public DateTimeOffset? EndsAt { get; init; }
    /// <summary>Whether the actor may fix people at all.</summary>
    public bool MayFix { get; init; }
    /// <summary>The same person in other links: link, title, id there.</summary>
    public IReadOnlyList<(Guid LinkId, string LinkTitle, string Id)> AlsoIn { get; init; } = [];
    /// <summary>When Apple and the team were read.</summary>
    public required DateTimeOffset ReadAt { get; init; }
}

/// <summary>What came of sending an invitation again.</summary>
/// <param name="State">The tester's state as read back.</param>
public sealed record Reinvited(string? State, DateTimeOffset At)
{
    /// <summary>In words.</summary>
    public string Words => $"Apple sent the invitation again. Apple's state now: {TesterStates.InWords(State)}.";
}
