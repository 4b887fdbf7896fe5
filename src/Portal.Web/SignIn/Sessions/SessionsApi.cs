using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Services.SignIn;

namespace Portal.Web.SignIn.Sessions;

/// <summary>Sign-ins over REST: the same service the page calls.</summary>
internal static class SessionsApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapSessions(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sign-in");
        sessions.MapGet("", ListAsync).WithSummary("Your sign-ins at the pages").WithDescription("everybody=true lists everybody's; it takes the role security reviewer or administrator. Tokens of the command line are the provider's, not listed here.");
        sessions.MapPost("/{id:guid}/end", EndAsync).WithSummary("End a sign-in").WithDescription("One's own, or as administrator anybody's.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<SessionView>>> ListAsync(SessionService sessions, CallerActor caller, CancellationToken cancel, bool everybody = false) =>
        TypedResults.Ok(await sessions.ListAsync(caller.Actor, everybody, cancel: cancel));

    private static async Task<NoContent> EndAsync(Guid id, SessionService sessions, CallerActor caller, CancellationToken cancel)
    {
        await sessions.EndAsync(id, caller.Actor, cancel);
        return TypedResults.NoContent();
    }
}
