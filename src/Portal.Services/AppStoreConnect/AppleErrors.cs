using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>The first error of Apple's error document, or nothing where the answer was none (HTML, empty).</summary>
internal sealed partial record AppleErrorBody(string? Id, string? Code, string? Title, string? Detail, string? Pointer)
{
    public static readonly AppleErrorBody None = new(null, null, null, null, null);

    private const int LongestRead = 2_000;
    private const int LongestKept = 500;

    public static AppleErrorBody Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Property("errors") is not { ValueKind: JsonValueKind.Array } errors || errors.GetArrayLength() == 0) return None;
            var first = errors[0];
            return new AppleErrorBody(Clean(first.Text("id")), Clean(first.Text("code")), Clean(first.Text("title")), Clean(first.Text("detail")), first.Property("source")?.Text("pointer"));
        }
        catch (JsonException)
        {
            return None; // 5xx and 406 answers need not be JSON
        }
    }

    // Apple repeats what it was sent; addresses have no place in the key-use record.
    private static string? Clean(string? words)
    {
        if (words is null) return null;
        var clean = Address().Replace(words.Length > LongestRead ? words[..LongestRead] : words, "•••");
        return clean.Length > LongestKept ? clean[..LongestKept] : clean;
    }

    [GeneratedRegex(@"[^\s'""<>,;@]+@[^\s'""<>,;]+")]
    private static partial Regex Address();
}

/// <summary>Sorts Apple's refusals into the failure modes of the domain.</summary>
internal static class AppleErrors
{
    /// <param name="addressed">Whether the request names one app, group, build or tester by its id.</param>
    public static AppleException Classify(int status, AppleErrorBody error, bool isRead, bool addressed)
    {
        var (problem, reach) = status switch
        {
            401 => (AppleProblems.KeyRefused, FailureReach.Credential),
            403 => Forbidden(error, isRead, addressed),
            404 when error.Code is { } path && Is(path, "PATH_ERROR") => (AppleProblems.RequestRefused(status, path), FailureReach.Request),
            404 => (AppleProblems.NotFound, FailureReach.Request),
            409 => (Conflict(error), FailureReach.Request),
            422 => Unprocessable(error),
            429 => (AppleProblems.RateLimited, FailureReach.Passing),
            >= 500 => (AppleProblems.ServerFailed(status), FailureReach.Passing),
            >= 400 => (AppleProblems.RequestRefused(status, error.Code ?? ""), FailureReach.Request),
            _ => (AppleProblems.AnswerBroken, FailureReach.Passing),
        };
        return new AppleException(problem, reach)
        {
            Status = status,
            AppleCode = error.Code,
            AppleDetail = error.Detail,
            AppleErrorId = error.Id,
            MayHaveCommitted = !isRead && status is >= 500 or < 400,
        };
    }

    private static (Problem, FailureReach) Forbidden(AppleErrorBody error, bool isRead, bool addressed)
    {
        var detail = error.Detail ?? "";
        if (error.Code?.StartsWith("FORBIDDEN.REQUIRED_AGREEMENTS", StringComparison.Ordinal) is true) return (AppleProblems.AgreementMissing, FailureReach.Credential);
        if (detail.Contains("active membership", StringComparison.OrdinalIgnoreCase)) return (AppleProblems.MembershipLapsed, FailureReach.Credential);
        // "The relationship 'x' does not allow 'GET_RELATED'. Allowed operations are: …" is about the request, not about the key.
        if (detail.Contains("Allowed operations", StringComparison.OrdinalIgnoreCase)) return (AppleProblems.RequestRefused(403, error.Code ?? ""), FailureReach.Request);
        return isRead && addressed ? (AppleProblems.NotVisible, FailureReach.Request) : (AppleProblems.RoleTooSmall, FailureReach.Credential);
    }

    private static Problem Conflict(AppleErrorBody error) => error.Code switch
    {
        "STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED" => AppleProblems.InvitationAccepted,
        "STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS" => AppleProblems.NoTestableBuild,
        { } code when code.Contains("LIMIT_REACHED", StringComparison.Ordinal) => AppleProblems.AppFull,
        // Only one thing people write is sent that Apple may dislike; every other attribute is the portal's own.
        { } code when Is(code, "ENTITY_ERROR.ATTRIBUTE") && error.Pointer is "/data/attributes/email" => AppleProblems.AddressRefused,
        { } code when Is(code, "ENTITY_ERROR.ATTRIBUTE.INVALID") && code.EndsWith(".DUPLICATE", StringComparison.Ordinal) => AppleProblems.NameTaken,
        { } code when Is(code, "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED") || Is(code, "ENTITY_ERROR.ATTRIBUTE.REQUIRED") => AppleProblems.RequestRefused(409, code),
        { } code when Is(code, "ENTITY_ERROR.RELATIONSHIP.INVALID") => AppleProblems.LinkageInvalid,
        var code => AppleProblems.Conflict(code ?? "409"),
    };

    private static (Problem, FailureReach) Unprocessable(AppleErrorBody error)
    {
        bool Says(string words) => error.Detail?.Contains(words, StringComparison.OrdinalIgnoreCase) is true;
        return (error.Code switch
        {
            { } code when Is(code, "ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW") => AppleProblems.AnotherBuildInReview,
            { } code when Is(code, "ENTITY_UNPROCESSABLE.INVALID_QC_STATE") => AppleProblems.NotReviewable,
            { } code when Is(code, "ENTITY_UNPROCESSABLE.BETA_CONTRACT_MISSING") => AppleProblems.AgreementMissing,
            { } code when Is(code, "ENTITY_UNPROCESSABLE.SUBMISSION_LIMIT_REACHED") => AppleProblems.SubmissionLimit,
            { } code when Is(code, "ENTITY_UNPROCESSABLE.BUILD_SDK_NOT_ALLOWED_FOR_EXTERNAL_TESTING") => AppleProblems.SdkNotAllowed,
            _ when Says("internal group") => AppleProblems.GroupTakesAllBuilds,
            _ when Says("Build is not assignable") || Says("testable state") || Says("assignable state") => AppleProblems.BuildNotTestable,
            var code => AppleProblems.Unprocessable(code ?? "422"),
        }, FailureReach.Request);
    }

    /// <summary>Apple's codes are hierarchical: a longer one says the same more exactly.</summary>
    private static bool Is(string code, string family) => code == family || code.StartsWith($"{family}.", StringComparison.Ordinal);
}
