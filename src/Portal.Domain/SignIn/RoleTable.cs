using static Portal.Domain.SignIn.Permission;

namespace Portal.Domain.SignIn;

/// <summary>The table of roles: which role may do what.</summary>
public static class RoleTable
{
    private static readonly Dictionary<Role, Permission[]> Rows = new()
    {
        [Role.Viewer] = [SeeTestFlight, ReadAudit],
        [Role.Support] = [SeeTestFlight, SeeAddresses, FixPerson, ReadAudit],
        [Role.ProgramManager] = [SeeTestFlight, SeeAddresses, RunSync, FixPerson, ApproveRun, AskForCredential, SeeCredentials, ReadAudit],
        [Role.KeyCustodian] = [SeeTestFlight, AskForCredential, SeeCredentials, ManageCredentials, ReadAudit],
        [Role.SecurityReviewer] = [SeeTestFlight, CheckAddress, SeeCredentials, ReadAudit, ReadWholeAudit, ReadSettings],
        [Role.Administrator] = [SeeTestFlight, RunSync, FixPerson, ApproveRun, AskForCredential, SeeCredentials, ReadAudit, ReadWholeAudit, ReadSettings, ManageSettings],
    };

    /// <summary>Whether this role alone may do this.</summary>
    public static bool May(Role role, Permission permission) => Rows[role].Contains(permission);

    /// <summary>The roles that may do this, in the order of the table: what a refusal names.</summary>
    public static IReadOnlyList<Role> WhoMay(Permission permission) => [.. Rows.Where(row => row.Value.Contains(permission)).Select(row => row.Key)];

    /// <summary>The role in words, such as "program manager".</summary>
    public static string InWords(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Support => "support",
        Role.ProgramManager => "program manager",
        Role.KeyCustodian => "key custodian",
        Role.SecurityReviewer => "security reviewer",
        Role.Administrator => "administrator",
        _ => role.ToString(),
    };
}
