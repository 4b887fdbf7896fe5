using System.Globalization;

namespace Portal.Domain.Sync.Approvals;

/// <summary>Which changes take protection away: those are requests, not changes (invariant 31).</summary>
public static class Loosening
{
    /// <summary>Whether the new policy lets anything through that the old one held, blocked or never did.</summary>
    public static bool Loosens(SyncPolicy before, SyncPolicy after) =>
        after.RemovalsAlwaysAllowed > before.RemovalsAlwaysAllowed || after.RemovalLimit > before.RemovalLimit || after.RemovalShare > before.RemovalShare
        || after.RemovalsPerDay > before.RemovalsPerDay || after.AddLimit > before.AddLimit || after.AddShare > before.AddShare
        || after.AddsAlwaysAllowed > before.AddsAlwaysAllowed || after.AddsPerDay > before.AddsPerDay || after.ShrunkenTeamShare < before.ShrunkenTeamShare
        || (after.Mirror && !before.Mirror);

    /// <summary>The policy with every limit no looser than the defaults: what holds of a new link until a second person allows the rest.</summary>
    public static SyncPolicy WithinDefaults(SyncPolicy wanted)
    {
        var defaults = new SyncPolicy();
        return wanted with
        {
            RemovalsAlwaysAllowed = Math.Min(wanted.RemovalsAlwaysAllowed, defaults.RemovalsAlwaysAllowed),
            RemovalLimit = Math.Min(wanted.RemovalLimit, defaults.RemovalLimit),
            RemovalShare = Math.Min(wanted.RemovalShare, defaults.RemovalShare),
            RemovalsPerDay = Math.Min(wanted.RemovalsPerDay, defaults.RemovalsPerDay),
            AddLimit = Math.Min(wanted.AddLimit, defaults.AddLimit),
            AddShare = Math.Min(wanted.AddShare, defaults.AddShare),
            AddsAlwaysAllowed = Math.Min(wanted.AddsAlwaysAllowed, defaults.AddsAlwaysAllowed),
            AddsPerDay = Math.Min(wanted.AddsPerDay, defaults.AddsPerDay),
            ShrunkenTeamShare = Math.Max(wanted.ShrunkenTeamShare, defaults.ShrunkenTeamShare),
        };
    }

    /// <summary>Whether a change of a link's policy takes a second person: before the first sync, which a person applies, only what goes beyond the defaults does.</summary>
    public static bool TakesTwo(SyncPolicy before, SyncPolicy after, bool isFirstApplied) => Loosens(before, after) && (isFirstApplied || Loosens(new SyncPolicy(), after));

    /// <summary>The values of a policy that differ, in the page's words.</summary>
    public static IReadOnlyList<ValueChange> Changes(SyncPolicy before, SyncPolicy after) => [.. typeof(SyncPolicy).GetProperties()
        .Where(property => property.CanWrite && !Equals(property.GetValue(before), property.GetValue(after)))
        .Select(property => new ValueChange(NameOf(property.Name), Value(property.GetValue(before)), Value(property.GetValue(after))))];

    /// <summary>The columns of a mapping that differ.</summary>
    public static IReadOnlyList<ValueChange> Changes(ColumnMapping before, ColumnMapping after) => [.. typeof(ColumnMapping).GetProperties()
        .Where(property => property.CanWrite && !Equals(property.GetValue(before), property.GetValue(after)))
        .Select(property => new ValueChange(NameOf(property.Name), Value(property.GetValue(before)), Value(property.GetValue(after))))];

    private static string NameOf(string property) => property switch
    {
        nameof(SyncPolicy.Mirror) => "Remove people who leave the team",
        nameof(SyncPolicy.Every) => "Time between checks",
        nameof(SyncPolicy.RemovalsAlwaysAllowed) => "Removals always allowed",
        nameof(SyncPolicy.RemovalLimit) => "Removals in one sync",
        nameof(SyncPolicy.RemovalShare) => "Removals as a share of the group",
        nameof(SyncPolicy.RemovalsPerDay) => "Removals in a day",
        nameof(SyncPolicy.AddLimit) => "Invitations in one sync",
        nameof(SyncPolicy.AddShare) => "Invitations as a share of the group",
        nameof(SyncPolicy.AddsAlwaysAllowed) => "Invitations always allowed",
        nameof(SyncPolicy.AddsPerDay) => "Invitations in a day",
        nameof(SyncPolicy.ShrunkenTeamShare) => "Share of the team that must be left",
        nameof(SyncPolicy.DriftOnly) => "Only look, never write",
        nameof(SyncPolicy.Freezes) => "Freeze windows",
        nameof(SyncPolicy.FreezeZone) => "Time zone of the freeze windows",
        nameof(SyncPolicy.AdoptMatching) => "Manage members who were in the group already",
        nameof(ColumnMapping.MemberId) => "Column of the user id",
        nameof(ColumnMapping.AppleEmail) => "Column of the Apple e-mail",
        nameof(ColumnMapping.LoginEmail) => "Column of the log-in e-mail",
        nameof(ColumnMapping.FirstName) => "Column of the first name",
        nameof(ColumnMapping.LastName) => "Column of the last name",
        nameof(ColumnMapping.Team) => "Column of the team",
        nameof(ColumnMapping.ExpectedCount) => "Column of the expected count",
        _ => property,
    };

    private static string Value(object? value) => value switch
    {
        null or "" => "none",
        bool yes => yes ? "yes" : "no",
        double share => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %"),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        TimeSpan every => every.TotalMinutes == 1 ? "1 minute" : string.Create(CultureInfo.InvariantCulture, $"{every.TotalMinutes:0.##} minutes"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "none",
    };
}
