namespace Portal.Simulator;

public sealed partial class World
{
    /// <summary>Names of an app's groups, one as often as groups bear it.</summary>
    public IReadOnlyList<string> GroupNames(string appName)
    {
        lock (Gate)
        {
            return [.. AppNamed(appName).Groups.Values.Select(group => group.Name)];
        }
    }

    /// <summary>Leaves the app as one in which nobody ever made an internal group.</summary>
    public void DropInternalGroups(string appName)
    {
        lock (Gate)
        {
            AppNamed(appName).Groups.Values.Where(group => group.IsInternal).ToList().ForEach(TestFlight.DeleteGroup);
        }
    }

    /// <summary>Ids of the builds assigned to a group.</summary>
    public IReadOnlyList<string> GroupBuilds(string groupId)
    {
        lock (Gate)
        {
            return [.. Groups[groupId].Builds.Keys];
        }
    }
}
