using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit;

/// <summary>
/// Takes committed events into the tree, without gaps, one batch at a time. It works after the writers' commits and never inside
/// them, so the record adds no lock to what it records. What the portal did not write itself gets no place.
/// </summary>
internal sealed class AuditSequencer(Database database, AuditKeys keys, AuditFindings findings, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<AuditSequencer> log) : BackgroundService
{
    /// <summary>The cluster-wide lock's number on PostgreSQL: fixed, any other use of advisory locks takes another.</summary>
    private const long LockNumber = 7_310_579_617_001;
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes one batch in: leaf numbers and tree in one transaction.</summary>
    /// <returns>How many events were looked at; 0 also when another node is at it.</returns>
    /// <exception cref="ProblemException"><c>audit-tree-broken</c>.</exception>
    public async Task<int> NumberAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        if (!await Pending(db).AnyAsync(cancel)) return 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (db.Database.IsNpgsql())
        {
            var mine = await db.Database.SqlQueryRaw<bool>("SELECT pg_try_advisory_xact_lock({0}) AS \"Value\"", LockNumber).SingleAsync(cancel);
            if (!mine) return 0;
        }
        var rows = await Pending(db).OrderBy(e => e.At).ThenBy(e => e.Id).Take(BatchSize).ToListAsync(cancel);
        var edge = await OpenTreeAsync(db, cancel);
        foreach (var row in rows)
        {
            if (AuditRowCheck.Difference(row, keys) is not null)
            {
                await RefuseAsync(db, row, cancel);
                continue;
            }
            // Twice the same event, its id written in another case by a forger: one place.
            if (row.Leaf is not null) continue;
            row.Leaf = edge.Size;
            edge.Append(MerkleHash.Leaf(row.Payload));
        }
        await AuditTiles.KeepAsync(db, edge, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return rows.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // Not before the database is migrated, which happens while the host starts.
        await using var started = stopping.Register(() => _ready.TrySetCanceled(stopping));
        await using var _ = lifetime.ApplicationStarted.Register(() => _ready.TrySetResult());
        using var timer = new PeriodicTimer(Pause);
        try
        {
            await _ready.Task;
            do
            {
                await NumberAllAsync(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The portal is stopping; what is left gets its numbers when it starts again.
        }
    }

    private static IQueryable<AuditEventRow> Pending(PortalDbContext db) => db.AuditEvents.Where(e => e.Leaf == null && e.RefusedAt == null);

    /// <summary>By its content: a forger may write an id in a way that is not found as one.</summary>
    private async Task RefuseAsync(PortalDbContext db, AuditEventRow row, CancellationToken cancel)
    {
        db.Entry(row).State = EntityState.Detached;
        var now = time.GetUtcNow();
        await Pending(db).Where(e => e.Payload == row.Payload && e.Mac == row.Mac && e.At == row.At).ExecuteUpdateAsync(set => set.SetProperty(e => e.RefusedAt, now), cancel);
    }

    private static async Task<MerkleEdge> OpenTreeAsync(PortalDbContext db, CancellationToken cancel)
    {
        MerkleEdge edge;
        try
        {
            edge = await AuditTiles.OpenAsync(db, cancel);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(AuditProofProblems.TreeBroken("the stored hashes of its right edge do not belong together."));
        }
        return await db.AuditEvents.AnyAsync(e => e.Leaf >= edge.Size, cancel)
            ? throw new ProblemException(AuditProofProblems.TreeBroken("an event bears a number the tree has not reached.")) : edge;
    }

    private async Task NumberAllAsync(CancellationToken stopping)
    {
        try
        {
            while (await NumberAsync(stopping) == BatchSize)
            {
            }
            await findings.SayAsync(AuditFindings.Tree, null, stopping);
            await SayLagAsync(stopping);
        }
        catch (ProblemException broken)
        {
            log.LogError("{Problem}", broken.Problem);
            await TryAsync(() => findings.SayAsync(AuditFindings.Tree, broken.Problem, stopping));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogWarning(failure, "Audit events could not be numbered; the portal tries again in a second. (audit-numbering-failed)");
            await TryAsync(() => SayLagAsync(stopping));
        }
    }

    private async Task SayLagAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var oldest = await Pending(db).MinAsync(e => (DateTimeOffset?)e.At, cancel);
        var lag = oldest is { } at ? time.GetUtcNow() - at : TimeSpan.Zero;
        await findings.SayAsync(AuditFindings.Lag, lag > LongestLag ? AuditProofProblems.Lags(await Pending(db).CountAsync(cancel), lag) : null, cancel);
    }

    private async Task TryAsync(Func<Task> say)
    {
        try
        {
            await say();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogWarning(failure, "What is wrong with the audit could not be written down; the portal tries again in a second. (audit-finding-failed)");
        }
    }
}
