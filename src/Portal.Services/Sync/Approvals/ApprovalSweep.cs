using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

/// <summary>What time does to requests: they run out, take effect after the delay, and lose what they were about.</summary>
internal sealed class ApprovalSweep(Database database, ApprovalBook book, ApprovalEffects effects, BreakGlassSweep glasses, AuditLog audit, RunQueue queue, TimeProvider time)
{
    private static readonly Actor Portal = new("job:approvals", "Portal", ActorKind.Job, [], "job");

    /// <summary>One pass. Every step claims its row, so that several machines may sweep at once.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await glasses.RunAsync(cancel);
        var now = time.GetUtcNow();
        foreach (var row in await FindAsync(a => a.State == ApprovalState.Open && a.ExpiresAt <= now, cancel))
            await CloseAsync(row, ApprovalState.Expired, AuditCodes.ApprovalExpired, ApprovalProblems.Expired, cancel);
        foreach (var row in await OrphansAsync(cancel)) await CloseAsync(row, ApprovalState.Superseded, AuditCodes.ApprovalSuperseded, SyncProblems.HoldSuperseded, cancel);
        foreach (var row in await FindAsync(a => a.State == ApprovalState.Delayed && a.TakesEffectAt <= now, cancel)) await TakeEffectAsync(row, now, cancel);
    }

    private async Task<List<ApprovalRow>> FindAsync(System.Linq.Expressions.Expression<Func<ApprovalRow, bool>> which, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Approvals.AsNoTracking().Where(which).OrderBy(a => a.RequestedAt).Take(100).ToListAsync(cancel);
    }

    /// <summary>Open requests about a run that is over, a retired link or a retired key.</summary>
    private async Task<List<ApprovalRow>> OrphansAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        return await ApprovalBook.Open(db).AsNoTracking().Where(a => (a.RunId != null && !db.Runs.Any(r => r.Id == a.RunId && r.State == RunState.AwaitingApproval))
            || (a.LinkId != null && db.Links.Any(l => l.Id == a.LinkId && l.State == LinkState.Retired))
            || (a.LinkId == null && db.Credentials.Any(c => c.Id == a.CredentialId && c.Status == Domain.Credentials.CredentialStatus.Retired))).ToListAsync(cancel);
    }

    private Task CloseAsync(ApprovalRow seen, ApprovalState state, AuditCode code, Problem because, CancellationToken cancel) => ClaimAsync(seen, async (db, row) =>
    {
        await book.CloseAsync(db, row, state, code, because, Portal, cancel);
        return null;
    }, cancel);

    private Task TakeEffectAsync(ApprovalRow seen, DateTimeOffset now, CancellationToken cancel) => ClaimAsync(seen, async (db, row) =>
    {
        var actor = new Actor(row.DecidedById!, row.DecidedByName!, ActorKind.Person, [], "job");
        try
        {
            var run = await effects.AllowAsync(db, row, actor, cancel);
            (row.State, row.DecidedAt) = (ApprovalState.Allowed, now);
            audit.Append(db, ApprovalBook.EntryOf(AuditCodes.ApprovalTookEffect, row, actor));
            return run;
        }
        catch (ProblemException outdated)
        {
            await book.CloseAsync(db, row, ApprovalState.Superseded, AuditCodes.ApprovalSuperseded, outdated.Problem, Portal, cancel);
            return null;
        }
    }, cancel);

    /// <summary>Locks link and request as a decision does, and acts only if the request still is as it was found.</summary>
    private async Task ClaimAsync(ApprovalRow seen, Func<PortalDbContext, ApprovalRow, Task<Guid?>> act, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (seen.LinkId is { } linkId) await LinkLeases.HoldAsync(db, linkId);
        await db.Approvals.Where(a => a.Id == seen.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Count, a => a.Count), cancel);
        var row = await db.Approvals.SingleAsync(a => a.Id == seen.Id, cancel);
        if (row.State != seen.State) return;
        var run = await act(db, row);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            // Another sync of the link is under way; the next pass tries again.
            return;
        }
        await transaction.CommitAsync(cancel);
        if (run is { } id) queue.Nudge(id);
    }
}

/// <summary>Sweeps every few seconds on machines that run syncs.</summary>
internal sealed class ApprovalWorker(ApprovalSweep sweep, IOptions<SyncOptions> options, TimeProvider time, ILogger<ApprovalWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!options.Value.Enabled) return;
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await SweepAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        try
        {
            await sweep.RunAsync(stopping);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "The sweep of requests failed; it runs again in {Every}.", Every);
        }
    }
}
