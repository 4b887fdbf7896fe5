namespace Portal.Domain.Sync;

/// <summary>What stops a run before its first write, and what became of a held one.</summary>
public static partial class SyncProblems
{
    /// <summary>F25.</summary>
    public static readonly Problem TeamEmpty = new("team-empty",
        "The team has no members in Centercode, so nothing was changed. A community manager checks the team and its Data Package; to end a project on purpose, retire the link.")
    { Turn = Turn.CommunityManager };

    /// <summary>F25.</summary>
    public static Problem TeamShrunk(int before, int now) => new("team-shrunk",
        $"The team has {now} members where it had {before} at the last good sync, less than half, so nothing was changed. A community manager checks whether the list is whole.")
    { Turn = Turn.CommunityManager };

    /// <summary>Invariant 14.</summary>
    public static Problem GroupWouldBeEmpty(int removals) => new("group-would-be-empty",
        $"The plan removes all {removals} testers and leaves the group empty, so nothing was changed. A second program manager looks at the people and allows or rejects it.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 14.</summary>
    public static Problem TooManyRemovals(int removals, int members) => new("too-many-removals",
        $"{removals} of {members} would be removed, more than the link allows in one run, so nothing was changed. A second program manager looks at the people and allows or rejects it.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 14.</summary>
    public static Problem TooManyRemovalsToday(int removals, int today, int limit) => new("too-many-removals-today",
        $"{removals} would be removed after {today} within a day, more than the {limit} the link allows, so nothing was changed. A second program manager looks at the people and allows or rejects it.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 38.</summary>
    public static Problem TooManyAdds(int adds, int members) => new("too-many-adds",
        $"{adds} would be invited to a group of {members}, more than the link allows in one run, so nobody was invited. A second program manager looks at the people and allows or rejects it: invitations cannot be unsent.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 38.</summary>
    public static Problem TooManyAddsToday(int adds, int today, int limit) => new("too-many-adds-today",
        $"{adds} would be invited after {today} within a day, more than the {limit} the link allows, so nobody was invited. A second program manager looks at the people and allows or rejects it: invitations cannot be unsent.")
    { Turn = Turn.ProgramManager };

    /// <summary>The act itself is what a second person allows.</summary>
    public static Problem EndsProject(int removals) => new("ends-project",
        $"The project is to end: all {removals} people this link put in or took over leave the group. A second program manager allows or rejects it.")
    { Turn = Turn.ProgramManager };

    /// <summary>After the end: asks, retires nothing by itself (invariant 35).</summary>
    public static readonly Problem ProjectEnded = new("project-ended",
        "The project was ended and the people of this link were removed from the group. A program manager retires the link now, or resumes it to fill the group again.")
    { Turn = Turn.ProgramManager };

    /// <summary>An end without a preview somebody saw.</summary>
    public static readonly Problem EndNotPreviewed = new("end-not-previewed", "The end of a project is previewed first, so that you see who leaves. Preview it, then type the number it shows.") { Turn = Turn.Requester };

    /// <summary>Invariant 31.</summary>
    public static readonly Problem PolicyLoosened = new("policy-loosened", "The policy would let more through than it does now. A second program manager looks at the values and allows or rejects the change.") { Turn = Turn.ProgramManager };

    /// <summary>Invariant 31.</summary>
    public static readonly Problem MappingChanged = new("mapping-changed", "Other columns of the source would decide who is in the team. A second program manager looks at them and allows or rejects the change.") { Turn = Turn.ProgramManager };

    /// <summary>Nothing to export yet.</summary>
    public static readonly Problem NotPlanned = new("run-not-planned", "The run has no plan yet, so there is nothing to export. Wait until both sides are read.") { Turn = Turn.Requester };

    /// <summary>One hold is enough.</summary>
    public static Problem HeldAlready(string who) => new("held-already", $"This very plan is held already, asked for by {who}. Whoever may decides it under Approvals.") { Turn = Turn.ProgramManager };

    /// <summary>The plan the hold was about is gone.</summary>
    public static readonly Problem HoldSuperseded = new("hold-superseded", "The team or the group changed, so this plan is out of date and nothing of it was done. The newer plan takes its place.");

    /// <summary>A second person said no.</summary>
    public static Problem HoldRejected(string who, string reason) => new("run-rejected",
        $"{who} rejected the plan: {reason.TrimEnd('.')}. A program manager puts the team right and resumes the link; until then nothing is written.")
    { Turn = Turn.ProgramManager };

    /// <summary>Some people of a held plan were left out.</summary>
    public static Problem LeftOut(int people, string who) => new("people-left-out",
        $"{who} allowed the plan without {people} of its people. A program manager puts the team right and resumes the link; until then nothing is written.")
    { Turn = Turn.ProgramManager };
}
