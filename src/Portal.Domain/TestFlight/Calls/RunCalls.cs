using Portal.Domain.Sync;

namespace Portal.Domain.TestFlight.Calls;

/// <summary>Whom a run still changes.</summary>
/// <param name="New">People to add whom the app is not known to know: each takes a call.</param>
/// <param name="Known">People to add whom it knows: many in a call.</param>
/// <param name="Removals">People to remove: many in a call.</param>
/// <param name="InGroup">Testers in the group.</param>
public readonly record struct RunPeople(int New, int Known, int Removals, int InGroup);

/// <summary>How many calls a run makes at most, if Apple takes what it is sent.</summary>
public static class RunCalls
{
    private const int AddressesAtATime = 100;

    // The list of the group's builds, and the builds.
    private const int Builds = 2;

    /// <summary>Before the plan: the probe of the app, the group, its builds.</summary>
    /// <param name="inGroup">Testers in the group.</param>
    public static int ToPlan(int inGroup) => 1 + ReadChoice.Pages(inGroup) + Builds;

    /// <summary>After the plan: writes, what is read for them, and the read-back.</summary>
    /// <param name="people">Whom it changes.</param>
    /// <param name="batch">Where the size of batches begins.</param>
    public static int ToApply(RunPeople people, BatchSize batch)
    {
        var (adds, members) = (people.New + people.Known, people.InGroup + people.New + people.Known);
        if (adds + people.Removals == 0) return 0;
        // The app's testers are counted, and the new looked up: another machine may have made them meanwhile.
        var adding = people.New == 0 ? 0 : 1 + LookUps(people.New) + people.New;
        var again = people.Removals == 0 ? 0 : Math.Min(LookUps(people.Removals), ReadChoice.Pages(members));
        return adding + Batches(people.Known, batch) + again + Batches(people.Removals, batch) + Math.Min(LookUps(adds + people.Removals), ReadChoice.Pages(members));
    }

    private static int Batches(int people, BatchSize size)
    {
        var calls = 0;
        for (; people > 0; calls++)
        {
            var some = Math.Min(people, size.Next);
            people -= some;
            size = size.Taken(some);
        }
        return calls;
    }

    // Two spellings of each address are asked for.
    private static int LookUps(int people) => Math.Max(1, (2 * people + AddressesAtATime - 1) / AddressesAtATime);
}
