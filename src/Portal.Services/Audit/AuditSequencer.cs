using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Services.Data;

namespace Portal.Services.Audit;

/// <summary>
/// Numbers committed events without gaps, one batch at a time. It works after the writers' commits and never inside them, so
/// the record adds no lock to what it records.
/// </summary>
internal sealed class AuditSequencer(Database database, IHostApplicationLifetime lifetime, ILogger<AuditSequencer> log) : BackgroundService
{
    /// <summary>The cluster-wide lock's number on PostgreSQL: fixed, any other use of advisory locks takes another.</summary>
    private const long LockNumber = 7_310_579_617_001;
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // One statement, so a batch is numbered whole or not at all; the unique index on Leaf is the last word.
    private const string NumberBatch = """
        UPDATE audit_events AS e SET "Leaf" = n.leaf
        FROM (
            SELECT "Id", (SELECT COALESCE(MAX("Leaf"), -1) FROM audit_events) + ROW_NUMBER() OVER (ORDER BY "At", "Id") AS leaf
            FROM audit_events WHERE "Leaf" IS NULL ORDER BY "At", "Id" LIMIT {0}
        ) AS n
        WHERE e."Id" = n."Id"
        """;

    /// <summary>Numbers one batch.</summary>
    /// <returns>How many events were numbered; 0 also when another node is at it.</returns>
    public async Task<int> NumberAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (db.Database.IsNpgsql())
        {
            var mine = await db.Database.SqlQueryRaw<bool>("SELECT pg_try_advisory_xact_lock({0}) AS \"Value\"", LockNumber).SingleAsync(cancel);
            if (!mine) return 0;
        }
        var numbered = await db.Database.ExecuteSqlRawAsync(NumberBatch, [BatchSize], cancel);
        await transaction.CommitAsync(cancel);
        return numbered;
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

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task NumberAllAsync(CancellationToken stopping)
    {
        try
        {
            while (await NumberAsync(stopping) == BatchSize)
            {
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogWarning(failure, "Audit events could not be numbered; the portal tries again in a second. (audit-numbering-failed)");
        }
    }
}
