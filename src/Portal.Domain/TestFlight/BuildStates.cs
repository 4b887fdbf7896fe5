namespace Portal.Domain.TestFlight;

/// <summary>How a state of Apple's reads at a glance; front ends give it colour and icon.</summary>
public enum BuildMood
{
    /// <summary>Can be tested.</summary>
    Good,
    /// <summary>Apple is at work.</summary>
    Busy,
    /// <summary>Waits for Apple.</summary>
    Waiting,
    /// <summary>A person has something to do.</summary>
    Attention,
    /// <summary>Stopped.</summary>
    Bad,
    /// <summary>Over, not for this, or not reported.</summary>
    Quiet,
}

/// <summary>Apple's state of a build in the portal's words.</summary>
/// <param name="Word">Short, sentence case.</param>
/// <param name="Mood">How it reads.</param>
/// <param name="Next">What comes next and whose turn it is (F18), or null when nothing is left to say.</param>
public sealed record BuildState(string Word, BuildMood Mood, string? Next = null);

/// <summary>Reads Apple's words about builds. Words not known yet are shown as they came (invariant 36).</summary>
public static class BuildStates
{
    /// <summary>The state testers of external groups see.</summary>
    public static BuildState External(this Build build, DateTimeOffset now) => IsExpired(build, now) ? Expired : Of(build.ExternalState, build.AutoNotifyEnabled);

    /// <summary>The state testers of internal groups see.</summary>
    public static BuildState Internal(this Build build, DateTimeOffset now) => IsExpired(build, now) ? Expired : Of(build.InternalState, null) with { Next = null };

    /// <summary>Whether a tester of such a group can install it now.</summary>
    public static bool IsTestable(this Build build, bool isInternal, DateTimeOffset now) => !IsExpired(build, now) && (isInternal
        ? build.InternalState is "READY_FOR_BETA_TESTING" or "IN_BETA_TESTING"
        : build.ExternalState is "BETA_APPROVED" or "IN_BETA_TESTING");

    /// <summary>Whether external testers can be told of it: it passed review, and they may install it.</summary>
    public static bool CanNotify(this Build build, DateTimeOffset now) => !IsExpired(build, now) && build.ExternalState is "BETA_APPROVED" or "READY_FOR_BETA_TESTING" or "IN_BETA_TESTING";

    /// <summary>Whether it could be tested while Apple told nobody (F20).</summary>
    public static bool IsSilent(this Build build, DateTimeOffset now) => CanNotify(build, now) && build.AutoNotifyEnabled is false && build.ExternalState is not "IN_BETA_TESTING";

    /// <summary>Whether it went dark, by Apple's word or by its date.</summary>
    public static bool IsExpired(this Build build, DateTimeOffset now) => build.Expired || build.ExpirationDate <= now;

    private static readonly BuildState Expired = new("Expired", BuildMood.Quiet, "Testers can no longer open it.");

    private static BuildState Of(string? state, bool? autoNotify) => state switch
    {
        "PROCESSING" => new("Processing", BuildMood.Busy, "Apple is preparing it."),
        "PROCESSING_EXCEPTION" => new("Processing failed", BuildMood.Bad, "The app team uploads it again."),
        "MISSING_EXPORT_COMPLIANCE" => new("Compliance missing", BuildMood.Attention, "The app team answers Apple's question about encryption."),
        "IN_EXPORT_COMPLIANCE_REVIEW" => new("In export review", BuildMood.Waiting, "Apple reviews the export papers."),
        "READY_FOR_BETA_SUBMISSION" => new("Not submitted", BuildMood.Attention, "The app team submits it for beta review."),
        "WAITING_FOR_BETA_REVIEW" => new("Waiting for review", BuildMood.Waiting, "Apple reviews it; mostly within a day."),
        "IN_BETA_REVIEW" => new("In review", BuildMood.Busy, "Apple is reviewing it."),
        "BETA_REJECTED" => new("Rejected", BuildMood.Bad, "The app team reads Apple's reasons and uploads another build."),
        "BETA_APPROVED" => new("Approved", BuildMood.Good, autoNotify is false ? "Apple has told nobody: auto-notify is off. The app team notifies the testers." : null),
        "READY_FOR_BETA_TESTING" => new("Ready to test", BuildMood.Good, autoNotify is false ? "Apple has told nobody: auto-notify is off. The app team notifies the testers." : null),
        "IN_BETA_TESTING" => new("Testing", BuildMood.Good),
        "EXPIRED" => Expired,
        "NOT_APPLICABLE" => new("Internal only", BuildMood.Quiet),
        null or "" => new("Not reported", BuildMood.Quiet),
        _ => new(state, BuildMood.Quiet, "A word of Apple's that the portal does not know yet."),
    };
}
