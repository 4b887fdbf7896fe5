using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>A run being applied: what every step needs.</summary>
internal sealed record Applying(RunRow Run, SyncLinkRow Link, Cycle Cycle, Reader Reader, LinkLease Lease)
{
    private volatile Problem? _stopped;

    /// <summary>The failure of the whole credential that was met: whatever has not been sent yet is not sent any more (invariant 19).</summary>
    public Problem? Stopped => _stopped;

    /// <summary>For a write: none of the run's intents is committed once the outcome of such a failure is.</summary>
    public KeyUse Write(string purpose) => Use(purpose) with
    {
        Fence = FenceAsync,
        Failed = failure => _stopped ??= StopsTheRun(failure) ? failure.Problem : null,
        Hold = Lease.HoldAsync,
    };

    /// <summary>For a read.</summary>
    public KeyUse Use(string purpose) => SyncReader.UseOf(Link, Reader) with { Purpose = $"{Reader.Purpose}: {purpose}", Version = Cycle.Inputs.KeyVersion };

    /// <summary>One person's failure never stops the others; one of the whole credential stops the run at once (invariant 19).</summary>
    public static bool StopsTheRun(AppleException failure) => failure.Reach is not FailureReach.Request && !failure.MayHaveCommitted;

    private async Task FenceAsync(PortalDbContext db, CancellationToken cancel)
    {
        await Lease.FenceAsync(db, cancel);
        if (_stopped is not null) throw new RunStoppedException();
    }
}

/// <summary>
/// Carries a stored plan out in the cheapest calls: known people in one relationship call, unknown ones one by one, then
/// invitations, and removals last. What became of a write is settled by <see cref="SyncVerifier"/>, never by its answer alone.
/// </summary>
internal sealed class SyncApplier(RunItems items, AppStoreConnectClient apple, IOptions<SyncOptions> options)
{
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
        var addresses = open.Select(item => EmailAddress.TryParse(item.Email)).OfType<EmailAddress>().ToList();
        var known = await apple.FindTestersAsync(run.Use("look up testers"), run.Link.AppId, addresses, cancel);
        if (!known.Complete) throw new AppleException(known.Because ?? SyncProblems.ShortRead("The app's testers"), FailureReach.Passing);
        var ids = known.Items.GroupBy(t => EmailAddress.TryParse(t.Email)!.Key).ToDictionary(g => g.Key, g => g.MinBy(t => t.Id, StringComparer.Ordinal)!.Id, StringComparer.Ordinal);
        foreach (var item in open) item.TesterId = ids.GetValueOrDefault(item.PersonKey);

        foreach (var batch in open.Where(item => item.TesterId is not null).Chunk(options.Value.BatchSize)) await BatchAsync(run, batch, apple.AddToGroupAsync, "add testers", cancel);
        await Parallel.ForEachAsync(open.Where(item => item.TesterId is null), new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallel, CancellationToken = cancel },
            async (item, _) => await OneAsync(run, item, async () => item.TesterId = await CreateAsync(run, item, cancel), cancel));
    }

    private async Task<string> CreateAsync(Applying run, RunItemRow item, CancellationToken cancel)
    {
        var planned = run.Cycle.Plan.Items.FirstOrDefault(i => i.PersonKey == item.PersonKey);
        var tester = await apple.CreateTesterAsync(run.Write("add new tester"), run.Link.GroupId, EmailAddress.TryParse(item.Email)!, planned?.FirstName, planned?.LastName, cancel);
        return tester.Id;
    }

    /// <summary>In the group without an invitation while there is something to test (invariant 20).</summary>
    private async Task InviteAsync(Applying run, CancellationToken cancel)
    {
        foreach (var planned in run.Cycle.Plan.Items.Where(item => item is { NeedsInvitation: true, TesterId: not null }))
        {
            if (await items.BySameKeyAsync(run.Run.Id, planned.PersonKey, cancel) is not { Outcome: ItemOutcome.None } item) continue;
            await OneAsync(run, item, () => apple.SendInvitationAsync(run.Write("send invitation"), run.Link.AppId, planned.TesterId!, cancel), cancel);
        }
    }

    private async Task RemoveAsync(Applying run, CancellationToken cancel)
    {
        var open = await items.OpenAsync(run.Run.Id, PlanAction.Remove, cancel);
        if (open.Count == 0) return;
        // Invariant 13: the people concerned are read again before anyone is removed.
        var addresses = open.Select(item => EmailAddress.TryParse(item.Email)).OfType<EmailAddress>().ToList();
        var again = await apple.FindTestersAsync(run.Use("read again before removing"), run.Link.AppId, addresses, cancel);
        if (!again.Complete) throw new AppleException(again.Because ?? SyncProblems.ShortRead("The people to remove"), FailureReach.Passing);
        var still = again.Items.Where(t => t.GroupIds.Contains(run.Link.GroupId)).Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        var stay = await items.AddsNotInAsync(run.Run.Id, cancel);
        var after = run.Cycle.Plan.Items.Where(i => i is { Action: PlanAction.Remove, After: not null }).DistinctBy(i => i.PersonKey).ToDictionary(i => i.PersonKey, i => i.After!, StringComparer.Ordinal);

        var go = new List<RunItemRow>();
        foreach (var item in open)
        {
            // Invariant 22: while the new address is not in, the old one stays.
            if (after.TryGetValue(item.PersonKey, out var newKey) && stay.Contains(newKey)) await items.SettleAsync(run, item, ItemOutcome.NotTried, SyncProblems.NewAddressNotIn, null, cancel);
            else if (item.TesterId is null || !still.Contains(item.TesterId)) await items.SettleAsync(run, item, ItemOutcome.PendingAtApple, null, null, cancel);
            else go.Add(item);
        }
        foreach (var batch in go.Chunk(options.Value.BatchSize)) await BatchAsync(run, batch, apple.RemoveFromGroupAsync, "remove testers", cancel);
    }

    /// <summary>One call for many; a refusal of the call halves it until the one it is about stands alone (invariant 19).</summary>
    private async Task BatchAsync(Applying run, RunItemRow[] batch, Func<KeyUse, string, IReadOnlyList<string>, CancellationToken, Task> write, string purpose, CancellationToken cancel)
    {
        await items.ThrowIfCancelledAsync(run.Run.Id, cancel);
        await items.MarkSentAsync(run, batch, cancel);
        try
        {
            await write(run.Write(purpose), run.Link.GroupId, [.. batch.Select(item => item.TesterId!)], cancel);
        }
        catch (AppleException refusal) when (refusal is { Reach: FailureReach.Request, MayHaveCommitted: false } && batch.Length > 1)
        {
            await BatchAsync(run, batch[..(batch.Length / 2)], write, purpose, cancel);
            await BatchAsync(run, batch[(batch.Length / 2)..], write, purpose, cancel);
            return;
        }
        catch (AppleException failure)
        {
            foreach (var item in batch) await SettleFailureAsync(run, item, failure, cancel);
            if (Applying.StopsTheRun(failure)) throw;
            return;
        }
        foreach (var item in batch) await items.SettleAsync(run, item, ItemOutcome.PendingAtApple, null, null, cancel);
    }

    private async Task OneAsync(Applying run, RunItemRow item, Func<Task> write, CancellationToken cancel)
    {
        await items.ThrowIfCancelledAsync(run.Run.Id, cancel);
        if (run.Stopped is not null) return;
        await items.MarkSentAsync(run, [item], cancel);
        try
        {
            await write();
        }
        catch (AppleException failure)
        {
            await SettleFailureAsync(run, item, failure, cancel);
            if (Applying.StopsTheRun(failure)) throw;
            return;
        }
        catch (RunStoppedException)
        {
            // Its intent came after another's failure: this one was not sent.
            await items.SettleAsync(run, item, ItemOutcome.NotTried, run.Stopped, null, cancel);
            return;
        }
        await items.SettleAsync(run, item, ItemOutcome.PendingAtApple, null, null, cancel);
    }

    private Task SettleFailureAsync(Applying run, RunItemRow item, AppleException failure, CancellationToken cancel)
    {
        // Nobody knows whether it was done (invariant 37): the read-back decides. Of refusals too: "already in" is a success (invariant 18).
        var outcome = failure.MayHaveCommitted ? ItemOutcome.Sent : failure.Reach is FailureReach.Request ? ItemOutcome.Refused : ItemOutcome.NotTried;
        return items.SettleAsync(run, item, outcome, failure.Problem, failure, cancel);
    }
}

/// <summary>Somebody asked the run to stop.</summary>
internal sealed class RunCancelledException() : Exception("The run was cancelled.");

/// <summary>A failure of the whole credential came first.</summary>
internal sealed class RunStoppedException() : Exception("The run was stopped.");
