using Portal.Domain.Alerts;
using Portal.Services.Alerts;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Alerts;

/// <summary>How an alert is drawn: the one place.</summary>
public static class AlertStateViews
{
    /// <summary>Where it stands.</summary>
    public static StateView Of(AlertView alert) => alert switch
    {
        { State: AlertState.Resolved } => StateView.Good("Over"),
        { State: AlertState.Settling } => StateView.Waiting("Seems over"),
        { AcknowledgedAt: not null } => StateView.Busy("Taken"),
        _ => StateView.NeedsPerson("Open"),
    };

    /// <summary>What became of a notice.</summary>
    public static StateView Of(AlertTelling told) => told switch
    {
        { DeliveredAt: not null } => StateView.Good("Delivered"),
        { NextTryAt: not null, Failure: null } => StateView.Waiting("On its way"),
        { NextTryAt: not null } => StateView.Attention("Tried again soon"),
        _ => StateView.Bad("Not delivered"),
    };

    /// <summary>What was said, in words.</summary>
    public static string InWords(AlertNews news) => news switch
    {
        AlertNews.Opened => "That it is there",
        AlertNews.Changed => "That its cause changed",
        AlertNews.Reminder => "That nobody took it yet",
        AlertNews.Resolved => "That it is over",
        _ => "",
    };

    /// <summary>What stood in the way of a notice, and who mends that.</summary>
    public static string? Because(AlertTelling told) => told.Failure switch
    {
        null => null,
        "redirected" => $"The receiver answered {told.Status}, a redirect, which is not followed. Whoever runs the portal puts the right address into Alerts:Webhooks.",
        "refused" => $"The receiver answered {told.Status}. Whoever runs it looks there.",
        "timed-out" => "The receiver did not answer within ten seconds. Whoever runs it looks there.",
        "unreachable" => "The receiver could not be reached. Whoever runs the portal checks the address and the way out of this network.",
        "no-mail-server" => "The portal has no mail server. Whoever runs it names one under Mail.",
        "not-in-settings" => "The address was taken out of the settings.",
        _ => "The mail server did not take it. Whoever runs the portal looks at the settings under Mail and at the log.",
    };
}
