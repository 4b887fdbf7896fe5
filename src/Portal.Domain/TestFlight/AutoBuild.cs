namespace Portal.Domain.TestFlight;

/// <summary>How new builds come to a group.</summary>
public enum AutoBuildKind
{
    /// <summary><c>hasAccessToAllBuilds</c> is set: internal groups only.</summary>
    AppleSendsAll,
    /// <summary>Apple reports that it is not set.</summary>
    ByHand,
    /// <summary>External, where Apple reports nothing: the newest builds are all there although the portal assigned none.</summary>
    AppearsWithoutUs,
    /// <summary>External: the newest builds are not all there.</summary>
    SeemsByHand,
    /// <summary>Too few builds to tell.</summary>
    CannotTell,
}

/// <summary>A group's auto-build setting as Apple reports it, or what can be seen where Apple reports none.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Words">For a page.</param>
/// <param name="Because">What it was seen by; null where Apple reports the setting itself.</param>
public sealed record AutoBuild(AutoBuildKind Kind, string Words, string? Because = null)
{
    // Two could be chance, and more than three speak of habits long gone.
    private const int Looked = 3;

    /// <summary>The setting of a group, seen against the builds of its app.</summary>
    public static AutoBuild Of(BetaGroup group, IReadOnlyList<Build> builds)
    {
        if (group.HasAccessToAllBuilds is true) return new(AutoBuildKind.AppleSendsAll, "Apple sends every new build");
        if (group.IsInternal) return group.HasAccessToAllBuilds is false ? new(AutoBuildKind.ByHand, "Assigned by hand") : new(AutoBuildKind.CannotTell, "Not reported by Apple");
        var newest = builds.Where(build => build.AppId == group.AppId && MayBeAssigned(build) && !(build.UploadedDate < group.CreatedDate))
            .OrderByDescending(build => build.UploadedDate).Take(Looked).ToList();
        if (newest.Count < 2) return new(AutoBuildKind.CannotTell, "Cannot tell yet", "Apple reports no such setting for external groups, and there are too few builds since the group was made.");
        var there = newest.Count(build => build.GroupIds.Contains(group.Id));
        return there == newest.Count
            ? new(AutoBuildKind.AppearsWithoutUs, "New builds appear without us", $"Seen: each of the {newest.Count} newest builds is in the group, and the portal assigned none.")
            : new(AutoBuildKind.SeemsByHand, "Assigned by hand", $"Seen: {there} of the {newest.Count} newest builds are in the group.");
    }

    private static bool MayBeAssigned(Build build) =>
        build.AudienceType is not "INTERNAL_ONLY" && build.ProcessingState is null or "VALID" && build.ExternalState is not ("MISSING_EXPORT_COMPLIANCE" or "IN_EXPORT_COMPLIANCE_REVIEW");
}
