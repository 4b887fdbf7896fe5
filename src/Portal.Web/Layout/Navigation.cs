using MudBlazor;
using Portal.Domain.SignIn;

namespace Portal.Web.Layout;

/// <summary>One line of the drawer.</summary>
/// <param name="Text">The page's name.</param>
/// <param name="Href">From <see cref="PortalUrls"/>.</param>
/// <param name="Icon">SVG path of the icon.</param>
/// <param name="Permission">What it takes to open the page; null for any role.</param>
public sealed record NavigationItem(string Text, string Href, string Icon, Permission? Permission);

/// <summary>The drawer as a table: only what the roles may open is shown.</summary>
public static class Navigation
{
    /// <summary>Every page of the drawer, in its order.</summary>
    public static readonly IReadOnlyList<NavigationItem> All =
    [
        new("Home", PortalUrls.Home, Icons.Material.Outlined.Home, null),
        new("Alerts", PortalUrls.Alerts(), Icons.Material.Outlined.NotificationsNone, Permission.SeeTestFlight),
        new("Links", PortalUrls.Links(), Icons.Material.Outlined.Link, Permission.SeeTestFlight),
        new("Runs", PortalUrls.Runs(), Icons.Material.Outlined.PlayCircle, Permission.SeeTestFlight),
        new("Approvals", PortalUrls.Approvals(), Icons.Material.Outlined.HowToReg, Permission.SeeTestFlight),
        new("People", PortalUrls.People(), Icons.Material.Outlined.People, Permission.SeeTestFlight),
        new("Apps", PortalUrls.Apps, Icons.Material.Outlined.Apps, Permission.SeeTestFlight),
        new("Credentials", PortalUrls.Credentials, Icons.Material.Outlined.VpnKey, Permission.SeeCredentials),
        new("Key uses", PortalUrls.KeyUses(), Icons.Material.Outlined.ReceiptLong, Permission.ReadAudit),
        new("Audit", PortalUrls.Audit(), Icons.Material.Outlined.FactCheck, Permission.ReadAudit),
    ];

    /// <summary>What this actor may open.</summary>
    public static IEnumerable<NavigationItem> For(Actor actor) =>
        actor.Roles.IsEmpty ? [] : All.Where(item => item.Permission is not { } permission || actor.May(permission));
}
