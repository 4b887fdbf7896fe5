using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>The first error of Apple's error document, or nothing where the answer was none (HTML, empty).</summary>
internal sealed partial record AppleErrorBody(string? Id, string? Code, string? Title, string? Detail, string? Pointer)
{
    public static readonly AppleErrorBody None = new(null, null, null, null, null);

    public static AppleErrorBody Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Property("errors") is not { ValueKind: JsonValueKind.Array } errors || errors.GetArrayLength() == 0) return None;
            var first = errors[0];
            return new AppleErrorBody(first.Text("id"), first.Text("code"), first.Text("title"), Clean(first.Text("detail")), first.Property("source")?.Text("pointer"));
        }
        catch (JsonException)
        {
            return None; // 5xx and 406 answers need not be JSON
        }
    }

    // Apple repeats what it was sent; addresses have no place in the key-use record.
    private static string? Clean(string? detail) => detail is null ? null : Address().Replace(detail.Length > 500 ? detail[..500] : detail, "•••");

    [GeneratedRegex(@"[^\s'""<>,;]+@[^\s'""<>,;]+", RegexOptions.None, matchTimeoutMilliseconds: 200)]
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
            404 when error.Code is "PATH_ERROR" => (AppleProblems.RequestRefused(status, error.Code), FailureReach.Request),
            404 => (AppleProblems.NotFound, FailureReach.Request),
            409 => (Conflict(error), FailureReach.Request),
            422 => (AppleProblems.Unprocessable(error.Code ?? "422"), FailureReach.Request),
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
        { } code when code.StartsWith("ENTITY_ERROR.ATTRIBUTE", StringComparison.Ordinal) && error.Pointer is "/data/attributes/email" => AppleProblems.AddressRefused,
        var code => AppleProblems.Conflict(code ?? "409"),
    };
}
