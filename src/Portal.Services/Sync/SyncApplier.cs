using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>
/// Carries a stored plan out in the cheapest calls: known people many at a time, unknown ones one by one, then
/// invitations, and removals last. What became of a write is settled by <see cref="SyncVerifier"/>, never by its answer alone.
/// </summary>
internal sealed class SyncApplier(RunItems items, AppStoreConnectClient apple, SyncBatches batches, KnownTesterReader knowing, TesterReads reads, IOptions<SyncOptions> options)
{
    // A write nobody knows the fate of is looked at and, where it was surely not done, sent again: this often at most.
    private const int Rounds = 3;

    /// <summary>Applies until done, cancelled, or a failure of the whole credential (invariant 19), which it returns.</summary>
    public async Task<Problem?> ApplyAsync(Applying run, CancellationToken cancel)
    {
        try
        {
            await AddAsync(run, cancel);
            await InviteAsync(run, cancel);
            await RemoveAsync(run, cancel);
            return null;
        }
        catch (AppleException stop)
        {
            return stop.Problem;
        }
        catch (RunCancelledException)
        {
            return SyncProblems.Stopped;
        }
    }

    private async Task AddAsync(Applying run, CancellationToken cancel)
    {
        var open = await items.OpenAsync(run.Run.Id, PlanAction.Add, cancel);
        if (open.Count == 0) return;
        // The app may know the person from another group: then one call takes many, and no second invitation goes out.
        var known = run.Cycle.Known;
        known = await LookUpAsync(run, known, open.Where(item => !known.Ids.ContainsKey(item.PersonKey) && !known.IsFresh(item.PersonKey)), cancel);
        foreach (var item in open) item.TesterId = known.Ids.GetValueOrDefault(item.PersonKey);
        await AddKnownAsync(run, known, open, cancel);
        await CreateAsync(run, [.. open.Where(item => item.TesterId is null)], cancel);
    }

    /// <summary>Those with an id, many at a time. An id of the mirror's that Apple refuses may be out of date: then the person is looked up.</summary>
    private async Task AddKnownAsync(Applying run, KnownTesters known, List<RunItemRow> open, CancellationToken cancel)
    {
        var write = new GroupWrite(apple.AddToGroupAsync, "add testers", Adds: true);
        var refused = await batches.WriteAsync(run, [.. open.Where(item => item.TesterId is not null)], write, cancel);
        var doubtful = refused.Where(r => !known.IsFresh(r.Item.PersonKey)).ToList();
        known = await LookUpAsync(run, known, doubtful.Select(r => r.Item), cancel);
        var changed = doubtful.Where(r => r.Item.TesterId != known.Ids.GetValueOrDefault(r.Item.PersonKey)).ToList();
        foreach (var (item, _) in changed) item.TesterId = known.Ids.GetValueOrDefault(item.PersonKey);
        var again = changed.Select(r => r.Item).Where(item => item.TesterId is not null).ToList();
        foreach (var (item, failure) in refused.Except(changed).Concat(await batches.WriteAsync(run, again, write, cancel))) await SettleFailureAsync(run, item, failure, cancel);
    }

    private async Task<KnownTesters> LookUpAsync(Applying run, KnownTesters known, IEnumerable<RunItemRow> people, CancellationToken cancel) =>
        await knowing.LookUpAsync(run.Use("look up testers"), run.Cycle.Place, run.Cycle.Probe, known, people.Select(item => item.Email), cancel);

    /// <summary>One request each, some at a time. Those whose request may have been carried out are looked at together before any is sent again (invariant 37).</summary>
    private async Task CreateAsync(Applying run, IReadOnlyList<RunItemRow> people, CancellationToken cancel)
    {
        for (var round = 1; people.Count > 0 && run.Stopped is null; round++)
        {
            var unclear = new ConcurrentQueue<(RunItemRow Item, AppleException Failure)>();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallel, CancellationToken = cancel };
            await Parallel.ForEachAsync(people, parallel, async (item, _) =>
            {
                if (await OneAsync(run, item, () => CreateOneAsync(run, item, cancel), cancel) is { } failure) unclear.Enqueue((item, failure));
            });
            if (unclear.IsEmpty) return;
            if (round < Rounds && run.Stopped is null) people = await batches.LeftToDoAsync(run, [.. unclear.Select(u => u.Item)], adds: true, wait: true, cancel);
            else
            {
                foreach (var (item, failure) in unclear) await SettleFailureAsync(run, item, failure, cancel);
                return;
            }
        }
    }

    private async Task CreateOneAsync(Applying run, RunItemRow item, CancellationToken cancel)
    {
        var planned = run.Cycle.PlannedAdd(item.PersonKey);
        var use = items.Write(run, [item], "add new tester", answer => (item.TesterId = AppStoreConnectClient.IdOf(answer)) is not null);
        await apple.CreateTesterAsync(use, run.Link.GroupId, EmailAddress.TryParse(item.Email)!, planned?.FirstName, planned?.LastName, cancel);
    }

    /// <summary>In the group without an invitation while there is something to test (invariant 20).</summary>
    private async Task InviteAsync(Applying run, CancellationToken cancel)
    {
        AppleException? notOffered = null;
        foreach (var planned in run.Cycle.Plan.Items.Where(item => item is { NeedsInvitation: true, TesterId: not null }))
        {
            if (await items.BySameKeyAsync(run.Run.Id, planned.PersonKey, cancel) is not { Outcome: ItemOutcome.None } item) continue;
            // What Apple no longer does for one it does for nobody: not asked again.
            if (notOffered is not null) await SettleFailureAsync(run, item, notOffered, cancel);
            // A second one could be a second mail: what may have been sent is left to the read-back.
            else if (await OneAsync(run, item, () => SendAsync(item, planned.TesterId!), cancel) is { } failure) await SettleFailureAsync(run, item, failure, cancel);
        }

        async Task SendAsync(RunItemRow item, string testerId)
        {
            try
            {
                await apple.SendInvitationAsync(items.Write(run, [item], "send invitation"), run.Link.AppId, testerId, cancel);
            }
            catch (AppleException refusal) when (refusal.Problem == AppleProblems.InvitationNotOffered)
            {
                notOffered = refusal;
                throw;
            }
        }
    }

    private async Task RemoveAsync(Applying run, CancellationToken cancel)
    {
        var open = await items.OpenAsync(run.Run.Id, PlanAction.Remove, cancel);
        if (open.Count == 0) return;
        // Invariant 13: the people concerned are read again before anyone is removed.
        var addresses = open.Select(item => EmailAddress.TryParse(item.Email)).OfType<EmailAddress>().Distinct().ToList();
        var again = await reads.InGroupAsync(run.Use("read again before removing"), run.Cycle.Place, run.Link.GroupId, addresses, run.Members, cancel);
        if (!again.Complete) throw new AppleException(again.Because ?? SyncProblems.ShortRead("The people to remove"), FailureReach.Passing);
        var still = again.Items.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        var stay = await items.AddsNotInAsync(run.Run.Id, cancel);
        var after = run.Cycle.Plan.Items.Where(i => i is { Action: PlanAction.Remove, After: not null }).DistinctBy(i => i.PersonKey).ToDictionary(i => i.PersonKey, i => i.After!, StringComparer.Ordinal);

        // Invariant 22: while the new address is not in, the old one stays.
        var kept = open.Where(item => after.TryGetValue(item.PersonKey, out var newKey) && stay.Contains(newKey)).ToList();
        var gone = open.Except(kept).Where(item => item.TesterId is null || !still.Contains(item.TesterId)).ToList();
        await items.SettleAllAsync(run, kept, ItemOutcome.NotTried, SyncProblems.NewAddressNotIn, null, cancel);
        await items.SettleAllAsync(run, gone, ItemOutcome.PendingAtApple, null, null, cancel);
        var refused = await batches.WriteAsync(run, [.. open.Except(kept).Except(gone)], new GroupWrite(apple.RemoveFromGroupAsync, "remove testers", Adds: false), cancel);
        foreach (var (item, failure) in refused) await SettleFailureAsync(run, item, failure, cancel);
    }

    /// <summary>One request for one person. Returns the failure that leaves open whether it was done; the caller settles that one.</summary>
    private async Task<AppleException?> OneAsync(Applying run, RunItemRow item, Func<Task> write, CancellationToken cancel)
    {
        if (run.Stopped is not null) return null;
        try
        {
            await write();
            return null;
        }
        catch (AppleException failure)
        {
            if (failure.MayHaveCommitted) return failure;
            await SettleFailureAsync(run, item, failure, cancel);
            if (Applying.StopsTheRun(failure)) throw;
            return null;
        }
        catch (RunStoppedException)
        {
            // Its intent came after another's failure: this one was not sent.
            await items.SettleAsync(run, item, ItemOutcome.NotTried, run.Stopped, null, cancel);
            return null;
        }
    }

    private Task SettleFailureAsync(Applying run, RunItemRow item, AppleException failure, CancellationToken cancel)
    {
        // Nobody knows whether it was done (invariant 37): the read-back decides. Of refusals too: "already in" is a success (invariant 18).
        var outcome = failure.MayHaveCommitted ? ItemOutcome.Sent : failure.Reach is FailureReach.Request ? ItemOutcome.Refused : ItemOutcome.NotTried;
        return items.SettleAsync(run, item, outcome, failure.Problem, failure, cancel);
    }
}
