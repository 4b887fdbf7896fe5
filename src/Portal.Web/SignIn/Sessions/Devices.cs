namespace Portal.Web.SignIn.Sessions;

/// <summary>Browser and system of a session in words people know; never anything a browser made up freely.</summary>
public static class Devices
{
    private static readonly (string Mark, string Name)[] _browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] _systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>Such as "Firefox on Windows".</summary>
    /// <param name="userAgent">The request's User-Agent.</param>
    public static string InWords(string? userAgent)
    {
        var browser = NameIn(_browsers, userAgent);
        var system = NameIn(_systems, userAgent);
        return (browser, system) switch
        {
            (null, null) => "Unknown browser",
            (null, _) => $"Unknown browser on {system}",
            (_, null) => browser,
            _ => $"{browser} on {system}",
        };
    }

    private static string? NameIn((string Mark, string Name)[] known, string? text) =>
        text is null ? null : known.FirstOrDefault(one => text.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
