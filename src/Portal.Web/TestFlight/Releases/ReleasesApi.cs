using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight.Releases;
using Portal.Web.SignIn;
using Portal.Web.Sync;

namespace Portal.Web.TestFlight.Releases;

/// <summary>Build monitoring and the releases it makes, over REST.</summary>
internal static class ReleasesApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapReleases(this RouteGroupBuilder api)
    {
        var see = api.MapGroup("").WithTags("Releases").RequireAuthorization(nameof(Permission.SeeTestFlight));
        see.MapGet("/links/{id:guid}/build-monitoring", MonitorAsync).WithSummary("What new builds of a link make in Centercode").ProducesProblem(StatusCodes.Status404NotFound);
        see.MapGet("/links/{id:guid}/releases", OfLinkAsync).WithSummary("Builds seen in a link's group and the releases they made, newest first");
        see.MapGet("/builds/{id}/releases", OfBuildAsync).WithSummary("The links whose groups have a build, and the releases it made");

        var act = api.MapGroup("").WithTags("Releases").RequireAuthorization(nameof(Permission.RunSync));
        act.MapPut("/links/{id:guid}/build-monitoring", ChangeAsync).WithSummary("Change what new builds of a link make").WithDescription("mode is Off, Draft or Published. mailTo names addresses separated by commas.").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapPost("/links/{id:guid}/releases", CreateAsync).WithSummary("Create the release of a build by hand").WithDescription("One per link and build; one that Centercode refused is tried again. It is sent in the background: ask again for what came of it.").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapPost("/releases/{id:guid}/settle", SettleAsync).WithSummary("Say whether an unconfirmed release is there").WithDescription("Centercode offers create only. isThere=false creates it again: if there is one after all, there will be two.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<MonitorView>> MonitorAsync(Guid id, ReleaseService releases, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await releases.MonitorAsync(id, caller.Actor, cancel));

    private static async Task<Ok<IReadOnlyList<BuildHistoryLine>>> OfLinkAsync(Guid id, ReleaseService releases, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await releases.OfLinkAsync(id, caller.Actor, cancel));

    private static async Task<Ok<IReadOnlyList<BuildHistoryLine>>> OfBuildAsync(string id, ReleaseService releases, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await releases.OfBuildAsync(id, caller.Actor, cancel));

    private static async Task<Ok<MonitorView>> ChangeAsync(Guid id, MonitorWanted wanted, ReleaseService releases, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await releases.ChangeMonitorAsync(id, ModeOf(wanted.Mode), wanted.MailTo, wanted.ConnectionId, caller.Actor, cancel));

    private static async Task<Accepted<ReleaseView>> CreateAsync(Guid id, ReleaseWanted wanted, ReleaseService releases, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Accepted((string?)null, await releases.CreateAsync(id, wanted.BuildId ?? "", ModeOf(wanted.Mode), caller.Actor, cancel));

    private static async Task<Ok<ReleaseView>> SettleAsync(Guid id, ReleaseSettled settled, ReleaseService releases, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await releases.SettleAsync(id, settled.IsThere, caller.Actor, cancel));

    private static ReleaseMode ModeOf(string? mode) => SyncStateViews.Read<ReleaseMode>(mode) ?? throw new ProblemException(ReleaseProblems.ModeMissing);
}

/// <summary>What new builds of a link shall make.</summary>
public sealed record MonitorWanted(string? Mode, string? MailTo, Guid? ConnectionId);

/// <summary>The build a release is for, and Draft or Published.</summary>
public sealed record ReleaseWanted(string? BuildId, string? Mode);

/// <summary>What a person saw in Centercode.</summary>
public sealed record ReleaseSettled(bool IsThere);
