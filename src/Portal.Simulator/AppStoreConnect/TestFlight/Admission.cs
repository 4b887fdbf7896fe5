namespace Portal.Simulator.AppStoreConnect;

/// <summary>Who may join which group, and which build may be given to it.</summary>
internal static class Admission
{
    public static void Check(World world, BetaGroup group, IReadOnlyCollection<BetaTester> testers)
    {
        if (testers.Any(t => t.App != group.App || t.State == "REVOKED" || (group.IsInternal && !t.TeamMember))
            || (world.Switches.ExistingMemberConflicts && testers.Any(t => group.Testers.ContainsKey(t.Id))))
        {
            throw new AppleException(AppleError.CannotBeAssigned);
        }
        var newExternals = testers.Count(t => !t.Groups.Values.Any(g => !g.IsInternal));
        if (!group.IsInternal && newExternals > 0)
        {
            CheckCap(world, group.App, newExternals);
        }
    }

    public static void CheckCap(World world, App app, int newcomers)
    {
        if (app.Testers.Count + newcomers > world.Switches.ExternalTesterCap && app.ExternalTesters + newcomers > world.Switches.ExternalTesterCap)
        {
            throw new AppleException(AppleError.TesterLimit);
        }
    }

    public static void CheckBuild(World world, Build build, BetaGroup group)
    {
        if (group.IsInternal && !build.IsTestable(true, world.Now))
        {
            throw new AppleException(AppleError.Unprocessable("Build is not in an internally testable state."));
        }
        if (!group.IsInternal && (build.Audience == "INTERNAL_ONLY"
            || build.ExternalStateAt(world.Now) is "PROCESSING" or "PROCESSING_EXCEPTION" or "MISSING_EXPORT_COMPLIANCE" or "IN_EXPORT_COMPLIANCE_REVIEW" or "EXPIRED" or "NOT_APPLICABLE"))
        {
            throw new AppleException(AppleError.Unprocessable("Build is not assignable."));
        }
    }
}
