namespace Portal.Domain.TestFlight;

/// <summary>Apple's published limits.</summary>
public static class TestFlightLimits
{
    /// <summary>External testers per app over all its groups (invariant 15).</summary>
    public const int ExternalTestersPerApp = 10_000;

    /// <summary>Internal testers per app.</summary>
    public const int InternalTestersPerApp = 100;
}
