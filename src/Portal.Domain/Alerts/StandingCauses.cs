using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Alerts;

/// <summary>
/// What stops links: one cause for each thing somebody has to mend, be it an Apple team, a key, a source or one link. Links that
/// stand still for the same reason are named in it.
/// </summary>
internal static class StandingCauses
{
    private const string Vault = "vault";
    private static readonly string[] _ofTeam = [AppleProblems.AgreementMissing.Code, AppleProblems.MembershipLapsed.Code];
    private static readonly string[] _ofKey = [.. CredentialProblems.CodesThatBlockLinks, AppleProblems.RoleTooSmall.Code, AppleProblems.CredentialGone.Code, SyncProblems.OtherAppleTeam.Code, SyncProblems.CredentialNotActive("", "").Code];
    private static readonly string[] _ofConnection = [CredentialProblems.ApiKeyRefused.Code, SourceProblems.KeyRefused.Code, SourceProblems.Forbidden.Code, SourceProblems.PrivateAddress.Code];

    public static IEnumerable<AlertCause> Of(IReadOnlyList<AlertKey> keys, IReadOnlyList<AlertLink> links)
    {
        var byLinks = links.Where(link => link.Stands || IsOfTeam(link)).ToLookup(KeyOf, StringComparer.Ordinal);
        var byKeys = keys.Where(key => key.Status is CredentialStatus.Failing or CredentialStatus.Locked).ToLookup(KeyOf, StringComparer.Ordinal);
        return byLinks.Select(cause => cause.Key).Union(byKeys.Select(cause => cause.Key), StringComparer.Ordinal)
            .Select(cause => One(cause, [.. byLinks[cause]], [.. byKeys[cause]], keys, links));
    }

    // An agreement is missing for all of a team from the first answer on: nobody needs to see it three times.
    private static bool IsOfTeam(AlertLink link) => link is { State: LinkState.Active or LinkState.Blocked, Problem: { } problem } && _ofTeam.Contains(problem.Code);

    private static string KeyOf(AlertKey key) => key.Status is CredentialStatus.Locked ? Vault
        : key.Problem is { } problem && _ofTeam.Contains(problem.Code) ? $"team:{key.IssuerId}:{problem.Code}" : $"key:{key.Id}";

    private static string KeyOf(AlertLink link)
    {
        var code = link.Problem!.Code;
        if (code == CredentialProblems.Locked.Code || code == CredentialProblems.KeyServiceAway.Code) return Vault;
        if (_ofTeam.Contains(code)) return $"team:{link.IssuerId}:{code}";
        if (_ofConnection.Contains(code) && link.ConnectionId is { } connection) return $"key:{connection}";
        if (_ofKey.Contains(code)) return $"key:{link.CredentialId}";
        // Passing trouble of one server stops all that speak to it.
        if (link.Problem.Turn is not Turn.Nobody) return $"link:{link.Id}";
        return code.StartsWith("apple-", StringComparison.Ordinal) ? $"apple:{link.IssuerId}"
            : code.StartsWith("source-", StringComparison.Ordinal) && link.ConnectionId is { } source ? $"source:{source}" : $"link:{link.Id}";
    }

    private static AlertCause One(string cause, IReadOnlyList<AlertLink> standing, IReadOnlyList<AlertKey> failing, IReadOnlyList<AlertKey> keys, IReadOnlyList<AlertLink> links)
    {
        var parts = cause.Split(':');
        var problem = standing.FirstOrDefault()?.Problem ?? failing[0].Problem ?? CredentialProblems.KeyNeverAccepted;
        var names = Sorted(standing.Select(link => link.Title));
        var all = new AlertSubject(AlertSubjectKind.Links);
        switch (parts[0])
        {
            case Vault:
                return new(cause, "The portal can't open its keys", failing.Any(key => key.Problem == CredentialProblems.KeyServiceAway) ? CredentialProblems.KeyServiceAway : CredentialProblems.Locked, new(AlertSubjectKind.Credentials), Permission.SeeTestFlight) { Names = [.. Sorted(failing.Select(key => key.Label)), .. names] };
            case "team":
                return new(cause, $"{Team(parts[1], keys)}: {(problem.Code == AppleProblems.AgreementMissing.Code ? "an agreement waits to be accepted" : "the membership has lapsed")}", problem, all, Permission.SeeTestFlight) { Names = names };
            case "apple":
                return new(cause, $"{Team(parts[1], keys)}: Apple's answers fail each time", problem, all, Permission.SeeTestFlight) { Names = names, Mark = parts[0] };
            case "source":
                return new(cause, $"{Key(keys.FirstOrDefault(key => key.Id == Guid.Parse(parts[1])), isConnection: true)}: team lists can't be read", problem, all, Permission.SeeTestFlight) { Names = names, Mark = parts[0] };
            case "link":
                return new(cause, $"{standing[0].Title} {(standing[0].State is LinkState.Blocked ? "is blocked" : "fails each time")}", problem, new(AlertSubjectKind.Link, standing[0].Id), Permission.SeeTestFlight);
            default:
                var id = Guid.Parse(parts[1]);
                var key = failing.FirstOrDefault() ?? keys.FirstOrDefault(one => one.Id == id);
                // A key that fails stops every link that uses it, also one that was not looked at since.
                if (failing.Count > 0) names = Sorted(links.Where(link => (link.CredentialId == id || link.ConnectionId == id) && link.State is not LinkState.Draft).Select(link => link.Title));
                return new(cause, $"{Key(key, isConnection: false)} does not work", failing.FirstOrDefault()?.Problem ?? problem, new(AlertSubjectKind.Credential, id), Permission.SeeTestFlight) { Names = names };
        }
    }

    private static string Key(AlertKey? key, bool isConnection) => (key?.Kind is CredentialKind.CentercodeApiKey || key is null && isConnection ? "Centercode connection" : "Key") + (key is null ? "" : $" “{key.Label}”");

    private static string Team(string issuerId, IReadOnlyList<AlertKey> keys) => keys.FirstOrDefault(key => key.IssuerId == issuerId) is { } key ? $"Apple team of “{key.Label}”" : "Apple team";

    private static IReadOnlyList<string> Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
