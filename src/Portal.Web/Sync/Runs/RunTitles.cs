using Portal.Domain.Sync;
using Portal.Services.Sync;

namespace Portal.Web.Sync.Runs;

/// <summary>What a run is called: the one place.</summary>
internal static class RunTitles
{
    /// <summary>In a list of one link's runs.</summary>
    public static string NameOf(RunView run) => (run.Purpose, run.Mode) switch
    {
        (RunPurpose.EndOfProject, SyncMode.Preview) => "Preview of the end",
        (RunPurpose.EndOfProject, _) => "End of project",
        (RunPurpose.Undo, SyncMode.Preview) => "Preview of an undo",
        (RunPurpose.Undo, _) => "Undo",
        (_, SyncMode.Preview) => run.OnePerson ? "Preview of one person" : "Preview",
        _ when run.OfRunId is not null => "Retry",
        _ => run.OnePerson ? "Sync of one person" : "Sync",
    };

    /// <summary>On its own page.</summary>
    public static string Heading(RunView run) => (run.Purpose, run.Mode) switch
    {
        (RunPurpose.EndOfProject, SyncMode.Preview) => $"Preview of the end of {run.LinkTitle}",
        (RunPurpose.EndOfProject, _) => $"End of {run.LinkTitle}",
        (RunPurpose.Undo, SyncMode.Preview) => $"Preview of an undo, {run.LinkTitle}",
        (RunPurpose.Undo, _) => $"Undo of a run, {run.LinkTitle}",
        (_, SyncMode.Preview) => $"Preview of {(run.OnePerson ? "one person, " : "")}{run.LinkTitle}",
        _ when run.OfRunId is not null => $"Retry of what failed, {run.LinkTitle}",
        _ => run.OnePerson ? $"Sync of one person, {run.LinkTitle}" : $"Sync of {run.LinkTitle}",
    };

    /// <summary>Whether there may be something to undo.</summary>
    public static bool CanUndo(RunView run) => run is { Mode: SyncMode.Real, IsOver: true, Confirmed: > 0 };

    /// <summary>How many could be tried again.</summary>
    public static int Failed(RunView run) => run is { Mode: SyncMode.Real, Purpose: RunPurpose.Sync, IsOver: true } ? run.Refused + run.NotTried : 0;
}
