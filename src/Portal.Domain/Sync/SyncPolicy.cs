namespace Portal.Domain.Sync;

/// <summary>Where a team's members are read from.</summary>
public enum SourceKind
{
    /// <summary>A Centercode Data Package over a connection.</summary>
    DataPackage,
    /// <summary>An uploaded CSV file; syncs on upload only.</summary>
    Csv,
}

/// <summary>Which column of the source holds what. Null where the source has no such column.</summary>
/// <param name="MemberId">Stable user id.</param>
/// <param name="AppleEmail">The address of the Apple account; the one that is synced.</param>
/// <param name="LoginEmail">Centercode log-in address; shown, never invited.</param>
/// <param name="FirstName">First name.</param>
/// <param name="LastName">Last name.</param>
/// <param name="Team">Team column, so that one package can serve many links; only rows equal to the link's team count.</param>
/// <param name="ExpectedCount">A column that repeats the number of rows (F39).</param>
public sealed record ColumnMapping(
    string MemberId,
    string AppleEmail,
    string? LoginEmail = null,
    string? FirstName = null,
    string? LastName = null,
    string? Team = null,
    string? ExpectedCount = null);

/// <summary>What a sync of a link may do. The defaults are those of the domain's table.</summary>
public sealed record SyncPolicy
{
    /// <summary>True: owned memberships that left the team are removed. False: add-only.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>How often the link is checked; null for CSV sources, which sync on upload only.</summary>
    public TimeSpan? Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>More removals than this in one run…</summary>
    public int RemovalsAlwaysAllowed { get; init; } = 3;

    /// <summary>…and more than this many…</summary>
    public int RemovalLimit { get; init; } = 10;

    /// <summary>…or this share of the members (the lower), stop the run.</summary>
    public double RemovalShare { get; init; } = 0.10;

    /// <summary>More removals than this on a rolling day stop the run; single removals by support are counted.</summary>
    public int RemovalsPerDay { get; init; } = 25;

    /// <summary>After the first fill, more adds than this…</summary>
    public int AddLimit { get; init; } = 50;

    /// <summary>…or this share of the members (the lower, never below <see cref="AddsAlwaysAllowed"/>) stop the run.</summary>
    public double AddShare { get; init; } = 0.25;

    /// <summary>The add limit never falls below this.</summary>
    public int AddsAlwaysAllowed { get; init; } = 10;

    /// <summary>More adds than this on a rolling day stop the run; support's single adds are counted, those of the first fill are not.</summary>
    public int AddsPerDay { get; init; } = 50;

    /// <summary>A team smaller than this share of its last good snapshot blocks the run.</summary>
    public double ShrunkenTeamShare { get; init; } = 0.5;

    /// <summary>True: the wizard's answer was to manage members already in the group that match the team.</summary>
    public bool AdoptMatching { get; init; }

    /// <summary>True: the schedule reads and shows drift and writes nothing; people still sync by hand.</summary>
    public bool DriftOnly { get; init; }

    /// <summary>When nothing is written, see <see cref="FreezeCalendar"/>; empty: always may be.</summary>
    public string Freezes { get; init; } = "";

    /// <summary>Time zone of <see cref="Freezes"/>, an IANA name; empty: UTC.</summary>
    public string FreezeZone { get; init; } = "";
}
