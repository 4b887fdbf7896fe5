namespace Portal.Domain;

/// <summary>Whose turn it is, in words.</summary>
public static class Turns
{
    /// <summary>Such as "a key custodian"; null when nobody has to act.</summary>
    public static string? InWords(Turn turn) => turn switch
    {
        Turn.Nobody => null,
        Turn.Requester => "yours",
        Turn.AppleAdmin => "an Admin of the Apple team",
        Turn.AccountHolder => "the Account Holder of the Apple team",
        Turn.ProgramManager => "a program manager",
        Turn.Support => "support",
        Turn.KeyCustodian => "a key custodian",
        Turn.Operator => "whoever runs the portal",
        Turn.Tester => "the tester",
        Turn.AppTeam => "the team that builds the app",
        Turn.CommunityManager => "a manager of the Centercode community",
        Turn.Administrator => "an administrator",
        Turn.SecurityReviewer => "a security reviewer",
        _ => null,
    };
}
