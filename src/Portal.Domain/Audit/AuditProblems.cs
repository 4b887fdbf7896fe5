namespace Portal.Domain.Audit;

/// <summary>Failures of asking the record.</summary>
public static class AuditProblems
{
    /// <summary>No such event, or not one the asker may see: the same answer for both.</summary>
    public static readonly Problem NoSuchEvent = new("audit-event-not-found",
        "There is no such event, or your roles do not let you see it. A security reviewer sees the whole record.")
    { Turn = Turn.Requester };

    /// <summary>The text given is no e-mail address.</summary>
    public static readonly Problem NotAnAddress = new("audit-not-an-address",
        "That is not a whole e-mail address. The record finds addresses only as a whole, for it keeps no readable copy of them.")
    { Turn = Turn.Requester };

    /// <summary>The search key is sealed by the vault ring (F33).</summary>
    public static readonly Problem AddressSearchLocked = new("audit-address-search-locked",
        "Addresses cannot be looked for just now: the key of that search is locked with the credentials. An operator puts the vault's certificate back.")
    { Turn = Turn.Operator };

    /// <summary>A cursor that is none of ours.</summary>
    public static readonly Problem BadCursor = new("audit-bad-cursor",
        "The place to read on from is not one the portal gave out. Start from the first page.")
    { Turn = Turn.Requester };
}
