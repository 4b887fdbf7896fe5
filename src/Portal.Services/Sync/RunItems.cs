using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>The stored people of a run: what is open, what is on the way, what became of it. Every change moves the run's revision.</summary>
internal sealed class RunItems(Database database, TimeProvider time)
{
    public async Task<List<RunItemRow>> OpenAsync(Guid runId, PlanAction action, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.RunItems.AsNoTracking().Where(i => i.RunId == runId && i.Action == action && i.Outcome == ItemOutcome.None).OrderBy(i => i.Ordinal).ToListAsync(cancel);
    }

    public async Task<RunItemRow?> BySameKeyAsync(Guid runId, string personKey, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.RunItems.AsNoTracking().FirstOrDefaultAsync(i => i.RunId == runId && i.PersonKey == personKey && i.Action == PlanAction.Keep, cancel);
    }

    /// <summary>Keys of adds that Apple did not take: what waits for them must not happen.</summary>
    public async Task<HashSet<string>> AddsNotInAsync(Guid runId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var keys = await db.RunItems.AsNoTracking().Where(i => i.RunId == runId && i.Action == PlanAction.Add && i.Outcome != ItemOutcome.PendingAtApple && i.Outcome != ItemOutcome.Confirmed)
            .Select(i => i.PersonKey).ToListAsync(cancel);
        return keys.ToHashSet(StringComparer.Ordinal);
    }

    public static async Task ThrowIfCancelledAsync(PortalDbContext db, Guid runId, CancellationToken cancel)
    {
        if (await db.Runs.AnyAsync(r => r.Id == runId && (r.CancelRequested || db.Links.Any(l => l.Id == r.LinkId && l.State == LinkState.Retired)), cancel)) throw new RunCancelledException();
    }

    /// <summary>
    /// For a write about these people: what is said of them stands and falls with the record of the request, sent with its intent,
    /// done with its outcome.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="people">Whom the request is about.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="read">Takes what the answer says of them; false: it says nothing, and the caller settles them.</param>
    public KeyUse Write(Applying run, IReadOnlyCollection<RunItemRow> people, string purpose, Func<AppleAnswer, bool>? read = null)
    {
        var isMarked = false;
        return run.Write(purpose) with
        {
            Intended = async (db, cancel) =>
            {
                if (isMarked) return;
                isMarked = true;
                await MarkSentAsync(db, run, people, cancel);
            },
            Withdrawn = async db =>
            {
                await WithdrawAsync(db, run, people);
                isMarked = false;
            },
            Answered = async (db, answer) =>
            {
                if (read is null || read(answer)) await SettleAllAsync(db, run, people, ItemOutcome.PendingAtApple, null, null, CancellationToken.None);
            },
        };
    }

    /// <summary>
    /// Written before the request goes out: an add is entered into the ledger at once, so that a membership made by a request whose
    /// answer nobody heard is known to be ours after a restart (F32).
    /// </summary>
    private async Task MarkSentAsync(PortalDbContext db, Applying run, IReadOnlyCollection<RunItemRow> batch, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var item in batch)
        {
            // The caller's copy of the row: only what it says of the request is written.
            var entry = db.RunItems.Attach(item);
            (item.Outcome, item.Attempts) = (ItemOutcome.Sent, item.Attempts + 1);
            entry.Property(i => i.Outcome).IsModified = entry.Property(i => i.Attempts).IsModified = entry.Property(i => i.TesterId).IsModified = true;
        }
        var added = batch.Where(i => i.Action is PlanAction.Add).ToList();
        var keys = added.Select(i => i.PersonKey).ToList();
        var known = await db.Memberships.Where(m => m.LinkId == run.Link.Id && keys.Contains(m.PersonKey)).ToDictionaryAsync(m => m.PersonKey, cancel);
        foreach (var item in added)
        {
            if (!known.TryGetValue(item.PersonKey, out var row))
            {
                row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = run.Link.Id, PersonKey = item.PersonKey, FirstSeenAt = now };
                db.Memberships.Add(row);
            }
            (row.Origin, row.MemberId, row.TesterId, row.LastSeenAt) = (MembershipOrigin.Sync, item.MemberId ?? row.MemberId, item.TesterId ?? row.TesterId, now);
            (row.ConfirmedAt, row.RemovedAt, row.GoneSince) = (null, null, null);
        }
    }

    /// <summary>As if nothing had been said of them: nothing was sent.</summary>
    private static async Task WithdrawAsync(PortalDbContext db, Applying run, IReadOnlyCollection<RunItemRow> batch)
    {
        await run.Lease.FenceAsync(db, CancellationToken.None);
        var ids = batch.Select(i => i.Id).ToList();
        await db.RunItems.Where(i => ids.Contains(i.Id)).ExecuteUpdateAsync(set => set
            .SetProperty(i => i.Outcome, ItemOutcome.None).SetProperty(i => i.Attempts, i => i.Attempts - 1), CancellationToken.None);
        foreach (var item in batch) (item.Outcome, item.Attempts) = (ItemOutcome.None, item.Attempts - 1);
        await ForgetAddsAsync(db, run.Run.Id, batch, CancellationToken.None);
    }

    // Not done, or not by us: nothing of it stays in the ledger. Whoever put the person in, it is not ours to take away (invariant 10).
    private static async Task ForgetAddsAsync(PortalDbContext db, Guid runId, IReadOnlyCollection<RunItemRow> batch, CancellationToken cancel)
    {
        var keys = batch.Where(i => i.Action is PlanAction.Add).Select(i => i.PersonKey).ToList();
        if (keys.Count == 0) return;
        await db.Memberships.Where(m => keys.Contains(m.PersonKey) && m.Origin == MembershipOrigin.Sync && m.ConfirmedAt == null
            && db.Runs.Any(r => r.Id == runId && r.LinkId == m.LinkId)).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Stores what one answer said and moves the run's progress on; who lost the lease says nothing any more (invariant 39).</summary>
    public Task SettleAsync(Applying run, RunItemRow item, ItemOutcome outcome, Problem? problem, AppleException? answer, CancellationToken cancel) =>
        SettleAllAsync(run, [item], outcome, problem, answer, cancel);

    /// <summary>The same for everyone one answer is about, in one transaction.</summary>
    public async Task SettleAllAsync(Applying run, IReadOnlyCollection<RunItemRow> batch, ItemOutcome outcome, Problem? problem, AppleException? answer, CancellationToken cancel)
    {
        if (batch.Count > 0) await database.WriteAsync(db => SettleAllAsync(db, run, batch, outcome, problem, answer, cancel), cancel);
    }

    private async Task SettleAllAsync(PortalDbContext db, Applying run, IReadOnlyCollection<RunItemRow> batch, ItemOutcome outcome, Problem? problem, AppleException? answer, CancellationToken cancel)
    {
        await run.Lease.FenceAsync(db, cancel);
        var now = time.GetUtcNow();
        var ids = batch.Select(i => i.Id).ToList();
        // One made just now has its id from the answer; those of many were known before they were sent.
        var (isOne, testerId) = (batch.Count == 1, batch.First().TesterId);
        await db.RunItems.Where(i => ids.Contains(i.Id)).ExecuteUpdateAsync(set => set
            .SetProperty(i => i.Outcome, outcome).SetProperty(i => i.OutcomeSentence, problem == null ? null : problem.ToString()).SetProperty(i => i.OutcomeAt, now)
            .SetProperty(i => i.TesterId, i => isOne ? testerId : i.TesterId)
            .SetProperty(i => i.AppleStatus, answer == null ? null : answer.Status).SetProperty(i => i.AppleCode, answer == null ? null : answer.AppleCode), cancel);
        foreach (var item in batch) item.Outcome = outcome;
        var runId = batch.First().RunId;
        if (outcome is ItemOutcome.NotTried or ItemOutcome.Refused) await ForgetAddsAsync(db, runId, batch, cancel);
        var counts = batch.Count(i => i.Action is PlanAction.Add or PlanAction.Remove);
        await db.Runs.Where(r => r.Id == runId).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.Done, r => r.Done + counts).SetProperty(r => r.Revision, r => r.Revision + 1)
            .SetProperty(r => r.Calls, r => r.Calls + 1), cancel);
    }
}
