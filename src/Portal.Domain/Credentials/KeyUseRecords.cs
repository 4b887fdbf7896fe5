namespace Portal.Domain.Credentials;

/// <summary>One request made with a key (invariant 27).</summary>
public sealed record KeyUseEntry
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>When its intent was committed.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Time until the outcome; null while there is none.</summary>
    public TimeSpan? Took { get; init; }
    /// <summary>The credential.</summary>
    public required Guid CredentialId { get; init; }
    /// <summary>Its label.</summary>
    public required string CredentialLabel { get; init; }
    /// <summary>The version signed with.</summary>
    public required int Version { get; init; }
    /// <summary>Provider's subject, or the job.</summary>
    public required string ActorId { get; init; }
    /// <summary>Who used it.</summary>
    public required string ActorName { get; init; }
    /// <summary>Why.</summary>
    public required string Purpose { get; init; }
    /// <summary>The run it was for.</summary>
    public Guid? RunId { get; init; }
    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }
    /// <summary>Path with ids replaced.</summary>
    public required string PathTemplate { get; init; }
    /// <summary>The app it was for, by Apple's id; null where it was for none or for many.</summary>
    public string? AppId { get; init; }
    /// <summary>That app's name; null where the portal knows none.</summary>
    public string? AppName { get; init; }
    /// <summary>The group it was for, by Apple's id.</summary>
    public string? GroupId { get; init; }
    /// <summary>That group's name.</summary>
    public string? GroupName { get; init; }
    /// <summary>SHA-256 of the token, hex; empty for Centercode.</summary>
    public required string TokenHash { get; init; }
    /// <summary>The one read its token was good for; empty: all the key may.</summary>
    public string Scope { get; init; } = "";
    /// <summary>How long the token was still good for when the request was recorded; null where nothing was signed.</summary>
    public TimeSpan? TokenGoodFor { get; init; }
    /// <summary>What a reviewer looks twice at.</summary>
    public IReadOnlyList<KeyUseFlag> Flags { get; init; } = [];
    /// <summary>Where uses are folded: all of its run that match; null for a use by itself.</summary>
    public KeyUseFold? Fold { get; init; }
    /// <summary>HTTP status; 0: no answer came; null: no outcome is recorded.</summary>
    public int? Status { get; init; }
    /// <summary>Whether a refusal was the answer that was asked for: 403 says that the key is no Admin's (invariant 26).</summary>
    public bool IsAnswered => AdminQuestion.IsAnswer(Method, PathTemplate, Status);
    /// <summary>The other side's error code.</summary>
    public string? ErrorCode { get; init; }
    /// <summary>Which try it was.</summary>
    public required int Attempt { get; init; }
    /// <summary>Calls the key had left in the hour.</summary>
    public int? RemainingThisHour { get; init; }
}

/// <summary>The harmless question whether a key is an Admin's: only an Admin may list a team's users (invariant 26).</summary>
public static class AdminQuestion
{
    /// <summary>What is asked for, as key uses record it.</summary>
    public const string Path = "/v1/users";

    /// <summary>What a key that is no Admin's is answered with.</summary>
    public const int No = 403;

    /// <summary>Whether a request and its status are the question and its no: an answer, not a failure.</summary>
    public static bool IsAnswer(string method, string pathTemplate, int? status) => status == No && method == "GET" && pathTemplate == Path;
}

/// <summary>How a request with a key ended.</summary>
public enum KeyUseResult
{
    /// <summary>2xx and 3xx, and refusals that were the answer asked for.</summary>
    Succeeded,
    /// <summary>Other 4xx and 5xx.</summary>
    Refused,
    /// <summary>Sent, nothing came back; or no outcome is recorded.</summary>
    NoAnswer,
    /// <summary>Recorded, and then not sent: something came between.</summary>
    NotSent,
}

/// <summary>What the portal itself says of a request in place of Apple's error code.</summary>
public static class KeyUseCodes
{
    /// <summary>The intent was recorded and the request not sent: the run was stopped, or Apple asked everybody to wait.</summary>
    public const string NotSent = "not-sent";
}
