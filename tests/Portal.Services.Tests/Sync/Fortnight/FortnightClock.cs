using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portal.Domain.Sync;
using Portal.Services.Alerts;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>Does what the portal's own jobs do, in the order of due times, and turns the clock from one to the next instead of waiting.</summary>
internal sealed class FortnightClock(FortnightStage stage)
{
    private const int AtOnce = 4;
    // The lease of who died, and the time its last requests may take to land.
    private static readonly TimeSpan Orphaned = TimeSpan.FromSeconds(91);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(45);
    private DateTimeOffset _sweptAt;

    public int Works { get; private set; }

    /// <summary>Everything that is due until then is done.</summary>
    /// <param name="end">When to stop.</param>
    /// <param name="killAfter">The process ends once, in the midst of work, when Apple has seen so many more calls.</param>
    /// <returns>False: it was to be killed and had nothing left to do.</returns>
    public async Task<bool> UntilAsync(DateTimeOffset end, int? killAfter = null)
    {
        var mark = stage.World.Ledger.Last + killAfter;
        while (true)
        {
            var due = await Worker().SweepAsync(CancellationToken.None);
            if (due.Count == 0)
            {
                await SweepAsync(end);
                if (stage.Now >= end) return mark is null;
                await AdvanceAsync(end);
                continue;
            }
            Works += due.Count;
            var work = Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) => await one.Work(CancellationToken.None));
            if (!await TurnAsync(work, mark)) mark = null;
            // What nobody may take yet is due still: its lease has to run out.
            if ((await Worker().SweepAsync(CancellationToken.None)).Select(w => w.Key).Intersect(due.Select(w => w.Key)).Any()) stage.Portal.Clock.Advance(TimeSpan.FromSeconds(31));
        }
    }

    /// <summary>What was asked for by a person is carried out.</summary>
    public Task RunAsync(Guid runId) => TurnAsync(stage.Portal.Get<SyncRunner>().RunAsync(runId, CancellationToken.None), null);

    /// <summary>Alerts and requests are looked after, as their own jobs do every few seconds.</summary>
    public async Task SweepAsync(DateTimeOffset? notBefore = null)
    {
        if (notBefore is not null && stage.Now - _sweptAt < SweepEvery) return;
        _sweptAt = stage.Now;
        await stage.Portal.Get<ApprovalSweep>().RunAsync(CancellationToken.None);
        await stage.Portal.Get<AlertSweep>().RunAsync(CancellationToken.None);
    }

    /// <summary>Throws the process away between two cycles.</summary>
    public Task RestartAsync() => stage.Portal.RestartAsync();

    private SyncWorker Worker() => stage.Portal.Services.GetServices<IHostedService>().OfType<SyncWorker>().Single();

    private async Task AdvanceAsync(DateTimeOffset end)
    {
        var now = stage.Now;
        var due = await stage.DataAsync(db => db.Links.Where(l => l.NextDueAt != null && (l.State == LinkState.Active || l.State == LinkState.Paused || l.State == LinkState.Blocked))
            .OrderBy(l => l.NextDueAt).Select(l => l.NextDueAt!.Value).Take(AtOnce).ToListAsync());
        // As many as are worked on at once, where they are due within what a busy machine is late.
        var next = due.Count == 0 ? end : due.Last(d => d - due[0] <= Late);
        var leased = await stage.DataAsync(db => db.Links.Where(l => l.LeaseUntil != null).MinAsync(l => l.LeaseUntil));
        if (leased + TimeSpan.FromSeconds(31) is { } free && free < next || next <= now) next = (leased ?? now) + TimeSpan.FromSeconds(31);
        if (next > end) next = end;
        if (next > now) stage.Portal.Clock.Advance(next - now + TimeSpan.FromMilliseconds(1));
        else stage.Portal.Clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Waits for the work; while nothing moves, somebody waits for the clock.</summary>
    /// <returns>False: the process was killed meanwhile.</returns>
    private async Task<bool> TurnAsync(Task work, long? killAt)
    {
        var (seen, since) = (stage.World.Ledger.Last, Environment.TickCount64);
        var budgets = stage.Portal.Get<KeyBudgets>();
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(2));
            if (stage.World.Ledger.Last is var last && last != seen) (seen, since) = (last, Environment.TickCount64);
            if (killAt <= last && !work.IsCompleted)
            {
                await KillAsync(work);
                return false;
            }
            if (budgets.Wake is { } at && at - stage.Now is { Ticks: > 0 } wait) stage.Portal.Clock.Advance(wait + TimeSpan.FromMilliseconds(1));
            else if (Environment.TickCount64 - since > 60) stage.Portal.Clock.Advance(TimeSpan.FromMilliseconds(500));
        }
        await work;
        return true;
    }

    private async Task KillAsync(Task work)
    {
        await stage.Portal.RestartAsync();
        while (!work.IsCompleted)
        {
            stage.Portal.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(work, Task.Delay(2));
        }
        // Nobody is left to hear how it ended.
        _ = work.Exception;
        stage.Portal.Clock.Advance(Orphaned);
    }
}
