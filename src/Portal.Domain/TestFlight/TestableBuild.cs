namespace Portal.Domain.TestFlight;

/// <summary>Apple's published limits.</summary>
public static class TestFlightLimits
{
    /// <summary>External testers per app over all its groups (invariant 15).</summary>
    public const int ExternalTestersPerApp = 10_000;
}

/// <summary>Whether a build can be installed by external testers.</summary>
public static class TestableBuild
{
    /// <summary>Approved or in testing, and not expired at <paramref name="now"/>: only then does Apple send invitations (F17).</summary>
    public static bool IsTestableExternally(this Build build, DateTimeOffset now) =>
        build.ExternalState is "IN_BETA_TESTING" or "BETA_APPROVED" or "READY_FOR_BETA_TESTING" && !build.Expired && !(build.ExpirationDate <= now);
}
