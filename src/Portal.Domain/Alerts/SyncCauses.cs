using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Alerts;

/// <summary>What needs a person about keys and links.</summary>
public static class SyncCauses
{
    /// <summary>A key this old is replaced.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(365);
    /// <summary>From this long before on it is said.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(14);
    /// <summary>Calls that were not ours are spoken of this long.</summary>
    public static readonly TimeSpan ForeignFor = TimeSpan.FromHours(24);

    /// <summary>The causes there are now, each once.</summary>
    public static IReadOnlyList<AlertCause> Of(IReadOnlyList<AlertKey> keys, IReadOnlyList<AlertLink> links, DateTimeOffset now) =>
        [.. StandingCauses.Of(keys, links), .. keys.SelectMany(key => OfKey(key, now)), .. links.SelectMany(link => OfLink(link, now))];

    private static IEnumerable<AlertCause> OfKey(AlertKey key, DateTimeOffset now)
    {
        var subject = new AlertSubject(AlertSubjectKind.Credential, key.Id);
        if (key.Foreign is { } foreign && now - foreign.At < ForeignFor)
            yield return new AlertCause($"foreign-calls:{key.Id}", $"Somebody else uses the key “{key.Label}”", AlertProblems.ForeignCalls(foreign.Calls), subject, Permission.SeeCredentials);
        if (key is { Kind: CredentialKind.AppleTeamKey, Since: { } since } && since + KeyLife - Ahead <= now)
            yield return new AlertCause($"rotation:{key.Id}", $"The key “{key.Label}” is due to be replaced", AlertProblems.RotationDue(since + KeyLife), subject, Permission.SeeCredentials);
    }

    private static IEnumerable<AlertCause> OfLink(AlertLink link, DateTimeOffset now)
    {
        var subject = new AlertSubject(AlertSubjectKind.Link, link.Id);
        if (link.State is not LinkState.Draft && link.BuildsUntil is { } until && until < now.AddDays(ExpiryCountdown.SoonDays))
            yield return until <= now
                ? new AlertCause($"dark:{link.Id}", $"{link.Title}: nobody can test any more", AlertProblems.GroupIsDark(until), subject, Permission.SeeTestFlight)
                : new AlertCause($"dark:{link.Id}", $"{link.Title}: the last build expires soon", TestFlightProblems.GroupGoesDark(until), subject, Permission.SeeTestFlight);
        if (link.Ending is { } ending)
            yield return new AlertCause($"hand-adds:{link.Id}", $"{link.Title}: people added by hand leave soon", AlertProblems.AddsEnd(ending.People, ending.First), subject, Permission.FixPerson);
    }
}
