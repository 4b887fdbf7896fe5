using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>Finds the one next step. The order is that of the way from the team to the app: whatever stands first in the way is done first.</summary>
internal static class PersonNextStep
{
    // Nobody can say this of a domain for sure; these are the ones where an Apple Account is a person's own for certain.
    private static readonly HashSet<string> OwnMail = ["icloud.com", "me.com", "mac.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com"];

    public static NextStep Of(PersonFacts f, DateTimeOffset now) =>
        Arrived(f, now) ?? Unreadable(f) ?? (f.Member is null ? Outside(f, now) : Address(f) ?? HeldBack(f) ?? (f.InGroup ? null : NotInGroup(f))) ?? InGroup(f, now);

    // A tester with the app on the phone needs nothing, whatever else is out of order.
    private static NextStep? Arrived(PersonFacts f, DateTimeOffset now) => f is { InGroup: true, Member: not null, Tester.State: "INSTALLED", Address: not null } ? NewBuilds(f, now) : null;

    private static NextStep NewBuilds(PersonFacts f, DateTimeOffset now)
    {
        if (f.Builds is null) return new("person-installed", Turn.Nobody, "Nothing to do: the app is installed.");
        if (PersonDiagnosis.Testable(f.Builds, now) is not { } build) return NoBuild(f, now);
        if (build.AutoNotifyEnabled is false) return new("person-installed-quiet", Turn.ProgramManager, "The app is installed. Apple does not tell testers of new builds by itself, for auto-notify is off; a program manager turns it on or notifies them.");
        return build.ExpirationDate - now < TimeSpan.FromDays(7)
            ? new("person-installed-expiring", Turn.AppTeam, $"The app is installed. Its build expires on {build.ExpirationDate!.Value.UtcDateTime:d MMM yyyy}; the app's team uploads another before that.")
            : new("person-installed", Turn.Nobody, "Nothing to do: the app is installed.");
    }

    private static NextStep? Unreadable(PersonFacts f) => f switch
    {
        { KeyProblem: { } key } => new("person-key-failing", key.Turn, key.Sentence),
        { Link: LinkState.Retired } => new("person-link-retired", Turn.ProgramManager, "The link is retired, so nothing brings this person into the group. A program manager links the team again."),
        { Link: LinkState.Blocked } => new("person-link-blocked", f.LinkProblem?.Turn is null or Turn.Nobody ? Turn.ProgramManager : f.LinkProblem.Turn, $"The link is blocked. {f.LinkProblem?.Sentence}".TrimEnd()),
        { Member: null, TeamProblem: { } team } => new("person-team-unreadable", team.Turn, team.Sentence),
        { AppleProblem: { } apple } => new("person-apple-unreadable", apple.Turn, apple.Sentence),
        _ => null,
    };

    private static NextStep Outside(PersonFacts f, DateTimeOffset now) => f switch
    {
        { InGroup: false } => new("person-not-in-team", Turn.CommunityManager, $"This person is neither in the team nor in the group. If they should test, a community manager puts them into {f.TeamName}; the sync does the rest."),
        { Origin: MembershipOrigin.Manual, RemovedAt: null } => ByHand(f, now),
        { Origin: MembershipOrigin.Sync or MembershipOrigin.Adopted, Rest: { } rest } => Rests(rest),
        { Origin: MembershipOrigin.Sync or MembershipOrigin.Adopted } => new("person-left-team", Turn.Nobody, "This person left the team; the next sync takes them out of the group. They may keep builds already there until those expire."),
        _ => new("person-unmanaged", Turn.Support, $"Somebody else put this person into the group; no sync touches them. If they belong in, a community manager puts them into {f.TeamName}."),
    };

    private static NextStep ByHand(PersonFacts f, DateTimeOffset now)
    {
        var (by, until) = (f.OwnerName ?? "Support", f.EndsAt is { } end ? $"until {end.UtcDateTime:d MMM yyyy, HH:mm} UTC" : "without an end");
        if (f.EndsAt <= now) return new("person-by-hand-ended", Turn.Nobody, $"{by} added this person by hand {until}. They are not in the team, so the next sync takes them out of the group; extend it if they are to stay.");
        return f.Tester?.State == "NOT_INVITED" && !f.InvitationNotOffered
            ? new("person-by-hand-not-invited", Turn.Support, $"{by} added this person by hand {until}, but Apple never sent an invitation. Send it now.", PersonAct.Reinvite)
            : new("person-added-by-support", Turn.Support, $"{by} added this person by hand {until}; they are not in the team. The first sync after that takes them out; extend it if they are to stay.");
    }

    private static NextStep? Address(PersonFacts f) => f switch
    {
        _ when string.IsNullOrWhiteSpace(f.AddressText) => new("person-no-apple-email", Turn.Tester, "There is no Apple e-mail in Centercode yet. The tester adds it to their account.", TextForTester: PersonTexts.AddAppleEmail(f)),
        { Address: null } => new("person-bad-apple-email", Turn.Support, "The Apple e-mail in Centercode is not an e-mail address. Support asks the tester for the right one.", TextForTester: PersonTexts.CorrectAppleEmail(f)),
        { SharedWith: > 0 } => new("person-shared-apple-email", Turn.Support, "Another member has the same Apple e-mail, and Apple takes one tester for both. Support finds out whose it is and has the other corrected in Centercode.", TextForTester: PersonTexts.CorrectAppleEmail(f)),
        _ => null,
    };

    private static NextStep? HeldBack(PersonFacts f) => f.SuppressedBecause is null || f.InGroup
        ? null
        : new("person-held-back", Turn.Support, $"Somebody decided to keep this person out{(f.SuppressedUntil is { } until ? $" until {until.UtcDateTime:d MMM yyyy}" : "")}: “{f.SuppressedBecause}”. Support ends that if it no longer holds.");

    private static NextStep NotInGroup(PersonFacts f) => f switch
    {
        { ConfirmedAt: not null, RemovedAt: null } => new("person-left-at-apple", Turn.Support, "This person was in the group and is gone: they stopped testing or were removed at Apple. They are not invited again by themselves; support asks them first.", TextForTester: PersonTexts.StillTesting(f)),
        { FirstApplied: false } => new("person-first-sync-open", Turn.ProgramManager, "The link has not been synced yet. A program manager looks at the preview and starts the first sync."),
        { Link: LinkState.Paused } => new("person-link-paused", Turn.ProgramManager, "The link is paused. A program manager resumes it; then this person is added."),
        { Rest: { } rest } => Rests(rest),
        _ => new("person-not-in-group", Turn.Support, "This person is in the team and not yet in the group. The next sync adds them; you can sync this person now.", PersonAct.SyncOne),
    };

    private static NextStep Rests(PersonRest rest) =>
        new("person-rests", Turn.Support, $"{PlanReasons.RestingUntil(rest).Sentence} Once the cause is mended, sync this person to try at once.", PersonAct.SyncOne);

    private static NextStep InGroup(PersonFacts f, DateTimeOffset now)
    {
        if (f.Builds is { } builds && PersonDiagnosis.Testable(builds, now) is null) return NoBuild(f, now);
        return f.Tester?.State switch
        {
            "NOT_INVITED" when f.InvitationNotOffered => new("person-invitation-not-offered", Turn.ProgramManager, "This person is in the group, but Apple never sent an invitation, and it no longer lets the portal send one to one tester. A program manager sends it at App Store Connect: TestFlight, the group, the tester, Resend Invite."),
            "NOT_INVITED" => new("person-not-invited", Turn.Support, "This person is in the group, but Apple never sent an invitation. Send it now.", PersonAct.Reinvite),
            "REVOKED" => new("person-revoked", Turn.Support, "The invitation was revoked at Apple: the tester stopped testing or was removed there. Support asks them before anything is sent.", TextForTester: PersonTexts.StillTesting(f)),
            "INVITED" => Silent(f, now),
            "ACCEPTED" => new("person-not-installed", Turn.Tester, "The invitation was accepted, the app is not installed. Mostly the phone uses another Apple Account than the one that was invited.", TextForTester: PersonTexts.Install(f)),
            "INSTALLED" => NewBuilds(f, now),
            var other => new("person-state-unknown", Turn.Support, $"Apple reports a state the portal does not know ({other ?? "none"}). Support looks at App Store Connect."),
        };
    }

    private static NextStep Silent(PersonFacts f, DateTimeOffset now)
    {
        if (f.InvitedAt is { } at && now - at < PersonDiagnosis.SilentAfter)
        {
            var act = now - at < PersonDiagnosis.CoolDown || f.InvitationNotOffered ? PersonAct.None : PersonAct.Reinvite;
            return new("person-invited", Turn.Tester, "The invitation is out; the tester accepts it.", act, PersonTexts.Accept(f));
        }
        var managed = f.Address is { } address && !OwnMail.Contains(address.Domain)
            ? " The address is a company's or school's: if it is a managed Apple Account, it cannot accept invitations, and the tester needs one of their own." : "";
        if (f.InvitationNotOffered) return new("person-silent", Turn.Tester, $"The tester was invited and has not accepted, and Apple no longer lets the portal send an invitation again. Tell them to look in their junk mail; if it is gone, a program manager sends it at App Store Connect: TestFlight, the group, the tester, Resend Invite.{managed}", TextForTester: PersonTexts.Accept(f));
        return new("person-silent", Turn.Tester, $"The tester was invited and has not accepted. Send the invitation again and tell them to look in their junk mail.{managed}", PersonAct.Reinvite, PersonTexts.Accept(f));
    }

    private static NextStep NoBuild(PersonFacts f, DateTimeOffset now)
    {
        var builds = f.Builds ?? [];
        if (builds.Count == 0) return new("person-no-build", Turn.ProgramManager, "The group has no build, so there is nothing to invite to. A program manager assigns one.");
        var newest = builds.OrderByDescending(b => b.UploadedDate).ThenBy(b => b.Id, StringComparer.Ordinal).First();
        var (code, words) = newest.ExternalState switch
        {
            _ when newest.Expired || newest.ExpirationDate <= now => ("person-build-expired", "has expired; the app's team uploads another"),
            "WAITING_FOR_BETA_REVIEW" or "IN_BETA_REVIEW" => ("person-build-in-review", "is in Apple's beta review, which mostly takes a day; invitations go out after it"),
            "BETA_REJECTED" => ("person-build-rejected", "was rejected by Apple's beta review; the app's team answers it at App Store Connect"),
            "MISSING_EXPORT_COMPLIANCE" => ("person-build-compliance", "lacks its export compliance answer; the app's team gives it at App Store Connect"),
            "READY_FOR_BETA_SUBMISSION" => ("person-build-not-submitted", "was not submitted for beta review yet; the app's team does that"),
            "PROCESSING" => ("person-build-processing", "is still being processed at Apple"),
            _ => ("person-build-not-testable", $"cannot be tested now (Apple says {newest.ExternalState ?? "nothing"}); the app's team looks at App Store Connect"),
        };
        return new(code, Turn.AppTeam, $"The newest build of the group, {newest.Version} ({newest.Number}), {words}.");
    }
}
