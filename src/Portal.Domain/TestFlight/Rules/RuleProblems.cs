namespace Portal.Domain.TestFlight.Rules;

/// <summary>What stands in the way of an auto-build rule.</summary>
public static class RuleProblems
{
    /// <summary>The pattern.</summary>
    public static readonly Problem PatternUnreadable = new("rule-pattern-unreadable",
        "The versions cannot be read. Write them like 2.* or 2.1, 2.2; * stands for anything, ? for one character.")
    { Turn = Turn.Requester };

    /// <summary>The times.</summary>
    public static readonly Problem HoursUnreadable = new("rule-hours-unreadable", "Quiet hours need two different times such as 22:00 and 07:00; leave both empty for none.") { Turn = Turn.Requester };

    /// <summary>The place.</summary>
    public static readonly Problem ZoneUnknown = new("rule-zone-unknown", "This time zone is not known here. Write it like Europe/Vienna or UTC.") { Turn = Turn.Requester };

    /// <summary>The platform.</summary>
    public static readonly Problem PlatformUnknown = new("rule-platform-unknown", "The platform is one of IOS, MAC_OS, TV_OS, VISION_OS, or empty for every one.") { Turn = Turn.Requester };

    /// <summary>Apple has the setting for internal groups; its API only shows it.</summary>
    public static readonly Problem GroupIsInternal = new("rule-group-internal",
        "This group is internal: Apple itself can send it every build. Its API only shows that setting, so an Apple admin or app manager changes it at App Store Connect.")
    { Turn = Turn.AppleAdmin };

    /// <summary>The group has no rule.</summary>
    public static readonly Problem NotFound = new("rule-not-found", "This group has no auto-build rule. Make one on the group's page.") { Turn = Turn.Requester };

    /// <summary>Invariant 37: nobody can tell whether a step was done.</summary>
    public static readonly Problem StepUnconfirmed = new("rule-step-unconfirmed",
        "Apple did not say whether it did this. Nobody needs to do anything: the portal looks again and goes on from what it sees.");
}
