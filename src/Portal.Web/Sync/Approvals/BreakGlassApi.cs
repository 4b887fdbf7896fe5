using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.SignIn;
using Portal.Services.Sync.Approvals;
using Portal.Web.SignIn;

namespace Portal.Web.Sync.Approvals;

/// <summary>Break-glass over REST: the same service the page calls.</summary>
internal static class BreakGlassApi
{
    private const int UsualMinutes = 60;

    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapBreakGlass(this RouteGroupBuilder api)
    {
        var glasses = api.MapGroup("/break-glass").WithTags("Approvals").RequireAuthorization(nameof(Permission.SeeTestFlight));
        glasses.MapGet("", async (BreakGlassService glass, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await glass.ListAsync(caller.Actor, cancel))).WithSummary("Emergencies in which one person decided alone");
        glasses.MapPost("", BeginAsync).WithSummary("Decide without a second person for a while").WithDescription("An alert goes out at once, it is on record, and somebody else reviews it. minutes: 5 to 240, else 60.");
        glasses.MapPost("/{id:guid}/end", EndAsync).WithSummary("End it before its time").ProducesProblem(StatusCodes.Status404NotFound);
        glasses.MapPost("/{id:guid}/review", ReviewAsync).WithSummary("Write down what was found afterwards").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<BreakGlassView>> BeginAsync(GlassBroken broken, BreakGlassService glass, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await glass.BeginAsync(broken.Reason ?? "", broken.Minutes ?? UsualMinutes, caller.Actor, cancel));

    private static async Task<Ok<BreakGlassView>> EndAsync(Guid id, BreakGlassService glass, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await glass.EndAsync(id, caller.Actor, cancel));

    private static async Task<Ok<BreakGlassView>> ReviewAsync(Guid id, GlassReview review, BreakGlassService glass, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await glass.ReviewAsync(id, review.Note ?? "", caller.Actor, cancel));
}

/// <summary>The beginning of an emergency.</summary>
/// <param name="Reason">Why; required.</param>
/// <param name="Minutes">How long; null: 60.</param>
public sealed record GlassBroken(string? Reason, int? Minutes = null);

/// <summary>A review.</summary>
/// <param name="Note">What was found; required.</param>
public sealed record GlassReview(string? Note);
