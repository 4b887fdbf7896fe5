using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

/// <summary>The side doors over HTTP, for tests and the demo. A wrong name answers 404, a wrong value 400, both with a sentence.</summary>
internal static class SimEndpoints
{
    public static void MapSim(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Results.Redirect("/sim"));
        var sim = app.MapGroup("/sim").AddEndpointFilter(SayWhatIsWrong);
        sim.MapGet("", SimPage.Show);
        sim.MapGet("state", SimState.Read);
        sim.MapGet("clock", (World world) => Clock(world));
        sim.MapPost("clock", (Step step, World world) => world.Advance(TimeSpan.FromSeconds(step.AdvanceSeconds))
            ? Results.Ok(Clock(world)) : Results.Conflict(new { message = "The clock belongs to whoever started the simulator." }));
        sim.MapGet("switches", (World world) => world.Switches);
        sim.MapPost("switches", (JsonObject changes, World world) => world.ChangeSwitches(changes));
        sim.MapPost("reset", (NewWorld? wanted, World world) => world.Reset(wanted?.Size ?? WorldSize.Standard));
        sim.MapGet("ledger", (World world, long? since, string? keyId, string? template) => world.Ledger.Since(since ?? 0)
            .Where(e => (keyId is null || e.KeyId == keyId) && (template is null || e.PathTemplate == template)));
        sim.MapGet("ledger/sums", (World world) => world.Ledger.Sums());
        sim.MapDelete("ledger", (World world) => world.Ledger.Clear());
        sim.MapGet("outbox", (World world) => world.Outbox);
        sim.MapDelete("outbox", (World world) => world.ClearOutbox());
        sim.MapGet("releases", (World world) => world.Releases);
        MapFaults(sim);
        MapApple(sim);
        MapTeams(sim);
    }

    private static void MapFaults(RouteGroupBuilder sim)
    {
        sim.MapGet("faults", (World world) => new
        {
            kinds = Faults.Kinds, randomKinds = Faults.RandomKinds, waiting = world.Faults.Waiting, held = world.Faults.Held, seed = world.Faults.Seed, struck = world.Faults.Struck,
        });
        sim.MapPost("faults", (Fault fault, World world) => world.Faults.Add(fault));
        sim.MapPost("faults/seed", (FaultSeed seed, World world) => world.Faults.Throw(seed));
        sim.MapDelete("faults/struck", (World world) => world.Faults.ForgetStruck());
        sim.MapDelete("faults", (World world) => world.Faults.Clear());
        sim.MapPost("faults/release", (World world) => new { released = world.Faults.Release() });
    }

    private static void MapApple(RouteGroupBuilder sim)
    {
        sim.MapPost("keys", (NewKey key, World world) => world.CreateKey(key.Name ?? "Portal", key.Role ?? "APP_MANAGER", key.Individual));
        sim.MapPost("keys/{id}/revoke", (string id, World world) => world.RevokeKey(id) ? Results.NoContent() : Results.NotFound(new { message = $"There is no key '{id}'." }));
        sim.MapPost("keys/{id}/role", (string id, NewRole change, World world) => world.ChangeKeyRole(id, change.Role) ? Results.NoContent() : Results.NotFound(new { message = $"There is no key '{id}'." }));
        sim.MapGet("groups/{id}/members", (string id, World world) => world.GroupMembers(id));
        sim.MapPost("groups/{id}/members", (string id, NewTester tester, World world) => world.AddTesterByHand(id, tester.Email, tester.FirstName, tester.LastName));
        sim.MapDelete("groups/{id}/members/{email}", (string id, string email, World world) => new { removed = world.RemoveTesterByHand(id, email) });
        sim.MapPost("groups/{id}/fill", (string id, Fill fill, World world) => world.FillGroup(id, fill.Count));
        sim.MapPost("groups/{id}/seed", (string id, Seeding seeding, World world) => world.SeedTesters(seeding.AppId, id, seeding.Count, seeding.State ?? "INSTALLED", seeding.From));
        sim.MapPost("groups/{id}/join", (string id, Joining joining, World world) => world.JoinByPublicLink(id, joining.Email) is { } member
            ? Results.Ok(member) : Results.Conflict(new { message = "The public link is off or full." }));
        sim.MapPost("testers/accept", (Acceptance tester, World world) => world.Accept(tester.Email, tester.AppId) is { } state
            ? Results.Ok(new { state }) : Results.NotFound(new { message = "Nobody invited this address to this app." }));
        sim.MapPost("testers/state", (TesterState tester, World world) => world.SetTesterState(tester.Email, tester.AppId, tester.State));
        sim.MapPost("builds", (NewBuild build, World world) => new { id = world.UploadBuild(build.AppId, build.Version, build.Number, build.ExternalState, build.AgeInDays, build.InternalOnly) });
        sim.MapPost("builds/{id}/review", (string id, Review review, World world) => world.ScriptReview(id, review.Outcome));
        sim.MapPost("builds/{id}/state", (string id, BuildState state, World world) => world.SetExternalState(id, state.ExternalState));
    }

    private static void MapTeams(RouteGroupBuilder sim)
    {
        sim.MapGet("teams/{team}/members", (string team, World world) => world.TeamMembers(team));
        sim.MapPost("teams/{team}/members", (string team, NewMember member, World world) =>
            world.AddTeamMember(team, member.FirstName ?? "", member.LastName ?? "", member.Email, member.AppleEmail));
        sim.MapPut("teams/{team}/members/{idOrEmail}/apple-email", (string team, string idOrEmail, NewAppleEmail change, World world) =>
            new { changed = world.ChangeAppleEmail(team, idOrEmail, change.AppleEmail) });
        sim.MapDelete("teams/{team}/members/{idOrEmail}", (string team, string idOrEmail, World world) => new { removed = world.RemoveTeamMember(team, idOrEmail) });
        sim.MapPost("teams/{team}/fill", (string team, Fill fill, World world) => world.FillTeam(team, fill.Count));
        sim.MapPost("teams/{team}/shrink", (string team, Shrink shrink, World world) => world.ShrinkTeam(team, shrink.Keep));
    }

    private static object Clock(World world) => new { now = world.Now, canAdvance = world.Time is VirtualClock, offsetSeconds = (world.Time as VirtualClock)?.Offset.TotalSeconds ?? 0 };

    private static async ValueTask<object?> SayWhatIsWrong(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (KeyNotFoundException missing)
        {
            return Results.NotFound(new { message = missing.Message });
        }
        catch (Exception wrong) when (wrong is ArgumentException or JsonException)
        {
            return Results.BadRequest(new { message = wrong.Message });
        }
    }

    private sealed record Step(double AdvanceSeconds);
    private sealed record NewKey(string? Name, string? Role, bool Individual = false);
    private sealed record NewRole(string Role);
    private sealed record NewTester(string Email, string? FirstName, string? LastName);
    private sealed record Fill(int Count);
    private sealed record Acceptance(string Email, string AppId);
    private sealed record TesterState(string Email, string AppId, string State);
    private sealed record NewBuild(string AppId, string Version, string Number, string? ExternalState, int AgeInDays, bool InternalOnly);
    private sealed record Review(string? Outcome);
    private sealed record Seeding(string AppId, int Count, string? State, int From);
    private sealed record Joining(string? Email);
    private sealed record NewWorld(WorldSize? Size);
    private sealed record BuildState(string ExternalState);
    private sealed record NewMember(string Email, string? FirstName, string? LastName, string? AppleEmail);
    private sealed record NewAppleEmail(string? AppleEmail);
    private sealed record Shrink(int Keep);
}
