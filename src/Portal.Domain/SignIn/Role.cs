namespace Portal.Domain.SignIn;

/// <summary>What a person may be in the portal. Roles come from configuration alone (<c>SignIn:Roles</c>, provider group → role).</summary>
public enum Role
{
    /// <summary>Sees apps, groups, builds, links and runs; testers' addresses masked.</summary>
    Viewer,
    /// <summary>Helps one person at a time.</summary>
    Support,
    /// <summary>Links teams to groups, previews and syncs.</summary>
    ProgramManager,
    /// <summary>Adds, verifies, rotates and retires credentials.</summary>
    KeyCustodian,
    /// <summary>Reads the whole audit; starts nothing.</summary>
    SecurityReviewer,
    /// <summary>Settings and grants, and what a program manager may; never credentials.</summary>
    Administrator,
}

/// <summary>One line of the table of roles; every service names the permission it needs.</summary>
public enum Permission
{
    /// <summary>See apps, groups, builds, links and runs.</summary>
    SeeTestFlight,
    /// <summary>See testers' e-mail addresses unmasked.</summary>
    SeeAddresses,
    /// <summary>Ask whether an address is in the record without seeing others.</summary>
    CheckAddress,
    /// <summary>Preview, start, pause and cancel a sync; edit links and policy; assign builds.</summary>
    RunSync,
    /// <summary>Re-invite, add, remove, suppress or match one person.</summary>
    FixPerson,
    /// <summary>Approve a held run of somebody else.</summary>
    ApproveRun,
    /// <summary>Ask for a credential to be deposited.</summary>
    AskForCredential,
    /// <summary>Add, verify, rotate and retire credentials.</summary>
    ManageCredentials,
    /// <summary>See credentials without their secrets.</summary>
    SeeCredentials,
    /// <summary>Read the audit within one's own scope.</summary>
    ReadAudit,
    /// <summary>Read, verify and export the whole audit and all key uses.</summary>
    ReadWholeAudit,
    /// <summary>Read the portal's settings and grants.</summary>
    ReadSettings,
    /// <summary>Change the portal's settings and grants.</summary>
    ManageSettings,
}
