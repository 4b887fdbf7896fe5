namespace Portal.Domain.TestFlight.Releases;

/// <summary>What a new build in a linked group makes in Centercode.</summary>
public enum ReleaseMode
{
    /// <summary>Nothing.</summary>
    Off,
    /// <summary>A release only Centercode's admins see.</summary>
    Draft,
    /// <summary>A release the team sees.</summary>
    Published,
}

/// <summary>How far a release has come. Centercode offers create only, so what was sent is never sent again by itself.</summary>
public enum ReleaseState
{
    /// <summary>To be sent.</summary>
    Wanted,
    /// <summary>On its way: written down before it was sent.</summary>
    Sending,
    /// <summary>There: Centercode said so, or a person looked.</summary>
    Created,
    /// <summary>Centercode said no; there is none.</summary>
    Refused,
    /// <summary>The answer was lost: a person looks.</summary>
    Unconfirmed,
}

/// <summary>Why a build in a group has no release.</summary>
public enum NoRelease
{
    /// <summary>It has one, or one is on its way.</summary>
    None,
    /// <summary>It was there before the portal looked.</summary>
    ThereBefore,
    /// <summary>Build monitoring was off.</summary>
    MonitoringOff,
    /// <summary>A paused link writes nothing (invariant 34).</summary>
    LinkPaused,
    /// <summary>Nobody could open it any more.</summary>
    Expired,
}

/// <summary>What is known of a link when a build comes to its group.</summary>
/// <param name="Mode">What new builds make.</param>
/// <param name="IsPaused">Whether the link writes nothing now.</param>
/// <param name="IsFirstLook">Whether nothing was ever seen of this group.</param>
public sealed record ReleasePolicy(ReleaseMode Mode, bool IsPaused, bool IsFirstLook);

/// <summary>Which builds are news to a group, and what news makes.</summary>
public static class BuildNews
{
    /// <summary>Builds that came to the group since it was last looked at, oldest first. One that Apple still prepares comes later.</summary>
    /// <param name="builds">The group's builds as listed now.</param>
    /// <param name="seen">Ids seen in this group before; one that left and came back is no news.</param>
    /// <param name="all">Whether every build of the group was listed. Of a list cut short nobody knows what was left out last time, so only what was uploaded later counts.</param>
    /// <param name="newestSeen">When the newest build seen was uploaded.</param>
    public static IReadOnlyList<Build> Of(IReadOnlyList<Build> builds, IReadOnlySet<string> seen, bool all, DateTimeOffset? newestSeen) =>
        [.. builds.Where(build => !seen.Contains(build.Id) && IsPrepared(build) && (all || newestSeen is null || build.UploadedDate > newestSeen)).OrderBy(build => build.UploadedDate)];

    /// <summary>Why a build that came to the group makes no release; <see cref="NoRelease.None"/>: it makes one.</summary>
    public static NoRelease WhyNone(Build build, ReleasePolicy policy, DateTimeOffset now) => policy switch
    {
        { IsFirstLook: true } => NoRelease.ThereBefore,
        { Mode: ReleaseMode.Off } => NoRelease.MonitoringOff,
        { IsPaused: true } => NoRelease.LinkPaused,
        _ => build.IsExpired(now) ? NoRelease.Expired : NoRelease.None,
    };

    /// <summary>The reason in words.</summary>
    public static string InWords(this NoRelease why) => why switch
    {
        NoRelease.ThereBefore => "It was in the group before the portal looked.",
        NoRelease.MonitoringOff => "Build monitoring was off when it came.",
        NoRelease.LinkPaused => "The link was paused when it came, and a paused link writes nothing.",
        NoRelease.Expired => "It had expired when it came.",
        _ => "",
    };

    private static bool IsPrepared(Build build) => build.ProcessingState is null or "VALID";
}
