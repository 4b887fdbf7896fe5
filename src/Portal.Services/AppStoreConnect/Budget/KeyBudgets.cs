using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>How long somebody at the screen still waits for Apple's limit. A run waits as long as it takes.</summary>
internal sealed class CallPatience(TimeSpan? left)
{
    private static readonly TimeSpan AtScreen = TimeSpan.FromSeconds(10);

    public static CallPatience Of(KeyUse use) => new(use.IsAtScreen ? AtScreen : null);

    public bool Lasts(TimeSpan wait) => left is null || wait <= TimeSpan.Zero || wait <= left;

    public void Spend(TimeSpan waited) => left = left is null ? null : left - waited;
}

/// <summary>The budgets of all keys: made from what is recorded of the last hour, so that a restart begins where it was.</summary>
internal sealed class KeyBudgets(Database database, RunWaits waits, TimeProvider time, IOptions<AppStoreConnectOptions> options) : IDisposable
{
    // Often enough that a lease is renewed and a request to stop is heard while a run waits.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private const int Recent = 100;
    private const double UsualSeconds = 0.4;
    private readonly ConcurrentDictionary<(Guid Credential, int Version), Lazy<Task<KeyBudget>>> _budgets = new();
    private readonly ConcurrentBag<KeyBudget> _ready = [];

    /// <summary>The budget of one key.</summary>
    public async Task<KeyBudget> ForAsync(CredentialRow credential, int version)
    {
        var made = _budgets.GetOrAdd((credential.Id, version), key => new(() => LoadAsync(key.Credential, key.Version, MostOf(credential))));
        try
        {
            return await made.Value;
        }
        catch
        {
            _budgets.TryRemove(new((credential.Id, version), made));
            throw;
        }
    }

    /// <summary>When the next of those who wait may go; null: nobody waits for a time.</summary>
    public DateTimeOffset? Wake => _ready.Select(budget => budget.Wake).Min();

    /// <summary>Calls with their intents on record that wait to leave; null while one is between its turn and its record.</summary>
    public int? Ready => _ready.Aggregate((int?)0, (sum, budget) => sum + budget.Ready);

    /// <summary>Calls on their way at a time with this key.</summary>
    public int MostOf(CredentialRow credential) => credential.ParallelRequests ?? options.Value.ParallelRequests;

    /// <summary>Waits until the call may go. Whoever waits at the screen is told when it takes too long; a run shows it and keeps its lease.</summary>
    /// <exception cref="AppleException"><c>apple-rate-limit</c>, saying until when.</exception>
    public async Task<CallTicket> EnterAsync(KeyBudget budget, KeyUse use, int most, CallPatience patience, CancellationToken cancel)
    {
        var ticket = budget.Ask(use.Queue, use.MayUseReserve, most);
        try
        {
            await WaitAsync(ticket.Granted, () => budget.Look(ticket), use, patience, cancel);
            return ticket;
        }
        catch
        {
            budget.GiveUp(ticket);
            throw;
        }
    }

    /// <summary>Waits until the call, whose intent is on record, may be sent. What happened since then is looked at again: the intent alone sends nothing (invariants 19 and 39).</summary>
    /// <exception cref="AppleException"><c>apple-rate-limit</c>, saying until when.</exception>
    public async Task LeaveAsync(KeyBudget budget, CallTicket ticket, KeyUse use, CallPatience patience, CancellationToken cancel)
    {
        var since = time.GetUtcNow();
        await WaitAsync(ticket.MayLeave, () => budget.LookOut(ticket), use, patience, cancel);
        if (time.GetUtcNow() - since >= Heartbeat) await BeatAsync(use, cancel);
        use.BeforeItLeaves?.Invoke();
    }

    private async Task WaitAsync(Task turn, Func<CallDecision> look, KeyUse use, CallPatience patience, CancellationToken cancel)
    {
        var marked = false;
        try
        {
            while (!turn.IsCompleted)
            {
                var now = time.GetUtcNow();
                var decision = look();
                var wait = decision is { For: not CallWait.InFlight, Until: { } until } ? until - now : TimeSpan.Zero;
                if (!patience.Lasts(wait)) throw new AppleException(AppleProblems.RateLimitedUntil(decision.Until!.Value, now), FailureReach.Passing) { Status = 429, Until = decision.Until };
                if (wait > Heartbeat) marked |= await waits.MarkAsync(use, decision.Until!.Value, cancel);
                if (!await CameAsync(turn, cancel)) await BeatAsync(use, cancel);
                if (wait > TimeSpan.Zero) patience.Spend(time.GetUtcNow() - now);
            }
        }
        finally
        {
            // However the waiting ended: what was stopped meanwhile does not go on saying that it waits.
            if (marked) await waits.ClearAsync(use);
        }
    }

    public void Dispose()
    {
        foreach (var budget in _ready) budget.Dispose();
    }

    private async Task<bool> CameAsync(Task turn, CancellationToken cancel)
    {
        try
        {
            await turn.WaitAsync(Heartbeat, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task BeatAsync(KeyUse use, CancellationToken cancel)
    {
        if (use.Fence is null) return;
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await use.Fence(db, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>How the key stands for whoever looks: calls as recorded by every machine, the rest as known here; and how long Apple took of late.</summary>
    public async Task<(KeyBudgetState State, TimeSpan PerCall)> ReadAsync(CredentialRow credential, CancellationToken cancel)
    {
        var held = (await ForAsync(credential, credential.ActiveVersion)).State();
        var (done, perCall) = await ReadLogAsync(credential.Id, credential.ActiveVersion, cancel);
        // A call that may go is on its way a moment before its intent is recorded.
        return (held with { Situation = held.Situation with { Done = done, InFlight = held.NotOnRecord } }, perCall);
    }

    private async Task<KeyBudget> LoadAsync(Guid credentialId, int version, int most)
    {
        var (done, _) = await ReadLogAsync(credentialId, version, CancellationToken.None);
        await using var db = database.Open();
        var told = db.KeyUses.AsNoTracking().Where(use => use.CredentialId == credentialId && use.Version == version).OrderByDescending(use => use.IntentAt);
        var hour = await told.Where(use => use.HourLimit != null).Select(use => use.HourLimit).FirstOrDefaultAsync();
        var minute = await told.Where(use => use.MinuteLimit != null).Select(use => use.MinuteLimit).FirstOrDefaultAsync();
        var budget = new KeyBudget(time, done, new CallLimits(hour ?? options.Value.AssumedPerHour, minute ?? options.Value.AssumedPerMinute), most);
        _ready.Add(budget);
        return budget;
    }

    private async Task<(CallLog Done, TimeSpan PerCall)> ReadLogAsync(Guid credentialId, int version, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var timeout = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        var since = now - CallBudget.Hour - timeout;
        await using var db = database.Open();
        var uses = await db.KeyUses.AsNoTracking().Where(use => use.CredentialId == credentialId && use.Version == version && use.IntentAt > since)
            .Select(use => new { use.IntentAt, use.OutcomeAt }).ToListAsync(cancel);
        var done = new CallLog();
        // A use without outcome died with its process, at the latest at its time-out.
        foreach (var end in uses.Select(use => use.OutcomeAt ?? (use.IntentAt + timeout < now ? use.IntentAt + timeout : now)).Order()) done.Add(end);
        var took = uses.Where(use => use.OutcomeAt is not null).OrderByDescending(use => use.IntentAt).Take(Recent).Select(use => (use.OutcomeAt!.Value - use.IntentAt).TotalSeconds).DefaultIfEmpty(UsualSeconds).Average();
        return (done, TimeSpan.FromSeconds(took));
    }
}
