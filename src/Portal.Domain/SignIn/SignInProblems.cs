namespace Portal.Domain.SignIn;

/// <summary>Failures of sign-in and of rights.</summary>
public static class SignInProblems
{
    /// <summary>The actor's roles do not allow this; names the roles that do.</summary>
    public static Problem MayNot(Permission permission) => new("access-refused",
        $"Your roles do not allow this. It takes the role {string.Join(" or ", RoleTable.WhoMay(permission).Select(r => r.InWords()))}; ask whoever manages the portal's groups at your identity provider.")
    { Turn = Turn.Administrator };

    /// <summary>The sign-in is over already, or never was.</summary>
    public static readonly Problem NoSuchSession = new("session-not-found", "There is no such sign-in any more: it was ended or ran out. Look at the list again.") { Turn = Turn.Requester };

    /// <summary>Signed in, but no group of theirs is mapped to a role.</summary>
    public static readonly Problem NoRole = new("no-role",
        "You are signed in, but none of your groups gives you a role in this portal. Ask whoever manages the portal's groups at your identity provider to add you to one.")
    { Turn = Turn.Administrator };

    /// <summary>The provider left the groups out because there were too many.</summary>
    public static readonly Problem GroupsOverflowed = new("groups-overflowed",
        "Your identity provider left your groups out because you are in too many, so the portal cannot tell your role. An administrator of the identity provider limits the groups claim to the portal's groups.")
    { Turn = Turn.Administrator };
}
