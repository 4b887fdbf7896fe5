using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Rules;
using Portal.Web.SignIn;

namespace Portal.Web.TestFlight;

/// <summary>Builds, their groups and auto-build rules over REST: the same services the pages call.</summary>
internal static class TestFlightApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapTestFlight(this RouteGroupBuilder api)
    {
        var see = api.MapGroup("").WithTags("Builds").RequireAuthorization(nameof(Permission.SeeTestFlight));
        see.MapGet("/apps", AppsAsync).WithSummary("Every app the portal's keys see").WithDescription("As last read from Apple, at most ten minutes old; refresh=true reads anew.");
        see.MapGet("/apps/{id}/builds", BuildsAsync).WithSummary("An app's builds, newest first, with whom each reaches").ProducesProblem(StatusCodes.Status409Conflict);
        see.MapGet("/builds/{id}/what-to-test", TextsAsync).WithSummary("What testers are asked to test, by language");
        see.MapGet("/groups/{id}/auto-build-rule", RuleAsync).WithSummary("A group's auto-build rule and what it did").ProducesProblem(StatusCodes.Status404NotFound);

        var act = api.MapGroup("").WithTags("Builds").RequireAuthorization(nameof(Permission.RunSync));
        act.MapPost("/assignments", AssignAsync).WithSummary("Give builds to groups, or take them away")
            .WithDescription("Every build for every group, at most 50 pairs; give=false takes them away. Each pair has its own outcome: one that fails stops no other. Confirmed means a fresh read shows it.");
        act.MapPut("/builds/{id}/what-to-test/{locale}", WriteAsync).WithSummary("Write what testers are asked to test").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapPost("/builds/{id}/notifications", NotifyAsync).WithSummary("Have Apple tell the testers of a build").WithDescription("Apple may mail everybody who has the build, each time.").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapPut("/groups/{id}/auto-build-rule", SaveRuleAsync).WithSummary("Make or change a group's auto-build rule")
            .WithDescription("It acts on builds uploaded from the moment it was switched on. Who changes the answer about encryption answers in their own name.").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapPost("/groups/{id}/auto-build-rule/dry-run", DryRunAsync).WithSummary("What a rule would do with the app's newest builds, had they come now").WithDescription("Changes nothing.").ProducesProblem(StatusCodes.Status409Conflict);
        act.MapDelete("/groups/{id}/auto-build-rule", RemoveRuleAsync).WithSummary("Remove a group's auto-build rule").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<AppOfApi>>> AppsAsync(TestFlightService testFlight, CallerActor caller, CancellationToken cancel, bool refresh = false)
    {
        var apps = await testFlight.AppsAsync(caller.Actor, refresh, cancel);
        return TypedResults.Ok<IReadOnlyList<AppOfApi>>([.. apps.Value.Apps.Select(line => new AppOfApi(line.App.Id, line.App.Name, line.App.BundleId, line.Groups))]);
    }

    private static async Task<Ok<BuildsOfApi>> BuildsAsync(string id, TestFlightService testFlight, CallerActor caller, CancellationToken cancel, bool refresh = false)
    {
        var app = await testFlight.AppAsync(caller.Actor, id, refresh, cancel);
        return TypedResults.Ok(new BuildsOfApi(app.ReadAt,
            [.. app.Value.Groups.Select(line => new GroupOfApi(line.Group.Id, line.Group.Name, line.Group.IsInternal, line.Group.TesterCount))],
            [.. app.Value.Builds.Select(line => new BuildOfApi(line.Build, [.. line.Reach.Where(reach => reach.Group is not null).Select(reach => reach.Group!.Name)]))]));
    }

    private static async Task<Ok<IReadOnlyList<BuildText>>> TextsAsync(string id, TestFlightService testFlight, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await testFlight.BuildTextsAsync(caller.Actor, id, cancel));

    private static async Task<Ok<IReadOnlyList<AssignmentDone>>> AssignAsync(AssignmentChange change, TestFlightService testFlight, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await testFlight.ChangeAssignmentsAsync(caller.Actor, change with { GroupIds = change.GroupIds ?? [], BuildIds = change.BuildIds ?? [] }, cancel));

    private static async Task<Ok<IReadOnlyList<BuildText>>> WriteAsync(string id, string locale, TextWanted wanted, TestFlightService testFlight, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await testFlight.WriteBuildTextAsync(caller.Actor, id, locale, wanted.Text ?? "", cancel));

    private static async Task<NoContent> NotifyAsync(string id, TestFlightService testFlight, CallerActor caller, CancellationToken cancel)
    {
        await testFlight.NotifyTestersAsync(caller.Actor, id, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RuleView>> RuleAsync(string id, AutoBuildService rules, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await rules.FindAsync(id, caller.Actor, cancel) ?? throw new Domain.ProblemException(Domain.TestFlight.Rules.RuleProblems.NotFound));

    private static async Task<Ok<RuleView>> SaveRuleAsync(string id, RuleWanted wanted, AutoBuildService rules, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await rules.SaveAsync(id, wanted, caller.Actor, cancel));

    private static async Task<Ok<IReadOnlyList<DryRunLine>>> DryRunAsync(string id, RuleWanted wanted, AutoBuildService rules, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await rules.DryRunAsync(id, wanted, caller.Actor, cancel));

    private static async Task<NoContent> RemoveRuleAsync(string id, AutoBuildService rules, CallerActor caller, CancellationToken cancel)
    {
        await rules.RemoveAsync(id, caller.Actor, cancel);
        return TypedResults.NoContent();
    }
}

/// <summary>An app.</summary>
public sealed record AppOfApi(string Id, string Name, string BundleId, int Groups);

/// <summary>A group of an app.</summary>
public sealed record GroupOfApi(string Id, string Name, bool IsInternal, int? Testers);

/// <summary>A build and the groups it reaches.</summary>
public sealed record BuildOfApi(Build Build, IReadOnlyList<string> Groups);

/// <summary>An app's groups and builds as read from Apple at a time.</summary>
public sealed record BuildsOfApi(DateTimeOffset ReadAt, IReadOnlyList<GroupOfApi> Groups, IReadOnlyList<BuildOfApi> Builds);

/// <summary>What testers are asked to test.</summary>
public sealed record TextWanted(string? Text);
