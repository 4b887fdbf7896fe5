using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;

namespace Portal.Web.Layout;

/// <summary>Whole pages without a circuit, for where there is no session or no right to one.</summary>
internal static class Documents
{
    /// <summary>A title, what happened, and the one next step.</summary>
    public static RazorComponentResult Message(string title, Problem? problem, string? action, string? href, int status = StatusCodes.Status200OK) =>
        Of(status, new() { [nameof(MessageDocument.Title)] = title, [nameof(MessageDocument.Problem)] = problem, [nameof(MessageDocument.Action)] = action, [nameof(MessageDocument.Href)] = href });

    /// <summary>A signed-in person who may not: why, and whom to ask.</summary>
    public static RazorComponentResult Refused(Problem problem) => Of(StatusCodes.Status403Forbidden, new()
    {
        [nameof(MessageDocument.Title)] = problem.Code == "access-refused" ? "Not allowed" : "You have no role here yet",
        [nameof(MessageDocument.Problem)] = problem,
        [nameof(MessageDocument.ShowContact)] = true,
        [nameof(MessageDocument.SignedIn)] = true,
        [nameof(MessageDocument.Action)] = problem.Code == "access-refused" ? "Go home" : null,
        [nameof(MessageDocument.Href)] = PortalUrls.Home,
    });

    private static RazorComponentResult Of(int status, Dictionary<string, object?> parameters) =>
        new(typeof(MessageDocument), parameters) { StatusCode = status, PreventStreamingRendering = true };
}
