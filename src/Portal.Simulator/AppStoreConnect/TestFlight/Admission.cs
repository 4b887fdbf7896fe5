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
        if (group.IsInternal && group.App.InternalTesters + testers.Count(t => !t.Groups.Values.Any(g => g.IsInternal)) > world.Switches.InternalTesterCap)
        {
            throw new AppleException(Invented.InternalTesterLimit);
        }
        var newExternals = testers.Count(t => !t.Groups.Values.Any(g => !g.IsInternal));
        if (!group.IsInternal && newExternals > 0)
        {
            CheckCap(world, group.App, newExternals);
        }
    }

    public static void CheckCap(World world, App app, int newcomers)
    {
        var cap = world.Switches.ExternalTesterCap;
        if (app.Testers.Count + newcomers > cap && (world.Switches.LeavingGroupsFreesPlace ? app.ExternalTesters : app.Testers.Count(t => !t.TeamMember)) + newcomers > cap)
        {
            throw new AppleException(AppleError.TesterLimit);
        }
    }

    public static void CheckIndividuals(World world, Build build, IReadOnlyCollection<BetaTester> testers)
    {
        if (testers.Any(t => t.State == "REVOKED"))
        {
            throw new AppleException(AppleError.CannotBeAssigned);
        }
        CheckExternal(world, build);
    }

    public static void CheckBuild(World world, Build build, BetaGroup group)
    {
        if (group.IsInternal && !build.IsTestable(true, world.Now))
        {
            throw new AppleException(AppleError.Unprocessable("Build is not in an internally testable state."));
        }
        if (!group.IsInternal)
        {
            CheckExternal(world, build);
        }
    }

    private static void CheckExternal(World world, Build build)
    {
        if (build.Audience == "INTERNAL_ONLY"
            || build.ExternalStateAt(world.Now) is "PROCESSING" or "PROCESSING_EXCEPTION" or "MISSING_EXPORT_COMPLIANCE" or "IN_EXPORT_COMPLIANCE_REVIEW" or "EXPIRED" or "NOT_APPLICABLE")
        {
            throw new AppleException(AppleError.Unprocessable("Build is not assignable."));
        }
    }
}
