using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Web.SignIn;

namespace Portal.Web.Sync.Approvals;

/// <summary>Requests for a second person over REST: the same service the pages call.</summary>
internal static class ApprovalsApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapApprovals(this RouteGroupBuilder api)
    {
        var approvals = api.MapGroup("/approvals").WithTags("Approvals").RequireAuthorization(nameof(Permission.SeeTestFlight));
        approvals.MapGet("", ListAsync).WithSummary("What waits for a second person").WithDescription("Newest first; decided ones too with all=true. Filter: link. skip and take page; take is at most 1,000.");
        approvals.MapGet("/{id:guid}", GetAsync).WithSummary("One request, with what it would change").ProducesProblem(StatusCodes.Status404NotFound);
        approvals.MapPost("/{id:guid}/allow", AllowAsync).WithSummary("Allow a request somebody else made")
            .WithDescription("Of a held run, chosen names the run's people (ids of its items) who alone are changed; left out, all of them. The run reads and plans again and writes only if the plan is still this one. typedCount is for installations where one person may confirm alone.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        approvals.MapPost("/{id:guid}/reject", RejectAsync).WithSummary("Reject a request, or take one's own back").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Page<ApprovalView>>> ListAsync(ApprovalService approvals, CallerActor caller, CancellationToken cancel, bool all = false, Guid? link = null, int skip = 0, int take = 50) =>
        TypedResults.Ok(await approvals.ListAsync(new ApprovalQuery { OpenOnly = !all, LinkId = link, Skip = skip, Take = take }, caller.Actor, cancel));

    private static async Task<Ok<ApprovalView>> GetAsync(Guid id, ApprovalService approvals, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await approvals.GetAsync(id, caller.Actor, cancel));

    private static async Task<Ok<ApprovalView>> AllowAsync(Guid id, ApprovalGiven given, ApprovalService approvals, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await approvals.AllowAsync(id, new ApprovalAnswer(given.Reason ?? "", given.TypedCount), caller.Actor, given.Chosen, cancel));

    private static async Task<Ok<ApprovalView>> RejectAsync(Guid id, ApprovalGiven given, ApprovalService approvals, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await approvals.RejectAsync(id, new ApprovalAnswer(given.Reason ?? ""), caller.Actor, cancel));
}

/// <summary>An answer to a request.</summary>
/// <param name="Reason">Why, in the person's words; required.</param>
/// <param name="TypedCount">The number the request is about, where one person may confirm alone.</param>
/// <param name="Chosen">Ids of the run's people; null: all.</param>
public sealed record ApprovalGiven(string? Reason, int? TypedCount = null, IReadOnlyList<Guid>? Chosen = null);
