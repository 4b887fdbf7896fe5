using System.Net;

namespace Portal.Domain.TestFlight.Releases;

/// <summary>A release as Centercode is asked to make it.</summary>
/// <param name="Title">"Aurora Notes 2.0 (120)".</param>
/// <param name="Subtitle">The platform.</param>
/// <param name="Value">"2.0 (120)".</param>
/// <param name="Body">HTML.</param>
public sealed record ReleaseText(string Title, string Subtitle, string Value, string Body)
{
    /// <summary>The release of a build.</summary>
    /// <param name="app">Its name.</param>
    /// <param name="build">The build.</param>
    /// <param name="toTest">What testers are asked to test; null or blank: nothing.</param>
    public static ReleaseText Of(string app, Build build, string? toTest)
    {
        var name = $"{build.Version} ({build.Number})".Trim();
        var asked = string.IsNullOrWhiteSpace(toTest) ? "" : string.Concat(toTest.Trim().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"<p>{WebUtility.HtmlEncode(line)}</p>"));
        return new($"{app} {name}", PlatformName(build.Platform), name, $"<p>{WebUtility.HtmlEncode($"{app} {name} is in TestFlight.")}</p>{asked}");
    }

    private static string PlatformName(string platform) => platform switch { "IOS" => "iOS", "MAC_OS" => "macOS", "TV_OS" => "tvOS", "VISION_OS" => "visionOS", _ => platform };
}

/// <summary>The addresses a policy names, as typed: separated by commas, semicolons, spaces or lines.</summary>
public static class MailList
{
    /// <summary>The most addresses one policy may name.</summary>
    public const int Most = 20;

    /// <summary>The addresses, each once.</summary>
    /// <exception cref="ProblemException"><c>release-mail-unreadable</c>, <c>release-mail-many</c>.</exception>
    public static IReadOnlyList<EmailAddress> Read(string? typed)
    {
        var parts = (typed ?? "").Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length > Most) throw new ProblemException(ReleaseProblems.TooManyAddresses(Most));
        var read = parts.Select((part, index) => EmailAddress.TryParse(part) ?? throw new ProblemException(ReleaseProblems.AddressUnreadable(index + 1)));
        return [.. read.DistinctBy(address => address.Key)];
    }

    /// <summary>As it is stored and shown.</summary>
    public static string Write(IEnumerable<EmailAddress> addresses) => string.Join(", ", addresses.Select(address => address.Text));
}
