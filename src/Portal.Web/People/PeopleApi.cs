using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Services.People;
using Portal.Web.Api;
using Portal.Web.SignIn;

namespace Portal.Web.People;

/// <summary>People over REST: the same service the pages call. What is asked for travels in the body, for it may be an e-mail address.</summary>
internal static class PeopleApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapPeople(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("People").RequireAuthorization(nameof(Permission.SeeTestFlight));
        people.MapPost("/find", FindAsync).WithSummary("Find a person by name, address or user id")
            .WithDescription("The question stands in the body, so that no address reaches a log. Roles that may not see addresses ask by a whole id, address or name and get masked answers.");
        people.MapGet("/{link:guid}/{id}", GetAsync).WithSummary("Every step of one person in one link, and the one next step").ProducesProblem(StatusCodes.Status404NotFound);
        people.MapPost("/{link:guid}/{id}/reinvite", ReinviteAsync).WithSummary("Send Apple's invitation again").WithDescription("At most every three days; needs a build to test.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapPost("/{link:guid}/{id}/remove", RemoveAsync).WithSummary("Remove this person from the link's group").WithDescription("From this group alone. Says what it ends and what it does not; keeps them out unless told otherwise.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapPost("/{link:guid}", AddAsync).WithSummary("Add somebody by hand until a day").WithDescription("For who is not in the team. Counted with the day's adds; the first sync after endsAt takes them out, unless they are in the team by then. Location names the person.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapGet("/{link:guid}/ending", EndingAsync).WithSummary("Adds by hand that end within seven days").ProducesProblem(StatusCodes.Status404NotFound);
        people.MapPut("/{link:guid}/{id}/end", ExtendAsync).WithSummary("Move the end of an add by hand").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        people.MapPut("/{link:guid}/{id}/suppression", SuppressAsync).WithSummary("Keep this person out of the link").ProducesProblem(StatusCodes.Status404NotFound);
        people.MapPersonRuns();
        people.MapDelete("/{link:guid}/{id}/suppression", EndSuppressionAsync).WithSummary("Let this person in again").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Created<HandAdded>> AddAsync(Guid link, HandAdd wanted, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        var added = await people.AddByHandAsync(link, wanted, caller.Actor, cancel);
        return TypedResults.Created($"{PortalApi.Path}/people/{link}/{added.PersonId}", added);
    }

    private static async Task<Ok<IReadOnlyList<HandAddView>>> EndingAsync(Guid link, PersonService people, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await people.EndingSoonAsync(link, caller.Actor, cancel));

    private static async Task<NoContent> ExtendAsync(Guid link, string id, HandAddEnd wanted, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        await people.ExtendAsync(link, id, wanted.EndsAt, caller.Actor, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PersonRemoved>> RemoveAsync(Guid link, string id, PersonRemoval wanted, PersonService people, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await people.RemoveAsync(link, id, wanted, caller.Actor, cancel));

    private static async Task<NoContent> SuppressAsync(Guid link, string id, KeepOut wanted, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        await people.SuppressAsync(link, id, wanted, caller.Actor, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndSuppressionAsync(Guid link, string id, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        await people.EndSuppressionAsync(link, id, caller.Actor, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<FoundAnswer>> FindAsync(FindPerson asked, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        var found = await people.FindAsync(asked.Query ?? "", caller.Actor, cancel);
        return TypedResults.Ok(new FoundAnswer(found.Hits, found.More, [.. found.Unread.Select(u => new UnreadLink(u.LinkTitle, u.Problem))]));
    }

    private static async Task<Ok<PersonAnswer>> GetAsync(Guid link, string id, PersonService people, CallerActor caller, CancellationToken cancel)
    {
        var person = await people.GetAsync(link, id, caller.Actor, cancel);
        return TypedResults.Ok(new PersonAnswer(person.LinkId, person.LinkTitle, person.Id, person.Name, person.Email, person.MemberId, person.AppId, person.GroupId, person.TesterId,
            person.Diagnosis.Steps, person.Diagnosis.Next, person.ReinviteRefused, person.ReadAt));
    }

    private static async Task<Ok<Reinvited>> ReinviteAsync(Guid link, string id, PersonService people, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await people.ReinviteAsync(link, id, caller.Actor, cancel));
}

/// <summary>The new end of an add by hand.</summary>
public sealed record HandAddEnd(DateTimeOffset EndsAt);

/// <summary>Whom to look for.</summary>
/// <param name="Query">Name, address or user id.</param>
public sealed record FindPerson(string? Query);

/// <summary>Who was found.</summary>
public sealed record FoundAnswer(IReadOnlyList<PersonHit> Hits, bool More, IReadOnlyList<UnreadLink> Unread);

/// <summary>A link that could not be looked into.</summary>
public sealed record UnreadLink(string LinkTitle, Problem Problem);

/// <summary>One person and one link.</summary>
public sealed record PersonAnswer(Guid LinkId, string LinkTitle, string Id, string Name, string? Email, string? MemberId, string AppId, string GroupId, string? TesterId,
    IReadOnlyList<PersonStep> Steps, NextStep Next, Problem? ReinviteRefused, DateTimeOffset ReadAt);
