using Microsoft.Extensions.Options;

namespace Portal.Web.Hosting;

/// <summary>Section <c>Portal</c>.</summary>
public sealed class PortalOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Portal";

    /// <summary>The address people type, such as <c>https://portal.example.com</c>; links in mails and the way back from the identity provider use it. Empty: the address of each request.</summary>
    public string? PublicUrl { get; set; }
}

internal sealed class PortalOptionsCheck : IValidateOptions<PortalOptions>
{
    public ValidateOptionsResult Validate(string? name, PortalOptions options) =>
        string.IsNullOrEmpty(options.PublicUrl) || (Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Portal:PublicUrl must be an address without a path, such as https://portal.example.com.");
}

/// <summary>Makes every request bear the portal's public address, whatever a proxy or a forged Host header says.</summary>
internal static class PublicAddress
{
    public static void AddPublicAddress(this IServiceCollection services)
    {
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsCheck>();
    }

    public static void UsePublicAddress(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<PortalOptions>>().Value.PublicUrl is not { Length: > 0 } configured)
        {
            return;
        }

        var address = new Uri(configured);
        var host = HostString.FromUriComponent(address);
        app.Use((http, next) =>
        {
            (http.Request.Scheme, http.Request.Host) = (address.Scheme, host);
            return next(http);
        });
    }
}
