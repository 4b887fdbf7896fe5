using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Services.People.Invitations;
using Portal.Web.Api;
using Portal.Web.SignIn;

namespace Portal.Web.People.Invitations;

/// <summary>Sending invitations again over REST.</summary>
internal static class InvitationsApi
{
    public static void MapInvitations(this RouteGroupBuilder api)
    {
        var of = api.MapGroup("/links/{link:guid}/invitations").WithTags("People").RequireAuthorization(nameof(Permission.SeeTestFlight));
        of.MapGet("", PlanAsync).WithSummary("Who would be sent Apple's invitation again, and who not and why").WithDescription("who: Silent (invited, silent for seven days), NotInvited or Both. Sends nothing.").ProducesProblem(StatusCodes.Status404NotFound);
        of.MapPost("", SendAsync).WithSummary("Send invitations again").WithDescription("plan: the hash of what was seen; only: ids of some of them. Location names the sending.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        of.MapGet("/{round:guid}", RoundAsync).WithSummary("A sending of invitations, person by person").ProducesProblem(StatusCodes.Status404NotFound);
        of.MapPost("/{round:guid}/stop", StopAsync).WithSummary("Stop a sending").WithDescription("What was sent stays sent; the rest is NotTried.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<ResendPlan>> PlanAsync(Guid link, InvitationService invitations, CallerActor caller, CancellationToken cancel, ResendWho who = ResendWho.Both) =>
        TypedResults.Ok(await invitations.PlanAsync(link, who, caller.Actor, cancel));

    private static async Task<Accepted<ResendStarted>> SendAsync(Guid link, ResendWanted wanted, InvitationService invitations, CallerActor caller, CancellationToken cancel)
    {
        var round = await invitations.SendAsync(link, wanted, caller.Actor, cancel);
        return TypedResults.Accepted($"{PortalApi.Path}/links/{link}/invitations/{round}", new ResendStarted(round));
    }

    private static async Task<Ok<ResendRound>> RoundAsync(Guid link, Guid round, InvitationService invitations, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await invitations.RoundAsync(round, caller.Actor, cancel));

    private static async Task<NoContent> StopAsync(Guid link, Guid round, InvitationService invitations, CallerActor caller, CancellationToken cancel)
    {
        await invitations.StopAsync(round, caller.Actor, cancel);
        return TypedResults.NoContent();
    }
}

/// <summary>A sending that was started.</summary>
public sealed record ResendStarted(Guid Round);
