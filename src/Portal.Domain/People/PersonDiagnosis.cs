using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>How one step stands.</summary>
public enum StepState
{
    /// <summary>Done.</summary>
    Ok,
    /// <summary>Comes by itself or is somebody's ordinary turn.</summary>
    Waiting,
    /// <summary>Stands in the way.</summary>
    Problem,
    /// <summary>Not reached, or could not be read.</summary>
    Unknown,
}

/// <summary>One step on the way from the team to the installed app.</summary>
/// <param name="Name">What it is about, in two or three words.</param>
/// <param name="State">How it stands.</param>
/// <param name="Words">What is so.</param>
public sealed record PersonStep(string Name, StepState State, string Words);

/// <summary>What a person at the portal can do about it here.</summary>
public enum PersonAct
{
    /// <summary>Nothing here.</summary>
    None,
    /// <summary>Send Apple's invitation again.</summary>
    Reinvite,
    /// <summary>Run the sync for this person alone.</summary>
    SyncOne,
}

/// <summary>The one next step.</summary>
/// <param name="Code">Stable, such as <c>person-no-apple-email</c>.</param>
/// <param name="Turn">Whose turn.</param>
/// <param name="Words">What happened and what to do.</param>
/// <param name="Act">What the portal offers for it.</param>
/// <param name="TextForTester">To copy and send; null when the tester has nothing to do.</param>
public sealed record NextStep(string Code, Turn Turn, string Words, PersonAct Act = PersonAct.None, string? TextForTester = null);

/// <summary>One person and one link: every step, and exactly one next step.</summary>
public sealed record PersonDiagnosis(IReadOnlyList<PersonStep> Steps, NextStep Next)
{
    /// <summary>Between two invitations to one person.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromDays(3);
    /// <summary>After this long an invited tester counts as silent.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromDays(7);

    /// <summary>Looks at the facts.</summary>
    public static PersonDiagnosis Of(PersonFacts facts, DateTimeOffset now) => new(
        [Link(facts), Team(facts), Address(facts), Own(facts), Allowed(facts), Group(facts), TestableBuild(facts, now), Invited(facts), Accepted(facts), Installed(facts)],
        PersonNextStep.Of(facts, now));

    private static PersonStep Link(PersonFacts f) => f switch
    {
        { KeyProblem: { } key } => new("Link and key", StepState.Problem, key.Sentence),
        { Link: LinkState.Blocked } => new("Link and key", StepState.Problem, f.LinkProblem?.Sentence ?? "The link is blocked and needs a person."),
        { Link: LinkState.Retired } => new("Link and key", StepState.Problem, "The link is retired; nothing is synced any more."),
        { FirstApplied: false } => new("Link and key", StepState.Waiting, "The link has not been synced for the first time yet."),
        { Link: LinkState.Paused } => new("Link and key", StepState.Waiting, "The link is paused: it writes nothing."),
        _ => new("Link and key", StepState.Ok, "The link is synced and its key works."),
    };

    private static PersonStep Team(PersonFacts f) => f switch
    {
        { Member: { } member } => new("In the team", StepState.Ok, $"Row {member.Row} of {f.TeamName}."),
        { TeamProblem: { } problem } => new("In the team", StepState.Unknown, problem.Sentence),
        { Origin: MembershipOrigin.Manual, InGroup: true, RemovedAt: null } => new("In the team", StepState.Ok, $"Not in {f.TeamName}; {f.OwnerName ?? "support"} added them by hand."),
        _ => new("In the team", StepState.Problem, $"Not in {f.TeamName}."),
    };

    private static PersonStep Address(PersonFacts f) => f switch
    {
        { Member: null, Tester: null } => new("Apple e-mail", StepState.Unknown, "Not reached."),
        _ when string.IsNullOrWhiteSpace(f.AddressText) => new("Apple e-mail", StepState.Waiting, "None in Centercode yet."),
        { Address: null } => new("Apple e-mail", StepState.Problem, "What stands in Centercode is not an e-mail address."),
        _ => new("Apple e-mail", StepState.Ok, "A well-formed address."),
    };

    private static PersonStep Own(PersonFacts f) => f switch
    {
        { Address: null } => new("Nobody else's", StepState.Unknown, "Not reached."),
        { SharedWith: > 0 } => new("Nobody else's", StepState.Problem, $"{People(f.SharedWith, "other member has", "other members have")} the same Apple e-mail; at Apple they are one tester."),
        _ => new("Nobody else's", StepState.Ok, "No other member has it."),
    };

    private static PersonStep Allowed(PersonFacts f) => f.SuppressedBecause is null
        ? new("Not held back", StepState.Ok, "Nobody decided to keep this person out.")
        : new("Not held back", StepState.Problem, $"Held back {(f.SuppressedUntil is { } until ? $"until {until.UtcDateTime:d MMM yyyy}" : "until somebody ends it")}: “{f.SuppressedBecause}”.");

    private static PersonStep Group(PersonFacts f) => f switch
    {
        { AppleProblem: { } problem } => new("In the group", StepState.Unknown, problem.Sentence),
        { InGroup: true } => new("In the group", StepState.Ok, $"In {f.GroupName}; {Came(f.Origin)}{Others(f.OtherGroups)}"),
        { ConfirmedAt: not null, RemovedAt: null } => new("In the group", StepState.Problem, $"Was in {f.GroupName} and is gone without the portal having removed them.{Others(f.OtherGroups)}"),
        { Rest: { } rest } => new("In the group", StepState.Problem, PlanReasons.RestingUntil(rest).Sentence),
        { RemovedAt: not null } => new("In the group", StepState.Problem, $"Was removed from {f.GroupName} by the portal.{Others(f.OtherGroups)}"),
        _ => new("In the group", StepState.Waiting, $"Not in {f.GroupName} yet.{Others(f.OtherGroups)}"),
    };

    private static PersonStep TestableBuild(PersonFacts f, DateTimeOffset now) => f.Builds switch
    {
        null => new("A build to test", StepState.Unknown, "The group's builds could not be read."),
        var builds when Testable(builds, now) is { } build => new("A build to test", StepState.Ok, $"{build.Version} ({build.Number}){Until(build)}."),
        [] => new("A build to test", StepState.Problem, "The group has no build."),
        _ => new("A build to test", StepState.Problem, "The group has builds, none of which can be tested now."),
    };

    private static PersonStep Invited(PersonFacts f) => f switch
    {
        { InGroup: false } => new("Invited", StepState.Unknown, "Not reached."),
        { Tester.State: "NOT_INVITED" } => new("Invited", StepState.Problem, "Apple has not sent an invitation."),
        { Tester.State: "REVOKED" } => new("Invited", StepState.Problem, "The invitation was revoked at Apple."),
        { Tester.State: "INVITED" or "ACCEPTED" or "INSTALLED" } => new("Invited", StepState.Ok, f.InvitedAt is { } at ? $"Last invitation known here: {at.UtcDateTime:d MMM yyyy, HH:mm} UTC." : "Apple has sent an invitation."),
        _ => new("Invited", StepState.Unknown, $"Apple says {f.Tester?.State ?? "nothing"}."),
    };

    private static PersonStep Accepted(PersonFacts f) => !f.InGroup ? new("Accepted", StepState.Unknown, "Not reached.") : f.Tester?.State switch
    {
        "ACCEPTED" or "INSTALLED" => new("Accepted", StepState.Ok, "The tester accepted the invitation."),
        "INVITED" => new("Accepted", StepState.Waiting, "Not yet."),
        _ => new("Accepted", StepState.Unknown, "Not reached."),
    };

    private static PersonStep Installed(PersonFacts f) => !f.InGroup ? new("Installed", StepState.Unknown, "Not reached.") : f.Tester?.State switch
    {
        "INSTALLED" => new("Installed", StepState.Ok, "The app is on a device."),
        "ACCEPTED" => new("Installed", StepState.Waiting, "Not yet."),
        _ => new("Installed", StepState.Unknown, "Not reached."),
    };

    internal static Build? Testable(IReadOnlyList<Build> builds, DateTimeOffset now) =>
        builds.Where(b => b.IsTestable(isInternal: false, now)).OrderByDescending(b => b.UploadedDate).ThenBy(b => b.Id, StringComparer.Ordinal).FirstOrDefault();

    private static string Until(Build build) => build.ExpirationDate is { } end ? $", until {end.UtcDateTime:d MMM yyyy}" : "";

    private static string Others(int groups) => groups == 0 ? "" : $" Also in {People(groups, "other group", "other groups")} of the app, so leaving this one does not end access.";

    private static string Came(MembershipOrigin? origin) => origin switch
    {
        MembershipOrigin.Sync => "a sync added them.",
        MembershipOrigin.Adopted => "a person took them over into the sync.",
        MembershipOrigin.Manual => "support added them by hand.",
        MembershipOrigin.PreExisting => "they were there before the link.",
        _ => "somebody else added them.",
    };

    private static string People(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
