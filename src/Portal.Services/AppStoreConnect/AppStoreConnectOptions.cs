using System.Net;
using Microsoft.Extensions.Options;

namespace Portal.Services.AppStoreConnect;

/// <summary>Section <c>AppStoreConnect</c>: where Apple's API is and how patiently the portal speaks to it.</summary>
public sealed class AppStoreConnectOptions
{
    /// <summary>Address of Apple's API; https, or http on a loopback address (the simulator).</summary>
    public string BaseUrl { get; set; } = "https://api.appstoreconnect.apple.com/";

    /// <summary>Where people reach App Store Connect in a browser: the address of the page with the team keys, for the steps of adding one.</summary>
    public string TeamKeysPage { get; set; } = "https://appstoreconnect.apple.com/access/integrations/api";

    /// <summary>Requests in flight at a time per key, 1 to 8, where the credential does not say otherwise.</summary>
    public int ParallelRequests { get; set; } = 4;

    /// <summary>Requests a key has in any 60 minutes where Apple does not say. 0, no limit, only towards a simulator on a loopback address.</summary>
    public int AssumedPerHour { get; set; } = 3_600;

    /// <summary>Requests a key has in any minute where Apple does not say. 0, no limit, only towards a simulator on a loopback address.</summary>
    public int AssumedPerMinute { get; set; } = 300;

    /// <summary>How long one request may take, in seconds, 1 to 300.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How far this machine's clock may be from Apple's before nothing is signed any more (F34), in seconds, 5 to 300.</summary>
    public int ClockSkewSeconds { get; set; } = 30;
}

internal sealed class AppStoreConnectOptionsRules : IValidateOptions<AppStoreConnectOptions>
{
    public ValidateOptionsResult Validate(string? name, AppStoreConnectOptions options)
    {
        var failures = new List<string>();
        if (!IsAddress(options.BaseUrl)) failures.Add($"AppStoreConnect:BaseUrl is '{options.BaseUrl}'; it must be an https address without query, or http on a loopback address.");
        if (!IsAddress(options.TeamKeysPage)) failures.Add($"AppStoreConnect:TeamKeysPage is '{options.TeamKeysPage}'; it must be an https address without query, or http on a loopback address.");
        if (options.ParallelRequests is < 1 or > 8) failures.Add($"AppStoreConnect:ParallelRequests is {options.ParallelRequests}; it must be 1 to 8.");
        var least = Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) && IsLoopback(address) ? 0 : 1;
        if (options.AssumedPerHour < least) failures.Add($"AppStoreConnect:AssumedPerHour is {options.AssumedPerHour}; it must be at least 1.");
        if (options.AssumedPerMinute < least) failures.Add($"AppStoreConnect:AssumedPerMinute is {options.AssumedPerMinute}; it must be at least 1.");
        if (options.TimeoutSeconds is < 1 or > 300) failures.Add($"AppStoreConnect:TimeoutSeconds is {options.TimeoutSeconds}; it must be 1 to 300.");
        if (options.ClockSkewSeconds is < 5 or > 300) failures.Add($"AppStoreConnect:ClockSkewSeconds is {options.ClockSkewSeconds}; it must be 5 to 300.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && IsLoopback(address));

    private static bool IsLoopback(Uri address) =>
        address.Host == "localhost" || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
}
