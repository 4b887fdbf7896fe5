using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Who of a link is left in peace after Apple's refusals. Read and written in the caller's context.</summary>
internal static class PersonRests
{
    /// <summary>Who rests now, by matching key.</summary>
    /// <param name="but">Whom a person asks for: previewed or synced alone they are tried at once.</param>
    public static async Task<Dictionary<string, PersonRest>> ReadAsync(PortalDbContext db, Guid linkId, DateTimeOffset now, string? but, CancellationToken cancel) =>
        await db.PersonRests.AsNoTracking().Where(r => r.LinkId == linkId && r.NextTryAt > now && r.PersonKey != but).ToDictionaryAsync(r => r.PersonKey, r => new PersonRest(r.NextTryAt, r.Why), StringComparer.Ordinal, cancel);

    /// <summary>After a run: another refusal makes the rest longer, anything that worked ends it.</summary>
    public static async Task RecordAsync(PortalDbContext db, SyncLinkRow link, IReadOnlyCollection<RunItemRow> items, DateTimeOffset now, CancellationToken cancel)
    {
        var told = items.Where(i => i.Outcome is ItemOutcome.Refused or ItemOutcome.Confirmed or ItemOutcome.PendingAtApple).ToLookup(i => i.PersonKey, StringComparer.Ordinal);
        if (told.Count == 0) return;
        var known = (await db.PersonRests.Where(r => r.LinkId == link.Id).ToListAsync(cancel)).ToDictionary(r => r.PersonKey, StringComparer.Ordinal);
        foreach (var person in told)
        {
            var row = known.GetValueOrDefault(person.Key);
            // What Apple does for nobody any more is no refusal of this person.
            if (person.FirstOrDefault(i => i.Outcome is ItemOutcome.Refused && i.OutcomeSentence != AppleProblems.InvitationNotOffered.ToString()) is not { } refused)
            {
                if (row is not null) db.PersonRests.Remove(row);
                continue;
            }
            if (row is null) db.PersonRests.Add(row = new PersonRestRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = person.Key, Why = "" });
            (row.Refusals, row.RefusedAt, row.RunId, row.Why) = (row.Refusals + 1, now, refused.RunId, refused.OutcomeSentence ?? "");
            row.NextTryAt = now + BackOff.RestOfPerson(row.Refusals, link.Policy.Every);
        }
    }

    /// <summary>After a plan of the whole team: of whom there is nothing to do any more, or who has another address now, nothing is kept.</summary>
    public static async Task ForgetAsync(PortalDbContext db, Guid linkId, SyncPlan plan, CancellationToken cancel)
    {
        var rows = await db.PersonRests.Where(r => r.LinkId == linkId).ToListAsync(cancel);
        if (rows.Count == 0) return;
        var open = plan.Items.Where(i => i.Action is PlanAction.Add or PlanAction.Remove || i.NeedsInvitation || i.Reason.Code == PlanReasons.Resting.Code || i.State == "NOT_INVITED")
            .Select(i => i.PersonKey).ToHashSet(StringComparer.Ordinal);
        db.PersonRests.RemoveRange(rows.Where(r => !open.Contains(r.PersonKey)));
    }

    /// <summary>A person asked for these people to be tried now.</summary>
    public static Task EndAsync(PortalDbContext db, Guid linkId, IReadOnlyCollection<string> personKeys, CancellationToken cancel) =>
        db.PersonRests.Where(r => r.LinkId == linkId && personKeys.Contains(r.PersonKey)).ExecuteDeleteAsync(cancel);
}
