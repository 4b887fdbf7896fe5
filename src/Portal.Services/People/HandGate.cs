using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;

namespace Portal.Services.People;

/// <summary>What an act by hand passes in the commit of its request's intent: the link as it is now, and no sync at work on it.</summary>
internal static class HandGate
{
    /// <summary>Holds the link until the transaction ends: of two acts at a limit one is counted by the other.</summary>
    /// <returns>The link as it is now.</returns>
    /// <exception cref="ProblemException">Why nothing is written; the request is not sent.</exception>
    public static async Task<SyncLinkRow> PassAsync(PortalDbContext db, Guid linkId, DateTimeOffset now, CancellationToken cancel)
    {
        await LinkLeases.HoldAsync(db, linkId);
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == linkId, cancel);
        if (LinkWrites.Refused(link.State, FreezeCalendar.Of(link.Policy).Until(now)) is { } refused) throw new ProblemException(refused);
        var by = await db.Runs.Where(r => r.LinkId == linkId && r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).Select(r => r.StartedByName).FirstOrDefaultAsync(cancel);
        return by is null ? link : throw new ProblemException(PersonProblems.SyncUnderWay(by));
    }
}
