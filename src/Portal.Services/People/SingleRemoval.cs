using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.People;

/// <summary>Takes one person out of the link's group and no other (invariant 11), reads back, and counts it for the day (invariant 14).</summary>
internal sealed class SingleRemoval(Database database, AuditLog audit, PersonReader reader, PersonIds ids, AppStoreConnectClient apple, TimeProvider time)
{
    public async Task<PersonRemoved> RemoveAsync(SyncLinkRow link, string key, string reason, Actor actor, CancellationToken cancel)
    {
        var facts = await reader.FactsAsync(link, key, actor, cancel);
        if (PersonActRules.Remove(facts, FreezeCalendar.Of(link.Policy).Until(time.GetUtcNow())) is { } refused) throw new ProblemException(refused);
        Problem? problem = null;
        MembershipRow? before = null;
        var isEntered = false;
        var use = PersonReader.Use(link, actor, "person: remove") with
        {
            Intended = async (db, stop) =>
            {
                // Sent again by the client after a hiccup: entered and counted already.
                if (isEntered) return;
                before = await EnterAsync(db, link, key, facts, actor, stop);
                isEntered = true;
            },
        };
        try
        {
            await apple.RemoveFromGroupAsync(use, link.GroupId, [facts.Tester!.Id], CancellationToken.None);
        }
        catch (AppleException failure)
        {
            problem = failure.MayHaveCommitted ? PersonProblems.MayHaveBeenRemoved : failure.Problem;
        }
        // Whatever Apple said: what a fresh read shows decides (invariant 18).
        var seen = await reader.TestersAsync(link, [facts.Address ?? EmailAddress.TryParse(key)!], actor, CancellationToken.None);
        var isOut = seen.Complete && !seen.Items.Any(tester => tester.GroupIds.Contains(link.GroupId));
        var wasRefused = !isOut && problem is not null && problem != PersonProblems.MayHaveBeenRemoved;
        problem = isOut ? null : problem ?? PersonProblems.RemovalNotSeen;
        await RecordAsync(link, key, facts, reason, actor, problem, undo: isEntered && wasRefused, before);
        return problem is null ? new PersonRemoved(RemovalWords.Done(facts.Builds, facts.OtherGroups, time.GetUtcNow()), time.GetUtcNow()) : throw new ProblemException(problem);
    }

    /// <summary>With the intent of the request or not at all: the ledger says who takes them out, and the day counts it. Returns the row as it was; null: there was none.</summary>
    private async Task<MembershipRow?> EnterAsync(PortalDbContext db, SyncLinkRow link, string key, PersonFacts facts, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await HandGate.PassAsync(db, link.Id, now, cancel);
        var before = await db.Memberships.AsNoTracking().SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == key, cancel);
        var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == key, cancel);
        if (row is null)
        {
            row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = key, MemberId = facts.Member?.MemberId, TesterId = facts.Tester?.Id, Origin = MembershipOrigin.PreExisting, FirstSeenAt = now, LastSeenAt = now, ConfirmedAt = now };
            db.Memberships.Add(row);
        }
        (row.RemovedAt, row.RemovedByName, row.GoneSince) = (now, actor.Name, null);
        return before;
    }

    /// <summary>Not to be cancelled: what was sent is recorded even when nobody waits any more.</summary>
    /// <param name="undo">Apple surely did not do it: the ledger stands as before.</param>
    private Task RecordAsync(SyncLinkRow link, string key, PersonFacts facts, string reason, Actor actor, Problem? problem, bool undo, MembershipRow? before) => database.WriteAsync(async db =>
    {
        if (undo && await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == key, CancellationToken.None) is { } row)
        {
            if (before is null) db.Memberships.Remove(row);
            else db.Entry(row).CurrentValues.SetValues(before);
        }
        var code = problem is null ? AuditCodes.PersonRemoved : AuditCodes.PersonRemoveFailed;
        audit.Append(db, new AuditEntry(code, actor, "person", ids.Of(link.Id, key))
        {
            LinkId = link.Id, CredentialId = link.CredentialId, Sentence = $"{code.Sentence}: {facts.AddressText}",
            Facts = new Dictionary<string, object?> { ["problem"] = problem?.Code },
            Personal = new Dictionary<string, object?> { ["email"] = facts.AddressText, ["tester"] = facts.Tester?.Id, ["reason"] = reason },
            Addresses = EmailAddress.TryParse(key) is { } address ? [address] : [],
        });
    }, CancellationToken.None);
}
