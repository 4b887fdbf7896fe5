namespace Portal.Domain.TestFlight.Events;

/// <summary>What stands in the way of Apple's telling of new builds.</summary>
public static class WebhookProblems
{
    /// <summary>Apple needs an address to send to.</summary>
    public static readonly Problem NoAddress = new("webhook-no-address",
        "Apple can only tell a portal whose own address is known. An operator sets Portal:PublicUrl to an address Apple reaches. Until then new builds are seen within a cycle.")
    { Turn = Turn.Operator };

    /// <summary>The secret is sealed with the vault.</summary>
    public static readonly Problem Locked = new("webhook-locked",
        "The portal cannot seal the secret Apple signs with, because its vault is locked. An operator brings the vault's certificate back.")
    { Turn = Turn.Operator };

    /// <summary>Invariant 37.</summary>
    public static readonly Problem Unconfirmed = new("webhook-unconfirmed",
        "Apple did not say whether it will tell of new builds. Press the button again in a minute: the portal looks first. Until then new builds are seen within a cycle.")
    { Turn = Turn.Requester };

    /// <summary>There is none.</summary>
    public static readonly Problem NotFound = new("webhook-not-found", "Apple does not tell this portal of the app's builds. Nothing needs to be ended.") { Turn = Turn.Requester };
}
