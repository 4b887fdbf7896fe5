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
    /// <summary>Why it may not be done now; null when it may.</summary>
    public static Problem? Refused(PersonFacts facts, DateTimeOffset? frozenUntil) => facts switch
    {
        { KeyProblem: { } key } => key,
        { Link: LinkState.Retired } => SyncProblems.LinkRetired(),
        { Link: LinkState.Draft } => SyncProblems.LinkIsDraft,
        // Invariant 34: a paused link writes nothing.
        { Link: LinkState.Paused } => SyncProblems.LinkIsPaused,
        _ when frozenUntil is { } until => SyncProblems.Frozen(until),
        { AppleProblem: not null } => PersonProblems.RemovalUnreadable,
        { InGroup: false } or { Tester: null } => PersonProblems.NotInGroupToRemove,
        _ => null,
    };

    public async Task<PersonRemoved> RemoveAsync(SyncLinkRow link, string key, string reason, Actor actor, CancellationToken cancel)
    {
        var facts = await reader.FactsAsync(link, key, actor, cancel);
        if (Refused(facts, FreezeCalendar.Of(link.Policy).Until(time.GetUtcNow())) is { } refused) throw new ProblemException(refused);
        await DemandNobodyAtWorkAsync(link, cancel);
        Problem? problem = null;
        try
        {
            await apple.RemoveFromGroupAsync(PersonReader.Use(link, actor, "person: remove"), link.GroupId, [facts.Tester!.Id], CancellationToken.None);
        }
        catch (AppleException failure)
        {
            problem = failure.MayHaveCommitted ? PersonProblems.MayHaveBeenRemoved : failure.Problem;
        }
        // Whatever Apple said: what a fresh read shows decides (invariant 18).
        var seen = await reader.TestersAsync(link, [facts.Address ?? EmailAddress.TryParse(key)!], actor, CancellationToken.None);
        var isOut = seen.Complete && !seen.Items.Any(tester => tester.GroupIds.Contains(link.GroupId));
        var sent = problem is null || problem == PersonProblems.MayHaveBeenRemoved;
        if (isOut) problem = null;
        else if (problem is null) problem = PersonProblems.RemovalNotSeen;
        await RecordAsync(link, key, facts, reason, actor, sent || isOut, problem);
        return problem is null ? new PersonRemoved(RemovalWords.Done(facts.Builds, facts.OtherGroups, time.GetUtcNow()), time.GetUtcNow()) : throw new ProblemException(problem);
    }

    private async Task DemandNobodyAtWorkAsync(SyncLinkRow link, CancellationToken cancel)
    {
        await using var db = database.Open();
        var by = await db.Runs.Where(r => r.LinkId == link.Id && r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).Select(r => r.StartedByName).FirstOrDefaultAsync(cancel);
        if (by is not null) throw new ProblemException(PersonProblems.SyncUnderWay(by));
    }

    /// <summary>Not to be cancelled: what was sent is recorded even when nobody waits any more.</summary>
    private async Task RecordAsync(SyncLinkRow link, string key, PersonFacts facts, string reason, Actor actor, bool mayBeOut, Problem? problem)
    {
        await using var db = database.Open();
        var now = time.GetUtcNow();
        if (mayBeOut)
        {
            var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == key, CancellationToken.None);
            if (row is null)
            {
                row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = key, MemberId = facts.Member?.MemberId, TesterId = facts.Tester?.Id, Origin = MembershipOrigin.PreExisting, FirstSeenAt = now, LastSeenAt = now, ConfirmedAt = now };
                db.Memberships.Add(row);
            }
            (row.RemovedAt, row.RemovedByName, row.GoneSince) = (now, actor.Name, null);
        }
        var code = problem is null ? AuditCodes.PersonRemoved : AuditCodes.PersonRemoveFailed;
        audit.Append(db, new AuditEntry(code, actor, "person", ids.Of(link.Id, key))
        {
            LinkId = link.Id, CredentialId = link.CredentialId, Sentence = $"{code.Sentence}: {facts.AddressText}",
            Facts = new Dictionary<string, object?> { ["problem"] = problem?.Code },
            Personal = new Dictionary<string, object?> { ["email"] = facts.AddressText, ["tester"] = facts.Tester?.Id, ["reason"] = reason },
            Addresses = EmailAddress.TryParse(key) is { } address ? [address] : [],
        });
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
