using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Audit.Proof;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit.Proof;

/// <summary>A portal with a record to tamper with.</summary>
internal static class Ledger
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Writes events of several kinds: with a person, a link, a run, a reason.</summary>
    public static async Task WriteAsync(PortalFixture portal, int count)
    {
        await using var db = portal.Get<Database>().Open();
        for (var i = 0; i < count; i++)
        {
            portal.Clock.Advance(TimeSpan.FromMilliseconds(7));
            portal.Get<AuditLog>().Append(db, new AuditEntry(i % 3 == 0 ? AuditCodes.LinkChanged : AuditCodes.PersonAdded, i % 2 == 0 ? Actors.ProgramManager : Actors.Support, "link", $"link-{i}")
            {
                LinkId = i % 2 == 0 ? Guid.CreateVersion7() : null, RunId = i % 5 == 0 ? Guid.CreateVersion7() : null, Reason = $"Reason {i}",
                Facts = new Dictionary<string, object?> { ["number"] = i }, Sentence = $"Event number {i}",
            });
        }
        await db.SaveChangesAsync(Cancel);
    }

    /// <summary>Takes everything into the tree.</summary>
    public static async Task NumberAsync(PortalFixture portal)
    {
        while (await portal.Get<AuditSequencer>().NumberAsync(Cancel) > 0)
        {
        }
    }

    public static Task<CheckpointView> SignAsync(PortalFixture portal) => portal.Get<CheckpointSigner>().SignAsync(Cancel);

    public static Task<AuditVerification> ReadAsync(PortalFixture portal) => portal.Get<AuditReading>().RunAsync((_, _) => { }, Cancel);

    public static async Task<T> DataAsync<T>(PortalFixture portal, Func<PortalDbContext, Task<T>> read)
    {
        await using var db = portal.Get<Database>().Open();
        return await read(db);
    }

    public static Task<int> SqlAsync(PortalFixture portal, FormattableString sql) => DataAsync(portal, db => db.Database.ExecuteSqlAsync(sql, Cancel));

    public static async Task<string?> RefusedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (ProblemException refused)
        {
            return refused.Problem.Code;
        }
    }
}
