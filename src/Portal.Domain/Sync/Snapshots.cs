using Portal.Domain.TestFlight;

namespace Portal.Domain.Sync;

/// <summary>One member of a team as its source lists them.</summary>
/// <param name="Row">Row number in the source, from 1, header not counted: how a person finds it.</param>
/// <param name="MemberId">Stable user id.</param>
/// <param name="AppleEmail">As written, maybe blank or malformed.</param>
public sealed record Member(int Row, string MemberId, string? AppleEmail)
{
    /// <summary>Centercode log-in address.</summary>
    public string? LoginEmail { get; init; }
    /// <summary>First name.</summary>
    public string? FirstName { get; init; }
    /// <summary>Last name.</summary>
    public string? LastName { get; init; }
}

/// <summary>A team at one time. Nothing is planned from one that is not complete (invariant 13).</summary>
/// <param name="Problem">Why it is not complete; null when it is.</param>
public sealed record TeamSnapshot(IReadOnlyList<Member> Members, DateTimeOffset ReadAt, Problem? Problem)
{
    /// <summary>Whether the source was read to its end and every mapped column was there.</summary>
    public bool Complete => Problem is null;
}

/// <summary>A group at one time.</summary>
public sealed record GroupSnapshot(string GroupId, IReadOnlyList<BetaTester> Testers, DateTimeOffset ReadAt, Problem? Problem)
{
    /// <summary>Whether every page was read and the count agreed.</summary>
    public bool Complete => Problem is null;
}
