using System.Globalization;
using Portal.Services.Sync;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Sync.Links;

/// <summary>Checks that found nothing to do, in one line instead of a list.</summary>
public static class FoldedChecks
{
    /// <summary>"Unchanged 14:00–17:35 UTC, 43 checks"; with days when they differ; null when the last check found something.</summary>
    public static string? Of(LinkView link)
    {
        if (link is not { ChecksSinceChange: > 0, UnchangedSince: { } since, LastCheckAt: { } last }) return null;
        var (from, to) = (since.UtcDateTime, last.UtcDateTime);
        var checks = Times.Count(link.ChecksSinceChange, "check");
        if (link.ChecksSinceChange == 1 || from.ToString("g", CultureInfo.InvariantCulture) == to.ToString("g", CultureInfo.InvariantCulture)) return $"Unchanged at {to:HH:mm} UTC, {checks}";
        var start = from.Date == to.Date ? $"{from:HH:mm}" : string.Create(CultureInfo.InvariantCulture, $"{from:d MMM HH:mm}");
        var end = from.Date == to.Date ? $"{to:HH:mm}" : string.Create(CultureInfo.InvariantCulture, $"{to:d MMM HH:mm}");
        return $"Unchanged {start}–{end} UTC, {checks}";
    }
}
