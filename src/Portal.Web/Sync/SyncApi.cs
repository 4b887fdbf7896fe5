using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Web.Api;
using Portal.Web.Layout;
using Portal.Web.SignIn;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.Sync;

/// <summary>Links and runs over REST: the same service the pages call.</summary>
internal static class SyncApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapSync(this RouteGroupBuilder api)
    {
        var links = api.MapGroup("/links").WithTags("Links").RequireAuthorization(nameof(Permission.SeeTestFlight));
        links.MapGet("", LinksAsync).WithSummary("Every link").WithDescription("Teams and the TestFlight groups they are synced to, with state, drift and the last exact check. Retired links only with retired=true.");
        links.MapGet("/{id:guid}", LinkAsync).WithSummary("One link").ProducesProblem(StatusCodes.Status404NotFound);
        links.MapPost("/{id:guid}/runs", StartAsync).WithSummary("Preview or sync a link")
            .WithDescription("A preview reads both sides, plans, and changes nothing. A real run that finds another under way joins it: joined is true then, and the run is the other's. Location names the run; follow it at its events.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

        var runs = api.MapGroup("/runs").WithTags("Runs").RequireAuthorization(nameof(Permission.SeeTestFlight));
        runs.MapGet("", RunsAsync).WithSummary("Runs, newest first").WithDescription("Filters: link, state (may be repeated), mode. skip and take page; take is at most 1,000.");
        runs.MapGet("/{id:guid}", RunAsync).WithSummary("One run with its counts").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:guid}/items", ItemsAsync).WithSummary("The people of a run")
            .WithDescription("In the plan's order, with action, reason and outcome. Addresses and names are masked for roles that may not see them; text, a part of either, is ignored then.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:guid}/changes", ChangesAsync).WithSummary("What changed since the plan somebody saw")
            .WithDescription("Who is treated otherwise than in the plan seen before this run: a preview, or a held plan that this one took the place of. No content where there was none.").ProducesProblem(StatusCodes.Status404NotFound);
        links.MapPost("/{id:guid}/end", EndAsync).WithSummary("End a project: preview it, or ask for it")
            .WithDescription("Without preview, reads the group and shows who would leave. With the preview's id, its number as typedCount and a reason, asks a second person; then everyone the link put in leaves the group and the link asks to be retired.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        links.MapDelete("/{id:guid}/set-up-group", RemoveSetUpGroupAsync).WithSummary("Remove the internal group made to set a link up")
            .WithDescription("By its recorded id, and only while nobody is in it; otherwise it stays and setupGroupProblem says why.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:guid}/events", EventsAsync).WithSummary("A run while it grows, as server-sent events")
            .WithDescription("Event run: the run now and after every committed change, until it is over. The stream ends early when the caller's sign-in does.")
            .Produces<RunView>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost("/{id:guid}/undo", UndoAsync).WithSummary("Undo a finished run: preview it, or do it")
            .WithDescription("Without preview, shows person by person what an undo would do. With the preview's id and a reason, does that: whom the run added leaves this group, whom it removed is added again; over a limit a second person allows it first. Mails and installs cannot be taken back. From then on the schedule only looks until somebody resumes it.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapPost("/{id:guid}/retry", RetryAsync).WithSummary("Retry what failed in a run")
            .WithDescription("A run of those alone whom Apple refused or whose turn never came, planned anew.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Cancel a run").WithDescription("What was done stays done; the rest is NotTried.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The file behind a run's page; with the session's cookie, as a browser downloads it.</summary>
    public static void MapRunExport(this IEndpointRouteBuilder app)
    {
        foreach (var (path, export) in new (string, Delegate)[] { ("/runs/{id:guid}/people.csv", ExportAsync), ("/runs/{id:guid}/plan.html", PlanAsync) })
            app.MapGet(path, export).RequireAuthorization(nameof(Permission.SeeTestFlight)).AddEndpointFilter(ApiProblems.FilterAsync).ExcludeFromDescription();
    }

    private static async Task<Ok<LinkView>> RemoveSetUpGroupAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await sync.RemoveSetupGroupAsync(id, caller.Actor, cancel));

    private static async Task<Ok<IReadOnlyList<LinkView>>> LinksAsync(SyncService sync, CallerActor caller, CancellationToken cancel, bool retired = false) =>
        TypedResults.Ok(await sync.LinksAsync(caller.Actor, retired, cancel));

    private static async Task<Ok<LinkView>> LinkAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await sync.LinkAsync(id, caller.Actor, cancel));

    private static async Task<Accepted<RunRequested>> StartAsync(Guid id, RunWanted wanted, SyncService sync, CallerActor caller, CancellationToken cancel)
    {
        var mode = SyncStateViews.Read<SyncMode>(wanted.Mode) ?? throw new ProblemException(ModeUnknown);
        var run = await sync.RequestAsync(id, mode, caller.Actor, planHash: wanted.Plan, freezeOverride: wanted.FreezeOverride, cancel: cancel);
        return TypedResults.Accepted($"{PortalApi.Path}/runs/{run.RunId}", run);
    }

    private static async Task<Ok<Page<RunView>>> RunsAsync(SyncService sync, CallerActor caller, CancellationToken cancel, Guid? link = null, [FromQuery] string[]? state = null, string? mode = null, int skip = 0, int take = 50) =>
        TypedResults.Ok(await sync.RunsAsync(new RunQuery { LinkId = link, States = Named<RunState>(state), Mode = mode is null ? null : SyncStateViews.Read<SyncMode>(mode) ?? throw new ProblemException(ModeUnknown), Skip = skip, Take = take }, caller.Actor, cancel));

    private static async Task<Ok<RunView>> RunAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await sync.RunAsync(id, caller.Actor, cancel));

    private static async Task<Ok<Page<RunItemView>>> ItemsAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel,
        [FromQuery] string[]? action = null, [FromQuery] string[]? outcome = null, string? reason = null, string? text = null, int skip = 0, int take = 100) =>
        TypedResults.Ok(await sync.ItemsAsync(id, new RunItemQuery { Actions = Named<PlanAction>(action), Outcomes = Named<ItemOutcome>(outcome), ReasonCode = reason, Text = text, Skip = skip, Take = take }, caller.Actor, cancel));

    private static async Task<ServerSentEventsResult<RunView>> EventsAsync(Guid id, SyncService sync, CallerActor caller, ClaimsPrincipal user, StreamRights rights, CancellationToken cancel)
    {
        await sync.RunAsync(id, caller.Actor, cancel);   // refuses before the stream begins
        return TypedResults.ServerSentEvents(rights.WhileAllowedAsync(user, Permission.SeeTestFlight, until => FollowAsync(id, sync, caller.Actor, until), cancel));
    }

    private static async IAsyncEnumerable<SseItem<RunView>> FollowAsync(Guid id, SyncService sync, Actor actor, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var run in sync.WatchAsync(id, actor, cancel)) yield return new SseItem<RunView>(run, "run") { EventId = run.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    private static async Task<Results<Ok<RunChanges>, NoContent>> ChangesAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel) =>
        await sync.ChangesAsync(id, caller.Actor, cancel) is { } changes ? TypedResults.Ok(changes) : TypedResults.NoContent();

    private static async Task<Accepted<RunRequested>> EndAsync(Guid id, EndWanted wanted, SyncService sync, CallerActor caller, CancellationToken cancel)
    {
        var run = wanted.Preview is { } preview ? await sync.EndProjectAsync(id, preview, wanted.TypedCount ?? -1, wanted.Reason ?? "", caller.Actor, cancel) : await sync.PreviewEndAsync(id, caller.Actor, cancel);
        return TypedResults.Accepted($"{PortalApi.Path}/runs/{run.RunId}", run);
    }

    private static async Task<Accepted<RunRequested>> UndoAsync(Guid id, UndoWanted wanted, SyncService sync, CallerActor caller, CancellationToken cancel)
    {
        var run = wanted.Preview is { } preview ? await sync.UndoAsync(id, preview, wanted.Reason ?? "", caller.Actor, wanted.FreezeOverride, cancel) : await sync.PreviewUndoAsync(id, caller.Actor, cancel);
        return TypedResults.Accepted($"{PortalApi.Path}/runs/{run.RunId}", run);
    }

    private static async Task<Accepted<RunRequested>> RetryAsync(Guid id, RetryWanted wanted, SyncService sync, CallerActor caller, CancellationToken cancel)
    {
        var run = await sync.RetryAsync(id, caller.Actor, wanted.FreezeOverride, cancel);
        return TypedResults.Accepted($"{PortalApi.Path}/runs/{run.RunId}", run);
    }

    private static async Task<Ok<RunView>> CancelAsync(Guid id, SyncService sync, CallerActor caller, CancellationToken cancel)
    {
        await sync.CancelAsync(id, caller.Actor, cancel);
        return TypedResults.Ok(await sync.RunAsync(id, caller.Actor, cancel));
    }

    private static async Task<FileContentHttpResult> ExportAsync(Guid id, SyncService sync, HttpContext http, CancellationToken cancel, string? action = null, string? outcome = null)
    {
        var query = new RunItemQuery { Actions = Named<PlanAction>([action]), Outcomes = Named<ItemOutcome>([outcome]) };
        var file = await sync.ExportAsync(id, query, CallerActor.Of(http).Actor, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(file.Content, "text/csv; charset=utf-8", file.FileName);
    }

    // As a file to keep, never as a page of ours: what stands in it came from outside.
    private static async Task<FileContentHttpResult> PlanAsync(Guid id, SyncService sync, HttpContext http, CancellationToken cancel)
    {
        var file = await sync.PlanDocumentAsync(id, CallerActor.Of(http).Actor, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(file.Content, "text/html; charset=utf-8", file.FileName);
    }

    private static readonly Problem ModeUnknown = new("run-mode-unreadable", "The mode must be preview or real. Ask again with one of the two.") { Turn = Turn.Requester };

    private static T[] Named<T>(string?[]? names) where T : struct, Enum => [.. (names ?? []).Where(name => !string.IsNullOrEmpty(name))
        .Select(name => SyncStateViews.Read<T>(name) ?? throw new ProblemException(new Problem("filter-unreadable", $"\"{name}\" is none of {string.Join(", ", Enum.GetNames<T>())}. Ask again with one of these.") { Turn = Turn.Requester }))];
}

/// <summary>What run to start.</summary>
/// <param name="Mode"><c>preview</c> or <c>real</c>.</param>
/// <param name="FreezeOverride">Why a freeze of the link's policy does not hold this time; goes on record.</param>
/// <param name="Plan">Hash of the plan a preview showed: this plan is applied, or the run stops and shows what changed since.</param>
public sealed record RunWanted(string? Mode, string? FreezeOverride = null, string? Plan = null);

/// <summary>The end of a project.</summary>
/// <param name="Preview">The preview's run; null: make one.</param>
/// <param name="TypedCount">How many it showed.</param>
/// <param name="Reason">Why; for the second person and the record.</param>
public sealed record EndWanted(Guid? Preview = null, int? TypedCount = null, string? Reason = null);

/// <summary>The way back from a run.</summary>
/// <param name="Preview">The preview's run; null: make one.</param>
/// <param name="Reason">Why; for the second person and the record.</param>
/// <param name="FreezeOverride">Why a freeze does not hold this time.</param>
public sealed record UndoWanted(Guid? Preview = null, string? Reason = null, string? FreezeOverride = null);

/// <summary>Trying again what failed.</summary>
/// <param name="FreezeOverride">Why a freeze does not hold this time.</param>
public sealed record RetryWanted(string? FreezeOverride = null);
