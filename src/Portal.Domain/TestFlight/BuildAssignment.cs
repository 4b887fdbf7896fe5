namespace Portal.Domain.TestFlight;

/// <summary>Whether a group may be given a build.</summary>
public static class BuildAssignment
{
    /// <summary>Why not, or null. A build that still waits for review may be given: testers get it once it has passed.</summary>
    public static Problem? Refusal(Build build, BetaGroup group, DateTimeOffset now)
    {
        if (group.HasAccessToAllBuilds is true) return TestFlightProblems.GroupGetsAllBuilds;
        if (build.IsExpired(now)) return TestFlightProblems.BuildExpired(build.Version, build.Number);
        if (group.IsInternal) return build.IsTestable(isInternal: true, now) ? null : TestFlightProblems.BuildNotReady(build.Version, build.Number, build.Internal(now));
        if (build.AudienceType is "INTERNAL_ONLY" || build.ExternalState is "NOT_APPLICABLE") return TestFlightProblems.BuildInternalOnly(build.Version, build.Number);
        return build.ExternalState is "PROCESSING" or "PROCESSING_EXCEPTION" or "MISSING_EXPORT_COMPLIANCE" or "IN_EXPORT_COMPLIANCE_REVIEW"
            ? TestFlightProblems.BuildNotReady(build.Version, build.Number, build.External(now)) : null;
    }
}
