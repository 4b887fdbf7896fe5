using MudBlazor;

namespace Portal.Web.Layout.Parts;

/// <summary>The colour role of a state; never shown without its icon and word.</summary>
public enum StateTone
{
    /// <summary>Active, Succeeded, Confirmed: quiet green, check.</summary>
    Good,
    /// <summary>Running, Queued: accent, moving.</summary>
    Busy,
    /// <summary>Waiting, PendingAtApple: neutral, clock.</summary>
    Waiting,
    /// <summary>AwaitingApproval, Partial, Unmanaged, expires soon: amber, hand or triangle.</summary>
    Attention,
    /// <summary>Blocked, Failing, Failed, Refused, Locked: red, stop.</summary>
    Bad,
    /// <summary>Paused, Retired, Skipped, Not reported: grey, dash.</summary>
    Quiet,
}

/// <summary>How one state is drawn. Each feature maps its own enum to this in one place.</summary>
/// <param name="Word">The state in sentence case, such as "Awaiting approval".</param>
/// <param name="Tone">Colour role.</param>
/// <param name="Icon">SVG path of the icon.</param>
public sealed record StateView(string Word, StateTone Tone, string Icon)
{
    /// <summary>Green with a check.</summary>
    public static StateView Good(string word) => new(word, StateTone.Good, Icons.Material.Outlined.Check);

    /// <summary>Accent with a moving icon.</summary>
    public static StateView Busy(string word) => new(word, StateTone.Busy, Icons.Material.Outlined.Autorenew);

    /// <summary>Neutral with a clock.</summary>
    public static StateView Waiting(string word) => new(word, StateTone.Waiting, Icons.Material.Outlined.Schedule);

    /// <summary>Amber with a triangle.</summary>
    public static StateView Attention(string word) => new(word, StateTone.Attention, Icons.Material.Outlined.WarningAmber);

    /// <summary>Amber with a hand: a person has to decide.</summary>
    public static StateView NeedsPerson(string word) => new(word, StateTone.Attention, Icons.Material.Outlined.PanTool);

    /// <summary>Red with a stop sign.</summary>
    public static StateView Bad(string word) => new(word, StateTone.Bad, Icons.Material.Outlined.Report);

    /// <summary>Grey with a dash.</summary>
    public static StateView Quiet(string word) => new(word, StateTone.Quiet, Icons.Material.Outlined.Remove);
}
