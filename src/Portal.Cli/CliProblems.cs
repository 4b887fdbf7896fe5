using Portal.Domain;

namespace Portal.Cli;

/// <summary>Failures of the command line itself; the portal's own come with their sentence.</summary>
internal static class CliProblems
{
    public static readonly Problem NotSignedIn = new("cli-not-signed-in", "You are not signed in. Run: portal sign-in --portal https://your-portal") { Turn = Turn.Requester };
    public static readonly Problem SignInOver = new("cli-sign-in-over", "Your sign-in is over and could not be renewed. Run: portal sign-in") { Turn = Turn.Requester };
    public static readonly Problem WhichPortal = new("cli-which-portal", "Say which portal: portal sign-in --portal https://your-portal") { Turn = Turn.Requester };
    public static readonly Problem CodeRefused = new("cli-code-refused", "The sign-in was declined in the browser. Run the command again if that was a mistake.") { Turn = Turn.Requester };
    public static readonly Problem CodeExpired = new("cli-code-expired", "The code ran out before anybody used it. Run the command again.") { Turn = Turn.Requester };
    public static readonly Problem NoDeviceCode = new("cli-no-device-code", "The identity provider offers no sign-in by device code. Whoever runs it allows that grant for the command line's client.") { Turn = Turn.Operator };

    public static Problem BadAddress(string text) => new("cli-bad-address", $"'{text}' is not a portal's address. It takes https, or http on this machine.") { Turn = Turn.Requester };
    public static Problem Unreachable(string why) => new("cli-unreachable", $"No answer: {why}. Check the address and whether the portal runs.") { Turn = Turn.Operator };
    public static Problem Provider(string code, string? description) => new("cli-provider-refused", $"The identity provider refused: {description ?? code}.") { Turn = Turn.Operator };
    public static Problem Answer(int status) => new($"http-{status}", $"The portal answered {status} and said no more.") { Turn = Turn.Operator };
    public static Problem NoSuchLink(string asked) => new("cli-no-such-link", $"No link is called '{asked}'. portal links list shows them; give the id, the group or the team.") { Turn = Turn.Requester };
    public static Problem NoSuchApp(string asked) => new("cli-no-such-app", $"The portal's keys see no app called '{asked}'. Give its id or its name.") { Turn = Turn.Requester };
    public static Problem SeveralLinks(string asked, int count) => new("cli-several-links", $"{count} links answer to '{asked}'. Give the id.") { Turn = Turn.Requester };
    public static Problem NotOnePerson(int count) => new("cli-not-one-person", count == 0
        ? "Nobody in a linked team or group answers to that. portal people find looks for parts of a name too."
        : $"{count} people or links answer to that. Give the whole address, and the link with --link.")
    { Turn = Turn.Requester };

    public static readonly Problem CertificateNotOpened = new("cli-certificate-not-opened", "The certificate does not open: the file is missing, the password is another one, or it has no RSA key.") { Turn = Turn.Operator };
    public static readonly Problem SocketNotFree = new("cli-socket-not-free", "The socket cannot be opened: a key service answers there already, its folder is missing, or its path is too long. Stop the other one or name another path.") { Turn = Turn.Operator };

    public static Problem FileExists(string path) => new("cli-file-exists", $"{path} exists already. Sealed credentials may depend on it, so it is not overwritten: name another file.") { Turn = Turn.Operator };
    public static readonly Problem WhichProof = new("cli-which-proof", "Say what to prove: --event ID, or --from N --to M.") { Turn = Turn.Requester };
    public static Problem AuditKeys(string why) => new("cli-audit-keys", $"The audit's keys were not made: {why} Name another folder.") { Turn = Turn.Operator };
    public static Problem Settings(IEnumerable<string> lines) => new("cli-settings", $"The settings are incomplete or wrong:\n  {string.Join("\n  ", lines)}") { Turn = Turn.Operator };
}

/// <summary>Which addresses a token may be sent to.</summary>
internal static class Addresses
{
    /// <exception cref="CliException">Neither https nor this machine.</exception>
    public static Uri Portal(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && IsSafe(address)
            ? new Uri(address.GetLeftPart(UriPartial.Authority))
            : throw new CliException(CliProblems.BadAddress(text), ExitCodes.Usage);

    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;
}
