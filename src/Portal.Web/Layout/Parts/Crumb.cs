namespace Portal.Web.Layout.Parts;

/// <summary>One step of the breadcrumbs above a title.</summary>
/// <param name="Text">The page's name.</param>
/// <param name="Href">From <see cref="PortalUrls"/>.</param>
public sealed record Crumb(string Text, string Href);
