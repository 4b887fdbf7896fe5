using Microsoft.Extensions.Options;
using Portal.Domain;

namespace Portal.Services.Sync.Approvals;

/// <summary>Section <c>Approvals</c>: who is asked, and whether one person may ever decide alone.</summary>
public sealed class ApprovalsOptions
{
    /// <summary>
    /// True: what one person asks for, another one allows. False, for an installation of one or two: the requester may confirm by
    /// typing the count; it takes effect an hour later, a mail goes out at once, and it is marked "not four eyes" wherever it shows.
    /// </summary>
    public bool FourEyes { get; set; } = true;

    /// <summary>Addresses that get a mail when something waits for a second person; empty: nobody, it shows in the portal alone.</summary>
    public IList<string> Notify { get; set; } = [];
}

/// <summary>Where people open the portal, for links in mails: <c>Portal:PublicUrl</c>.</summary>
internal sealed class PortalAddress
{
    public string PublicUrl { get; set; } = "";
}

internal sealed class ApprovalsOptionsRules : IValidateOptions<ApprovalsOptions>
{
    public ValidateOptionsResult Validate(string? name, ApprovalsOptions options)
    {
        var bad = options.Notify.Where(address => EmailAddress.TryParse(address) is null).ToList();
        return bad.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail($"Approvals:Notify has {bad.Count} of {options.Notify.Count} that is no e-mail address.");
    }
}
