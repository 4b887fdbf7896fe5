using System.Globalization;
using System.Net.ServerSentEvents;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.SignIn;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Web.Api;
using Portal.Web.SignIn;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.People;

/// <summary>Previews and syncs of one person over REST, step by step.</summary>
internal static class PersonRunApi
{
    public static void MapPersonRuns(this RouteGroupBuilder people)
    {
        people.MapPost("/{link:guid}/{id}/preview", PreviewAsync).WithSummary("Plan this person alone and change nothing").WithDescription("Location names the run, step by step for this person.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapPost("/{link:guid}/{id}/sync", SyncAsync).WithSummary("Sync this person alone").WithDescription("With plan, the hash of a preview's: that plan and no other. Location names the run, step by step for this person.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapGet("/{link:guid}/{id}/runs/{run:guid}", RunAsync).WithSummary("A run step by step for this person").ProducesProblem(StatusCodes.Status404NotFound);
        people.MapGet("/{link:guid}/{id}/runs/{run:guid}/events", EventsAsync).WithSummary("The same while it goes, as server-sent events").WithDescription("Event run: the steps now and after every committed change, until the run is over.")
            .Produces<PersonRunView>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Accepted<RunRequested>> PreviewAsync(Guid link, string id, PersonService people, CallerActor caller, CancellationToken cancel) =>
        Accepted(link, id, await people.PreviewOneAsync(link, id, caller.Actor, cancel));

    private static async Task<Accepted<RunRequested>> SyncAsync(Guid link, string id, PersonService people, CallerActor caller, CancellationToken cancel, string? plan = null) =>
        Accepted(link, id, await people.SyncOneAsync(link, id, caller.Actor, plan, cancel));

    private static async Task<Ok<PersonRunView>> RunAsync(Guid link, string id, Guid run, PersonService people, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await people.RunAsync(link, id, run, caller.Actor, cancel));

    private static async Task<ServerSentEventsResult<PersonRunView>> EventsAsync(Guid link, string id, Guid run, PersonService people, CallerActor caller, ClaimsPrincipal user, StreamRights rights, CancellationToken cancel)
    {
        await people.RunAsync(link, id, run, caller.Actor, cancel);   // refuses before the stream begins
        return TypedResults.ServerSentEvents(rights.WhileAllowedAsync(user, Permission.SeeTestFlight, until => FollowAsync(people.WatchRunAsync(link, id, run, caller.Actor, until)), cancel));
    }

    private static async IAsyncEnumerable<SseItem<PersonRunView>> FollowAsync(IAsyncEnumerable<PersonRunView> states)
    {
        await foreach (var state in states) yield return new SseItem<PersonRunView>(state, "run") { EventId = state.Run.Revision.ToString(CultureInfo.InvariantCulture) };
    }

    private static Accepted<RunRequested> Accepted(Guid link, string id, RunRequested run) => TypedResults.Accepted($"{PortalApi.Path}/people/{link}/{Uri.EscapeDataString(id)}/runs/{run.RunId}", run);
}
