using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Web.Layout.Parts;

namespace Portal.Web.TestFlight;

/// <summary>How states of builds, testers and groups are drawn: the one place.</summary>
public static class TestFlightStateViews
{
    /// <summary>A build's state.</summary>
    public static StateView Of(BuildState state) => Of(state.Mood, state.Word);

    /// <summary>The state that matters most of a build: what external testers see, or the internal one where there is no other.</summary>
    public static BuildState Foremost(Build build, DateTimeOffset now) => build.ExternalState is null or "NOT_APPLICABLE" ? build.Internal(now) : build.External(now);

    /// <summary>How far a tester has come.</summary>
    public static StateView OfTester(string? state) => Of(TesterStates.MoodOf(state), TesterStates.InWords(state));

    /// <summary>A countdown that needs somebody; null while it is far away or over.</summary>
    public static StateView? Of(ExpiryCountdown expiry) => expiry.Mood is BuildMood.Attention ? StateView.Attention(expiry.Brief) : null;

    /// <summary>The link that holds a group.</summary>
    public static StateView Of(LinkState state) => state switch
    {
        LinkState.Active => StateView.Good("Active"),
        LinkState.Blocked => StateView.Bad("Blocked"),
        LinkState.Draft => StateView.Attention("Draft"),
        _ => StateView.Quiet(state.ToString()),
    };

    /// <summary>Apple's word for a platform, as people write it.</summary>
    public static string PlatformInWords(string platform) => platform switch
    {
        "IOS" => "iOS",
        "MAC_OS" => "macOS",
        "TV_OS" => "tvOS",
        "VISION_OS" => "visionOS",
        "" => "Not reported",
        _ => platform,
    };

    /// <summary>"On", "Off" or "Not reported".</summary>
    public static string OnOff(bool? value) => value switch { true => "On", false => "Off", null => "Not reported" };

    private static StateView Of(BuildMood mood, string word) => mood switch
    {
        BuildMood.Good => StateView.Good(word),
        BuildMood.Busy => StateView.Busy(word),
        BuildMood.Waiting => StateView.Waiting(word),
        BuildMood.Attention => StateView.Attention(word),
        BuildMood.Bad => StateView.Bad(word),
        _ => StateView.Quiet(word),
    };
}
