namespace Portal.Simulator.Identity;

/// <summary>One person who may sign in at the demo provider: no password, one click.</summary>
/// <param name="Name">User name and <c>sub</c>.</param>
/// <param name="DisplayName">The <c>name</c> claim.</param>
/// <param name="Groups">What the <c>groups</c> claim carries.</param>
/// <param name="GroupsOverflow">The groups claim is replaced by an overage note, as Entra does above its limit.</param>
public sealed record IdentityUser(string Name, string DisplayName, IReadOnlyList<string> Groups, bool GroupsOverflow = false)
{
    /// <summary>An address that can reach nobody (RFC 2606).</summary>
    public string Email => $"{Name}@staff.example";
}

/// <summary>Everyone the demo provider begins with: one per role of the portal, and the awkward cases.</summary>
public static class IdentityUsers
{
    /// <summary>In the order the sign-in page lists them.</summary>
    public static readonly IReadOnlyList<IdentityUser> All =
    [
        new("viewer", "Viewer", ["portal-viewers"]),
        new("support", "Support", ["portal-support"]),
        new("program-manager", "Program manager", ["portal-program-managers"]),
        new("program-manager-2", "Second program manager", ["portal-program-managers"]),
        new("key-custodian", "Key custodian", ["portal-key-custodians"]),
        new("security-reviewer", "Security reviewer", ["portal-security-reviewers"]),
        new("administrator", "Administrator", ["portal-administrators"]),
        new("several", "Several roles", ["portal-support", "portal-program-managers", "portal-key-custodians"]),
        new("owner", "Owner", ["portal-owners"]),
        new("nobody", "No groups", []),
        new("overflow", "Too many groups", ["portal-viewers"], GroupsOverflow: true),
    ];
}
