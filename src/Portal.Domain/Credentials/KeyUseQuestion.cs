namespace Portal.Domain.Credentials;

/// <summary>What a reviewer looks twice at.</summary>
public enum KeyUseFlag
{
    /// <summary>The key's first use on this app.</summary>
    FirstOnApp,
    /// <summary>By a person, at hours when nobody is expected to work (<see cref="OddHours"/>).</summary>
    OddHours,
    /// <summary>Something written that belongs to no run.</summary>
    WroteOutsideRun,
    /// <summary>The other side said no.</summary>
    Refused,
    /// <summary>Recorded and never heard of again: the portal stopped between, or lost its database.</summary>
    NoOutcome,
}

/// <summary>When nobody is expected to work.</summary>
/// <param name="From">Begin, local.</param>
/// <param name="To">End, local; on the next day where it is not after <paramref name="From"/>. Equal: never.</param>
/// <param name="Zone">Whose day it is.</param>
public sealed record OddHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>Whether a time lies within.</summary>
    public bool Holds(DateTimeOffset at)
    {
        if (From == To) return false;
        var local = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        return From < To ? local >= From && local < To : local >= From || local < To;
    }

    /// <summary>Such as "22:00 to 06:00, UTC".</summary>
    public string InWords => From == To ? "none" : $"{From:HH\\:mm} to {To:HH\\:mm}, {Zone.Id}";
}

/// <summary>What to show of the key uses; everything that is null does not narrow.</summary>
/// <param name="CredentialId">Of this credential.</param>
/// <param name="Person">Of people and jobs whose name holds this text.</param>
/// <param name="Result">With this outcome.</param>
/// <param name="RunId">Of this run.</param>
public sealed record KeyUseFilter(Guid? CredentialId = null, string? Person = null, KeyUseResult? Result = null, Guid? RunId = null)
{
    /// <summary>Of this person or job, by id.</summary>
    public string? ActorId { get; init; }
    /// <summary>At or after this time.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>HTTP method.</summary>
    public string? Method { get; init; }
    /// <summary>Exactly this purpose.</summary>
    public string? Purpose { get; init; }
    /// <summary>On this app, by Apple's id.</summary>
    public string? AppId { get; init; }
    /// <summary>With this flag.</summary>
    public KeyUseFlag? Flag { get; init; }
}

/// <summary>One page of the key uses, newest first.</summary>
/// <param name="Entries">The page: a line is a use, or a run where uses are folded.</param>
/// <param name="Shown">How many uses match, counted up to <see cref="CountedTo"/>.</param>
/// <param name="Total">How many the actor may see at all, counted likewise.</param>
public sealed record KeyUsePage(IReadOnlyList<KeyUseEntry> Entries, int Shown, int Total)
{
    /// <summary>Beyond this many is not counted.</summary>
    public const int CountedTo = 10_000;

    /// <summary>Hand back to read on; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Keys somebody else used too, as last seen within a day, of those the actor answers for or may see whole (invariant 40).</summary>
    public IReadOnlyList<ForeignUse> Foreign { get; init; } = [];

    /// <summary>How many of what the actor may see have no outcome long after they were recorded (invariant 27).</summary>
    public int Orphans { get; init; }
}

/// <summary>The matching uses of one run.</summary>
/// <param name="Count">How many.</param>
/// <param name="Refused">How many of them were refused.</param>
/// <param name="Writes">How many of them write.</param>
/// <param name="First">When the first was recorded.</param>
public sealed record KeyUseFold(int Count, int Refused, int Writes, DateTimeOffset First);

/// <summary>What the filters of the key uses can be set to: only what there is.</summary>
/// <param name="Actors">People and jobs by id, with their last name.</param>
/// <param name="Purposes">Why keys were used.</param>
/// <param name="Apps">Apps by Apple's id, with their names.</param>
public sealed record KeyUseChoices(IReadOnlyList<(string Id, string Name)> Actors, IReadOnlyList<string> Purposes, IReadOnlyList<(string Id, string Name)> Apps);

/// <summary>Uses of one key on one day, UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="Uses">How many requests.</param>
/// <param name="Refused">How many of them the other side refused.</param>
public sealed record KeyUseDay(DateOnly Day, int Uses, int Refused);

/// <summary>Calls with a key that Apple counted and that were not ours.</summary>
/// <param name="CredentialId">The key's credential.</param>
/// <param name="Label">Its label.</param>
/// <param name="Calls">About how many.</param>
/// <param name="From">Begin of the hour they were counted in, UTC.</param>
/// <param name="To">Its end.</param>
public sealed record ForeignUse(Guid CredentialId, string Label, int Calls, DateTimeOffset From, DateTimeOffset To);
