using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight.Releases;
using Portal.Web.Layout.Parts;

namespace Portal.Web.TestFlight.Releases;

/// <summary>How releases are drawn and said: the one place.</summary>
public static class ReleaseLooks
{
    /// <summary>A release's state.</summary>
    public static StateView Of(ReleaseView release) => release.State switch
    {
        ReleaseState.Created => StateView.Good($"{release.Mode} created"),
        ReleaseState.Sending => StateView.Busy("Being created"),
        ReleaseState.Wanted => StateView.Waiting("Waiting"),
        ReleaseState.Unconfirmed => StateView.NeedsPerson("Unconfirmed"),
        _ => StateView.Bad("Not created"),
    };

    /// <summary>What a policy makes of new builds, as a sentence.</summary>
    public static string InWords(ReleaseMode mode) => mode switch
    {
        ReleaseMode.Draft => "A new build in the group makes a draft release in Centercode.",
        ReleaseMode.Published => "A new build in the group makes a published release in Centercode.",
        _ => "New builds are listed here and make no release.",
    };
}
