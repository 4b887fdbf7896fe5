using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Services.TestFlight;

/// <summary>Something read from Apple and when. It is the last good value where <paramref name="Problem"/> says why there is no newer one.</summary>
/// <param name="ReadAt">UTC; of several reads the oldest.</param>
/// <param name="Problem">Why the newest attempt failed or is not whole; null when all is well.</param>
public sealed record Aged<T>(T Value, DateTimeOffset ReadAt, Problem? Problem = null);

/// <summary>A credential that shows something.</summary>
public sealed record KeyLabel(Guid Id, string Label);

/// <summary>The link that holds a group.</summary>
/// <param name="Words">Release type and team, for a page.</param>
public sealed record LinkLabel(Guid Id, string Words, LinkState State);

/// <summary>One app in the list of apps.</summary>
/// <param name="Keys">The credentials that see it, the one it is read with first.</param>
/// <param name="Groups">How many groups.</param>
/// <param name="Testers">Tester places in external groups; a person in two groups counts twice.</param>
/// <param name="Newest">The newest build that has not expired; null when there is none.</param>
public sealed record AppLine(AppleApp App, IReadOnlyList<KeyLabel> Keys, int Groups, int? Testers, Build? Newest);

/// <summary>Every app of every credential.</summary>
/// <param name="Credentials">How many credentials were asked.</param>
public sealed record AppList(IReadOnlyList<AppLine> Apps, int Credentials);

/// <summary>One group of an app.</summary>
public sealed record GroupLine(BetaGroup Group, AutoBuild AutoBuild, LinkLabel? Link);

/// <summary>One build and whom it reaches.</summary>
public sealed record BuildLine(Build Build, IReadOnlyList<ReachLine> Reach);

/// <summary>One app with its groups and builds.</summary>
public sealed record AppView(AppleApp App, IReadOnlyList<KeyLabel> Keys, IReadOnlyList<GroupLine> Groups, IReadOnlyList<BuildLine> Builds);

/// <summary>One group with its builds; its testers are asked for by the page, in pieces.</summary>
public sealed record GroupView(AppleApp App, KeyLabel Key, BetaGroup Group, AutoBuild AutoBuild, LinkLabel? Link, IReadOnlyList<BuildLine> Builds);

/// <summary>One build with everyone it reaches.</summary>
public sealed record BuildView(AppleApp App, KeyLabel Key, Build Build, IReadOnlyList<ReachLine> Reach);

/// <summary>A build as a group may be given it.</summary>
/// <param name="IsIn">The group has it.</param>
/// <param name="Because">Why it cannot be given now; null when it can, or is in already.</param>
public sealed record BuildChoice(Build Build, bool IsIn, Problem? Because);

/// <summary>A group as it may be given a build.</summary>
/// <param name="IsIn">It has it.</param>
/// <param name="Because">Why it cannot be given now; null when it can, or has it.</param>
public sealed record GroupForBuild(BetaGroup Group, bool IsIn, Problem? Because);

/// <summary>Builds to give to groups, or to take from them: every build for every group.</summary>
public sealed record AssignmentChange(bool Give, IReadOnlyList<string> GroupIds, IReadOnlyList<string> BuildIds);

/// <summary>What became of one group and one build.</summary>
public enum AssignmentOutcome
{
    /// <summary>A fresh read shows it.</summary>
    Confirmed,
    /// <summary>It was so before; Apple was not asked.</summary>
    Already,
    /// <summary>Apple took it and does not show it yet.</summary>
    Pending,
    /// <summary>Not done, or not known to be; the problem says why.</summary>
    Refused,
}

/// <summary>One group and one build of an act.</summary>
/// <param name="GroupName">Null where the group could not be read.</param>
/// <param name="Build">Null where the build could not be read.</param>
public sealed record AssignmentDone(string GroupId, string? GroupName, string BuildId, Build? Build, AssignmentOutcome Outcome, Problem? Problem)
{
    internal bool Asked { get; init; }
}

/// <summary>What became of giving a group a build.</summary>
/// <param name="Confirmed">A fresh read of the group showed it.</param>
/// <param name="WasIn">It was there before, so Apple was not asked.</param>
public sealed record BuildAssigned(Build Build, bool Confirmed, bool WasIn);

/// <summary>A piece of a group's testers, masked for those who may not see addresses.</summary>
/// <param name="Testers">The piece asked for.</param>
/// <param name="Matching">How many match the filter.</param>
/// <param name="Total">How many there are.</param>
/// <param name="States">Every state there is with its count, unfiltered.</param>
public sealed record TesterList(IReadOnlyList<BetaTester> Testers, int Matching, int Total, IReadOnlyList<(string State, int Count)> States);
