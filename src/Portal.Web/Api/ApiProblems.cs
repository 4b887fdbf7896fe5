using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;

namespace Portal.Web.Api;

/// <summary>A <see cref="Problem"/> as problem details (RFC 9457): type <c>urn:portal:{code}</c>, the sentence as detail, and code and turn as members of their own.</summary>
internal static class ApiProblems
{
    /// <summary>The answer to a problem.</summary>
    public static ProblemHttpResult Of(Problem problem) => TypedResults.Problem(problem.Sentence, statusCode: StatusOf(problem), title: TitleOf(problem),
        type: $"urn:portal:{problem.Code}", extensions: [new("code", problem.Code), new("turn", problem.Turn.ToString())]);

    /// <summary>Turns what a service throws into its answer, without a stack trace in the log: a refusal is no fault.</summary>
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ProblemException refused)
        {
            return Of(refused.Problem);
        }
    }

    /// <summary>By the code's own words; else by whether the caller could have asked differently.</summary>
    private static int StatusOf(Problem problem) => problem.Code switch
    {
        "access-refused" or "no-role" or "groups-overflowed" => StatusCodes.Status403Forbidden,
        _ when problem.Code.EndsWith("-not-found", StringComparison.Ordinal) || problem.Code.Contains("no-such-", StringComparison.Ordinal) => StatusCodes.Status404NotFound,
        "page-failed" => StatusCodes.Status500InternalServerError,
        _ => problem.Turn is Turn.Requester ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict,
    };

    private static string TitleOf(Problem problem) => StatusOf(problem) switch
    {
        StatusCodes.Status403Forbidden => "Not allowed",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status422UnprocessableEntity => "Ask differently",
        StatusCodes.Status500InternalServerError => "Could not answer",
        _ => "Not possible now",
    };
}
