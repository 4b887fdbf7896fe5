using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.SignIn;
using Portal.Services.Alerts;
using Portal.Services.Sync;
using Portal.Web.SignIn;

namespace Portal.Web.Alerts;

/// <summary>Alerts over REST: the same service the pages call.</summary>
internal static class AlertsApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapAlerts(this RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts").RequireAuthorization(nameof(Permission.SeeTestFlight));
        alerts.MapGet("", ListAsync).WithSummary("What needs a person").WithDescription("Those nobody took first, then newest first, as far as the caller's roles may see them; those that are over too with all=true. skip and take page; take is at most 1,000.");
        alerts.MapGet("/{id:guid}", GetAsync).WithSummary("One alert, with who was told").ProducesProblem(StatusCodes.Status404NotFound);
        alerts.MapPost("/{id:guid}/acknowledge", AcknowledgeAsync).WithSummary("Take an alert: it is quiet until its cause changes").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<AlertView>>> ListAsync(AlertService alerts, CallerActor caller, CancellationToken cancel, bool all = false, int skip = 0, int take = 50) =>
        TypedResults.Ok(await alerts.ListAsync(new AlertQuery(!all, skip, take), caller.Actor, cancel));

    private static async Task<Ok<AlertView>> GetAsync(Guid id, AlertService alerts, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await alerts.GetAsync(id, caller.Actor, cancel));

    private static async Task<Ok<AlertView>> AcknowledgeAsync(Guid id, AlertTaken taken, AlertService alerts, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await alerts.AcknowledgeAsync(id, taken.Note, caller.Actor, cancel));
}

/// <summary>What comes with an acknowledgement.</summary>
/// <param name="Note">What others should know; null: nothing.</param>
public sealed record AlertTaken(string? Note = null);
