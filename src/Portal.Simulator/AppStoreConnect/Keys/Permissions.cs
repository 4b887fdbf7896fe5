namespace Portal.Simulator.AppStoreConnect;

/// <summary>What a key's role may do: the table of section 3 of the reference.</summary>
internal static class Permissions
{
    private static readonly HashSet<string> TestFlightReads = ["builds", "betaGroups", "betaTesters", "preReleaseVersions", "buildBetaDetails", "betaAppReviewSubmissions", "betaBuildLocalizations"];

    /// <summary>A Developer or Marketing key manages internal groups alone; roles below read, if that.</summary>
    public static void DemandGroup(TeamKey key, bool isInternal)
    {
        if (IsManager(key) || (isInternal && key.Role is "DEVELOPER" or "MARKETING"))
        {
            return;
        }
        throw new AppleException(key.Role is "DEVELOPER" or "MARKETING" ? AppleError.RoleTooSmall : AppleError.Forbidden);
    }

    public static void DemandAppManager(TeamKey key) => DemandGroup(key, isInternal: false);

    /// <summary>Localizations, review details, licence agreements.</summary>
    public static void DemandTestInformation(Switches switches, TeamKey key)
    {
        if (!IsManager(key) && !(key.Role == "MARKETING" && switches.MarketingWritesTestInformation))
        {
            throw new AppleException(AppleError.Forbidden);
        }
    }

    /// <param name="types">The types of resource the answer would hold, the included ones too.</param>
    public static void DemandRead(Switches switches, TeamKey key, IEnumerable<string> types)
    {
        if (types.Any(type => !MayRead(switches, key, type)))
        {
            throw new AppleException(AppleError.Forbidden);
        }
    }

    private static bool MayRead(Switches switches, TeamKey key, string type) => type switch
    {
        "users" or "actors" => key.Role is "ADMIN" or "ACCOUNT_HOLDER",
        _ when !TestFlightReads.Contains(type) => true,
        _ => key.Role switch
        {
            "MARKETING" => switches.MarketingReads,
            "CUSTOMER_SUPPORT" => type != "betaTesters" || switches.SupportReadsTesters,
            "SALES" or "FINANCE" or "ACCESS_TO_REPORTS" => false,
            _ => true,
        },
    };

    private static bool IsManager(TeamKey key) => key.Role is "ACCOUNT_HOLDER" or "ADMIN" or "APP_MANAGER";
}
