using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Services.Sync;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>How many calls a key has left, and what a run will take of them.</summary>
public sealed class CallForecasts
{
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly KeyBudgets _budgets;
    private readonly IOptions<SyncOptions> _sync;
    private readonly TimeProvider _time;

    internal CallForecasts(Database database, AccessGuard guard, KeyBudgets budgets, IOptions<SyncOptions> sync, TimeProvider time) =>
        (_database, _guard, _budgets, _sync, _time) = (database, guard, budgets, sync, time);

    /// <summary>The budget of a credential's key now; null for Centercode's, which has none.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>.</exception>
    public async Task<CallGauge?> OfCredentialAsync(Guid credentialId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeCredentials, cancel);
        await using var db = _database.Open();
        var row = await db.Credentials.AsNoTracking().SingleOrDefaultAsync(c => c.Id == credentialId, cancel) ?? throw new ProblemException(CredentialProblems.NotFound);
        if (row.Kind is not CredentialKind.AppleTeamKey) return null;
        var (state, _) = await _budgets.ReadAsync(row, cancel);
        return CallGauge.Of(state.Situation, state.Most, state.Waiting, _time.GetUtcNow());
    }

    /// <summary>What the run, or the real run after this preview, still takes of its key's calls; null before there is a plan and after its end.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>.</exception>
    public async Task<RunForecast?> OfRunAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        if (run.PlannedAt is null || run.Mode is SyncMode.Real && run.State.IsOver(run.Mode)) return null;
        var credential = await db.Credentials.AsNoTracking().SingleAsync(c => db.Links.Any(l => l.Id == run.LinkId && l.CredentialId == c.Id), cancel);
        var (state, perCall) = await _budgets.ReadAsync(credential, cancel);
        var now = _time.GetUtcNow();
        var calls = RunCalls.ToApply(await PeopleAsync(db, run, cancel), BatchSize.Start(_sync.Value.BatchSize, _sync.Value.LargestBatch));
        // The run after a preview reads both sides anew; one under way at least reads back.
        calls = run.Mode is SyncMode.Preview ? calls + RunCalls.ToPlan(run.GroupCount) : Math.Max(1, calls);
        return new(CallForecast.Of(calls, state.Situation, perCall, now), CallGauge.Of(state.Situation, state.Most, state.Waiting, now));
    }

    /// <summary>Those not sent yet, told apart by what the mirror knows.</summary>
    private static async Task<RunPeople> PeopleAsync(PortalDbContext db, RunRow run, CancellationToken cancel)
    {
        var open = db.RunItems.Where(i => i.RunId == run.Id && i.Outcome == ItemOutcome.None);
        var adds = open.Where(i => i.Action == PlanAction.Add);
        var known = await adds.CountAsync(i => db.Links.Any(l => l.Id == run.LinkId
            && db.MirrorTesters.Any(t => t.IssuerId == l.IssuerId && t.AppId == l.AppId && t.EmailKey == i.PersonKey)), cancel);
        return new(await adds.CountAsync(cancel) - known, known, await open.CountAsync(i => i.Action == PlanAction.Remove, cancel), run.GroupCount);
    }
}

/// <summary>What a run takes, beside what there is.</summary>
public sealed record RunForecast(CallForecast Forecast, CallGauge Gauge);
