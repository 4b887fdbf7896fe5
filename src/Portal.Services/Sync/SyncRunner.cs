using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>
/// The only applier. Read both sides, plan, weigh, store the plan, apply it in the cheapest calls, read back, settle. A run that
/// lost its runner is read and planned again by the next one, never replayed (F32).
/// </summary>
internal sealed class SyncRunner(Database database, LinkLeases leases, SyncReader reader, RunBook book, SyncApplier applier, SyncVerifier verifier, QuietChecks quiet, TesterMirror mirror, TimeProvider time, ILogger<SyncRunner> log)
{
    /// <summary>Carries one asked-for run out, if this node gets the link.</summary>
    public async Task RunAsync(Guid runId, CancellationToken cancel)
    {
        var linkId = await LinkOfAsync(runId, cancel);
        if (linkId is null || await leases.TryTakeAsync(linkId.Value, cancel) is not { } lease) return;
        await using (lease)
        {
            var (run, link) = await LoadAsync(runId, cancel);
            // Over, or held: a held one goes on once somebody let it through, whoever knocks before.
            if (run.State.IsOver(run.Mode) || run.State is RunState.AwaitingApproval)
            {
                lease.Clean = true;
                return;
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
            var actor = new Actor(run.StartedById, run.StartedByName, run.Trigger is RunTrigger.Schedule ? ActorKind.Job : ActorKind.Person, ImmutableHashSet<Role>.Empty, "job");
            var reader = new Reader(actor, run.Id, run.Mode is SyncMode.Preview ? "preview" : "sync", lease, run.OnlyPersonKey)
            {
                OnlyLooks = run.Mode is SyncMode.Preview, EndsProject = run.Purpose is RunPurpose.EndOfProject,
                Undoes = run.Purpose is RunPurpose.Undo ? run.OfRunId : null, Retries = run.Purpose is RunPurpose.Sync ? run.OfRunId : null,
                // What was held was read whole; the probe tells whether the group is still that size, and who goes is read again anyway.
                Exact = run.ApprovedPlanHash is null || RunBook.HasBegun(run),
            };
            await GuardedAsync(run, lease, () => CarryOutAsync(run, link, reader, lease, null, stop.Token));
        }
    }

    /// <summary>One cycle of the schedule: nothing to do is folded into the link's line, anything else becomes a run.</summary>
    public async Task CheckAsync(Guid linkId, CancellationToken cancel)
    {
        if (await leases.TryTakeAsync(linkId, cancel) is not { } lease) return;
        await using (lease)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
            await using var db = database.Open();
            var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == linkId, stop.Token);
            if (link.State is not (LinkState.Active or LinkState.Paused or LinkState.Blocked) || await book.UnfinishedAsync(linkId, stop.Token) is not null)
            {
                lease.Clean = true;
                return;
            }
            // All links of the app that are due with this one look at it once.
            var check = new Reader(Actor.Schedule, null, "check", lease) { Exact = false, Since = link.NextDueAt };
            (Cycle? cycle, RunRow? run) = (null, null);
            await GuardedAsync(null, lease, async () =>
            {
                cycle = await CheckedAsync(link, check, lease, stop.Token);
                if (cycle is not null) run = await book.StartScheduledAsync(link, lease, stop.Token);
            });
            if (run is null) return;
            // Clean again only when the run came to its end: broken off, its last requests may still land.
            lease.Clean = false;
            await GuardedAsync(run, lease, () => CarryOutAsync(run, link, check with { RunId = run.Id, Purpose = "sync" }, lease, cycle, stop.Token));
        }
    }

    /// <summary>Reads and plans; null when there is nothing for a run to do.</summary>
    private async Task<Cycle?> CheckedAsync(SyncLinkRow link, Reader check, LinkLease lease, CancellationToken cancel)
    {
        try
        {
            var (from, mirrored) = (time.GetUtcNow(), mirror.ChangesOf(new MirrorPlace(link.IssuerId, link.AppId), link.GroupId));
            if (await reader.CheckAsync(link, check, cancel) is not { } cycle)
            {
                await book.UnchangedAsync(link, lease, cancel);
                return null;
            }
            await book.CheckedAsync(link, cycle, lease, cancel);
            await quiet.RememberAsync(link, cycle, lease, from, mirrored, cancel);
            // Invariant 34: a paused link shows drift, and so does one that may not write now; a blocked one waits for a person.
            var onlyLooks = link.Policy.DriftOnly || link.LooksOnlySince is not null || FreezeCalendar.Of(link.Policy).Until(time.GetUtcNow()) is not null;
            var isToDo = link.State is LinkState.Active && !onlyLooks && !(cycle.Plan.ChangesNothing && cycle.Verdict is SyncVerdict.Proceed);
            return isToDo && !await book.IsHeldAsync(link, cycle, cancel) ? cycle : null;
        }
        catch (CycleException failure)
        {
            await book.CheckFailedAsync(link, failure, lease, cancel);
            return null;
        }
    }

    private async Task CarryOutAsync(RunRow run, SyncLinkRow link, Reader who, LinkLease lease, Cycle? cycle, CancellationToken cancel)
    {
        if (link.State is LinkState.Retired)
        {
            await book.EndAsync(run, link, RunState.Cancelled, SyncProblems.LinkRetired(), who.Actor, lease, cancel);
            return;
        }
        try
        {
            await book.ReadingAsync(run, who.Actor, lease, cancel);
            cycle ??= await reader.ReadAsync(link, who, cancel);
        }
        catch (CycleException failure)
        {
            await book.EndAsync(run, link, failure.Blocks ? RunState.Blocked : RunState.Failed, failure.Problem, who.Actor, lease, cancel);
            return;
        }
        if (run.ApprovedPlanHash is not null && !RunBook.IsApproved(run, cycle))
        {
            run = await book.PlanAnewAsync(run, link, cycle, who.Actor, lease, cancel);
            who = who with { RunId = run.Id };
        }
        cycle = await book.NarrowAsync(run, cycle, cancel);
        await book.PlannedAsync(run, link, cycle, who.Actor, lease, cancel);
        if (run.Mode is SyncMode.Preview) return;
        if (run.WantedPlanHash is { } wanted && wanted != cycle.Plan.Hash && !RunBook.HasBegun(run))
        {
            await book.EndAsync(run, link, RunState.Blocked, SyncProblems.PlanChanged(cycle.Plan.Adds, cycle.Plan.Removals), who.Actor, lease, cancel);
            return;
        }
        if (cycle.Verdict is SyncVerdict.Blocked blocked)
        {
            await book.EndAsync(run, link, RunState.Blocked, blocked.Problem, who.Actor, lease, cancel);
            return;
        }
        // Over a limit: stops before the first write, until a second person allows this very plan (invariants 14, 31).
        if (cycle.Verdict is SyncVerdict.NeedsApproval held && !RunBook.IsApproved(run, cycle))
        {
            await book.HeldAsync(run, link, cycle, held.Problem, who.Actor, lease, cancel);
            return;
        }
        var applying = new Applying(run, link, cycle, who, lease);
        if (await book.BeginAsync(run, link, cycle, lease, cancel) is { } because)
        {
            await book.EndAsync(run, link, because == SyncProblems.Stopped ? RunState.Cancelled : RunState.Blocked, because, who.Actor, lease, cancel);
            return;
        }
        var stopped = await applier.ApplyAsync(applying, cancel);
        await book.VerifyingAsync(run, lease, cancel);
        var unread = await verifier.VerifyAsync(applying, cancel);
        await book.AppliedAsync(applying, stopped ?? unread, cancel);
    }

    /// <summary>A lost lease or a stopping host leaves the run as it stands for the next runner; a fault of ours ends it, said and logged.</summary>
    private async Task GuardedAsync(RunRow? run, LinkLease lease, Func<Task> work)
    {
        try
        {
            await work();
            lease.Clean = true;
        }
        catch (RunOverException)
        {
            lease.Clean = true;
        }
        catch (Exception left) when (left is LeaseLostException or OperationCanceledException)
        {
            log.LogInformation("Run {Run} was left to the next runner: {Reason}", run?.Id, left.GetType().Name);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Run {Run} of link {Link} failed unforeseen. (run-failed)", run?.Id, lease.LinkId);
            await book.FaultAsync(run, lease, CancellationToken.None);
            lease.Clean = true;
        }
    }

    private async Task<Guid?> LinkOfAsync(Guid runId, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Runs.AsNoTracking().Where(r => r.Id == runId).Select(r => (Guid?)r.LinkId).SingleOrDefaultAsync(cancel);
    }

    private async Task<(RunRow Run, SyncLinkRow Link)> LoadAsync(Guid runId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var run = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == runId, cancel);
        return (run, await db.Links.AsNoTracking().SingleAsync(l => l.Id == run.LinkId, cancel));
    }
}
