namespace Portal.Services.Sync.Approvals;

/// <summary>Section <c>Approvals</c>: whether one person may ever decide alone.</summary>
public sealed class ApprovalsOptions
{
    /// <summary>
    /// True: what one person asks for, another one allows. False, for an installation of one or two: the requester may confirm by
    /// typing the count; it takes effect an hour later, an alert goes out at once, and it is marked "not four eyes" wherever it shows.
    /// </summary>
    public bool FourEyes { get; set; } = true;
}
