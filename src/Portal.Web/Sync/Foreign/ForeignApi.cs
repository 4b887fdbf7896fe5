using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Services.Sync;
using Portal.Services.Sync.Foreign;
using Portal.Web.SignIn;

namespace Portal.Web.Sync.Foreign;

/// <summary>Other hands on a link's group and testers nobody manages, over REST: the same services the pages call.</summary>
internal static class ForeignApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapForeign(this RouteGroupBuilder api)
    {
        var links = api.MapGroup("/links/{id:guid}").WithTags("Links").RequireAuthorization(nameof(Permission.SeeTestFlight)).ProducesProblem(StatusCodes.Status404NotFound);
        links.MapGet("/group-changes", SummaryAsync).WithSummary("Who else changed the group on the rolling day").WithDescription("Counts by kind, since when it is asked about, and the last answer.");
        links.MapGet("/group-changes/people", ChangesAsync).WithSummary("Changes of the group that were not ours, newest first").WithDescription("Added and Removed are another writer's; testers also come by a public link and stop testing. Addresses are masked for roles that may not see them. skip and take page; take is at most 1,000.");
        links.MapPost("/group-changes/answer", AnswerAsync).WithSummary("Answer who else writes to the group")
            .WithDescription("answer: ItWasUs, SyncIsOffNow or KnownTool, with a reason. It is asked again only after new changes.").ProducesProblem(StatusCodes.Status409Conflict);
        links.MapGet("/unmanaged", ListAsync).WithSummary("Testers in the group whom the link does not manage")
            .WithDescription("As last read, by address. inTeam narrows to who is or is not in the team; leftAsIs shows those somebody decided to leave. text, a part of an address or name, is ignored for roles that may not see them.");
        links.MapPost("/unmanaged/weigh", WeighAsync).WithSummary("What adopting them would mean").WithDescription("Changes nothing: how many are chosen, and how many of them the next sync would take out because they are not in the team.");
        links.MapPost("/unmanaged/adopt", AdoptAsync).WithSummary("Put them under the link")
            .WithDescription("testerIds, or all of what inTeam, leftAsIs and text fit. outsideTeam is the number weighing showed: with another, nothing is changed.").ProducesProblem(StatusCodes.Status409Conflict);
        links.MapPost("/unmanaged/leave", LeaveAsync).WithSummary("Leave them as they are").WithDescription("No sync touches them, and the list asks no more. They can be adopted later.").ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/group-questions", OpenAsync).WithTags("Links").RequireAuthorization(nameof(Permission.SeeTestFlight)).WithSummary("Groups somebody else may write to, not answered yet");
    }

    private static async Task<Ok<ForeignSummary>> SummaryAsync(Guid id, ForeignChangeService changes, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await changes.SummaryAsync(id, caller.Actor, cancel));

    private static async Task<Ok<Page<ForeignChangeView>>> ChangesAsync(Guid id, ForeignChangeService changes, CallerActor caller, CancellationToken cancel, int skip = 0, int take = 100) =>
        TypedResults.Ok(await changes.ChangesAsync(id, skip, take, caller.Actor, cancel));

    private static async Task<Ok<ForeignSummary>> AnswerAsync(Guid id, ForeignAnswerGiven given, ForeignChangeService changes, CallerActor caller, CancellationToken cancel)
    {
        await changes.AnswerAsync(id, SyncStateViews.Read<ForeignAnswer>(given.Answer) ?? throw new ProblemException(SyncProblems.AnswerUnknown), given.Reason, caller.Actor, cancel);
        return TypedResults.Ok(await changes.SummaryAsync(id, caller.Actor, cancel));
    }

    private static async Task<Ok<IReadOnlyList<ForeignQuestionView>>> OpenAsync(ForeignChangeService changes, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await changes.OpenQuestionsAsync(caller.Actor, cancel));

    private static async Task<Ok<UnmanagedPage>> ListAsync(Guid id, UnmanagedService unmanaged, CallerActor caller, CancellationToken cancel, bool? inTeam = null, bool leftAsIs = false, string? text = null, int skip = 0, int take = 100) =>
        TypedResults.Ok(await unmanaged.ListAsync(id, new UnmanagedQuery { InTeam = inTeam, LeftAsIs = leftAsIs, Text = text, Skip = skip, Take = take }, caller.Actor, cancel));

    private static async Task<Ok<AdoptionWeighed>> WeighAsync(Guid id, UnmanagedChosen chosen, UnmanagedService unmanaged, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await unmanaged.WeighAsync(id, chosen.Choice(), caller.Actor, cancel));

    private static async Task<Ok<UnmanagedDone>> AdoptAsync(Guid id, UnmanagedChosen chosen, UnmanagedService unmanaged, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(new UnmanagedDone(await unmanaged.AdoptAsync(id, new(chosen.Choice(), chosen.Reason, chosen.OutsideTeam ?? 0), caller.Actor, cancel)));

    private static async Task<Ok<UnmanagedDone>> LeaveAsync(Guid id, UnmanagedChosen chosen, UnmanagedService unmanaged, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(new UnmanagedDone(await unmanaged.LeaveAsync(id, new(chosen.Choice(), chosen.Reason), caller.Actor, cancel)));
}

/// <summary>An answer to who else writes to a group.</summary>
/// <param name="Answer">A <see cref="ForeignAnswer"/>.</param>
/// <param name="Reason">In words; required.</param>
public sealed record ForeignAnswerGiven(string? Answer, string? Reason);

/// <summary>A decision about unmanaged testers.</summary>
/// <param name="TesterIds">These; null or empty with <paramref name="All"/>.</param>
/// <param name="All">Everyone the filters below fit.</param>
/// <param name="Reason">Why; required for a decision.</param>
/// <param name="OutsideTeam">For adopting: how many are not in the team, as weighed.</param>
public sealed record UnmanagedChosen(IReadOnlyList<string>? TesterIds = null, bool All = false, bool? InTeam = null, bool LeftAsIs = false, string? Text = null, string? Reason = null, int? OutsideTeam = null)
{
    internal UnmanagedChoice Choice() => All ? new() { All = new() { InTeam = InTeam, LeftAsIs = LeftAsIs, Text = Text } } : new() { TesterIds = TesterIds ?? [] };
}

/// <summary>How many a decision was about.</summary>
public sealed record UnmanagedDone(int Testers);
