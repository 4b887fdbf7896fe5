using Portal.Domain;
using Portal.Domain.TestFlight.Releases;

namespace Portal.Services.TestFlight.Releases;

/// <summary>What new builds of a link's group make.</summary>
/// <param name="MailTo">Addresses that get a mail, separated by commas; null for those who may not change it.</param>
/// <param name="ConnectionId">The Centercode connection releases are made over; null: there is none.</param>
/// <param name="OwnConnection">Whether that is the link's own: then none is chosen here.</param>
/// <param name="WatchingSince">When the group's builds were first looked at; null: not yet.</param>
/// <param name="MailIsSetUp">Whether the portal has a mail server.</param>
/// <param name="StateIsSaid">Whether the installation knows the field that makes a release a draft.</param>
public sealed record MonitorView(ReleaseMode Mode, string? MailTo, Guid? ConnectionId, bool OwnConnection, DateTimeOffset? WatchingSince, string? ChangedByName, DateTimeOffset? ChangedAt, bool MailIsSetUp, bool StateIsSaid);

/// <summary>A release of a build.</summary>
/// <param name="AskedByName">Null: the monitoring.</param>
/// <param name="Problem">What stands or stood in the way.</param>
/// <param name="NextTryAt">When it is tried again by itself.</param>
/// <param name="SettledByName">Who said that an unconfirmed release is there, or shall be made again.</param>
/// <param name="MailProblem">Why not everybody was mailed.</param>
public sealed record ReleaseView(Guid Id, string Title, ReleaseMode Mode, ReleaseState State, string? AskedByName, DateTimeOffset AskedAt, int Attempts, DateTimeOffset? EndedAt,
    string? CentercodeId, Problem? Problem, DateTimeOffset? NextTryAt, string? SettledByName, DateTimeOffset? MailedAt, string? MailProblem);

/// <summary>A build in a link's group, and what it made.</summary>
/// <param name="LinkTitle">For a build that several links' groups have.</param>
/// <param name="SeenAt">Null: asked for by hand before the portal saw the build in the group.</param>
/// <param name="WhyNone">Why it made no release.</param>
public sealed record BuildHistoryLine(Guid LinkId, string LinkTitle, string BuildId, string Number, DateTimeOffset? SeenAt, NoRelease WhyNone, ReleaseView? Release);
