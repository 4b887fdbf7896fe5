namespace Portal.Web.SignIn;

/// <summary>Decides where a person lands after signing in. Anything but a plain path of this portal becomes the home page.</summary>
public static class ReturnUrl
{
    /// <summary>The path to go to: <paramref name="asked"/> when it is a local path and query, else <c>/</c>.</summary>
    public static string Local(string? asked) => IsLocal(asked) ? asked! : "/";

    /// <summary>One leading slash, then printable ASCII without backslashes, and nothing a second round of decoding could turn into either.</summary>
    public static bool IsLocal(string? asked)
    {
        if (asked is not { Length: > 0 and <= 2000 } || asked[0] != '/')
        {
            return false;
        }

        // Decoding twice shows what a proxy or a browser that decodes once more would see.
        var once = Uri.UnescapeDataString(asked);
        return IsPlain(asked) && IsPlain(once) && IsPlain(Uri.UnescapeDataString(once))
            && !asked.StartsWith("/sign-in", StringComparison.OrdinalIgnoreCase)
            && !asked.StartsWith("/sign-out", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPlain(string url) =>
        !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl);
}
