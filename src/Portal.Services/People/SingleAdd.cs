using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Sync;

namespace Portal.Services.People;

/// <summary>Adds one person who is not in the team, until a day (F37). The ledger says so before Apple is asked; what a fresh read shows decides.</summary>
internal sealed class SingleAdd(Database database, AuditLog audit, PersonReader reader, PersonIds ids, AppStoreConnectClient apple, TimeProvider time)
{
    private const int LongestName = 100;

    /// <summary>The address, checked with the rest of what was typed.</summary>
    public EmailAddress Check(HandAdd wanted)
    {
        var address = EmailAddress.TryParse(wanted.Email) ?? throw new ProblemException(PersonProblems.AddNoAddress);
        if (wanted.FirstName?.Trim().Length > LongestName || wanted.LastName?.Trim().Length > LongestName) throw new ProblemException(PersonProblems.NameTooLong);
        return wanted.EndsAt > time.GetUtcNow() ? address : throw new ProblemException(PersonProblems.EndPassed);
    }

    public async Task<HandAdded> AddAsync(SyncLinkRow link, EmailAddress address, HandAdd wanted, Actor actor, CancellationToken cancel)
    {
        var facts = await reader.FactsAsync(link, address.Key, actor, cancel);
        if (PersonActRules.Add(facts, FreezeCalendar.Of(link.Policy).Until(time.GetUtcNow())) is { } refused) throw new ProblemException(refused);
        var before = await DemandAsync(link, address, facts, actor, cancel);
        Problem? problem = null;
        var isEntered = false;
        var use = PersonReader.Use(link, actor, "person: add") with
        {
            Intended = async (db, stop) =>
            {
                // Sent again by the client after a hiccup: entered and counted already.
                if (isEntered) return;
                await EnterAsync(db, link, address, wanted, facts, actor, stop);
                isEntered = true;
            },
        };
        try
        {
            if (facts.Tester is { } known) await apple.AddToGroupAsync(use, link.GroupId, [known.Id], CancellationToken.None);
            else await apple.CreateTesterAsync(use, link.GroupId, address, wanted.FirstName?.Trim(), wanted.LastName?.Trim(), CancellationToken.None);
        }
        catch (AppleException failure)
        {
            problem = failure.MayHaveCommitted ? PersonProblems.MayHaveBeenAdded : failure.Problem;
        }
        // Whatever Apple said: what a fresh read shows decides (invariant 18).
        var seen = await reader.TestersAsync(link, [address], actor, CancellationToken.None);
        var tester = seen.Items.FirstOrDefault(t => t.GroupIds.Contains(link.GroupId));
        var wasRefused = tester is null && problem is not null && problem != PersonProblems.MayHaveBeenAdded;
        problem = tester is not null ? null : problem ?? PersonProblems.AddNotSeen;
        await RecordAsync(link, address, wanted, actor, tester, problem, undo: isEntered && wasRefused, before);
        return problem is null ? new HandAdded(ids.Of(link.Id, address.Key), tester!.State, wanted.EndsAt, time.GetUtcNow()) : throw new ProblemException(problem);
    }

    /// <summary>What a sync checks of link and group before it writes (invariants 3 to 5, 15). Returns the person's row of the ledger as it was.</summary>
    private async Task<MembershipRow?> DemandAsync(SyncLinkRow link, EmailAddress address, PersonFacts facts, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        if (await db.Credentials.Where(c => c.Id == link.CredentialId).Select(c => c.IssuerId).SingleAsync(cancel) != link.IssuerId) throw new ProblemException(SyncProblems.OtherAppleTeam);
        var before = await db.Memberships.AsNoTracking().SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == address.Key, cancel);
        try
        {
            var group = await apple.GetGroupAsync(PersonReader.Use(link, actor, "person: read group"), link.GroupId, cancel) ?? throw new ProblemException(SyncProblems.GroupGone(link.GroupName));
            if (group.IsInternal) throw new ProblemException(SyncProblems.GroupIsInternal);
            if (group.AppId != link.AppId) throw new ProblemException(SyncProblems.GroupOfOtherApp);
            if (facts.Tester is null && await apple.CountTestersAsync(PersonReader.Use(link, actor, "person: count testers"), link.AppId, cancel) >= TestFlightLimits.ExternalTestersPerApp) throw new ProblemException(AppleProblems.AppFull);
        }
        catch (AppleException failure)
        {
            throw new ProblemException(failure.Problem);
        }
        return before;
    }

    /// <summary>With the intent of the request or not at all: nobody at work, within the day's limit, and the ledger knows whose membership it will be.</summary>
    private async Task EnterAsync(PortalDbContext db, SyncLinkRow link, EmailAddress address, HandAdd wanted, PersonFacts facts, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var current = await HandGate.PassAsync(db, link.Id, now, cancel);
        var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == address.Key, cancel);
        var today = await ActsOfADay.ReadAsync(db, link, null, new SyncPlan([], ""), now, cancel);
        if (today.Adds >= current.Policy.AddsPerDay) throw new ProblemException(PersonProblems.TooManyByHand(today.Adds, current.Policy.AddsPerDay));
        if (row is null)
        {
            row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = address.Key, FirstSeenAt = now };
            db.Memberships.Add(row);
        }
        (row.Origin, row.OwnerName, row.EndsAt, row.AddedByHandAt) = (MembershipOrigin.Manual, actor.Name, wanted.EndsAt.ToUniversalTime(), now);
        (row.MemberId, row.TesterId, row.LastSeenAt, row.ConfirmedAt, row.RemovedAt, row.RemovedByName, row.GoneSince) = (null, facts.Tester?.Id, now, null, null, null, null);
    }

    /// <summary>Not to be cancelled: what was sent is recorded even when nobody waits any more.</summary>
    /// <param name="undo">Apple surely did not do it: the ledger stands as before.</param>
    private Task RecordAsync(SyncLinkRow link, EmailAddress address, HandAdd wanted, Actor actor, BetaTester? tester, Problem? problem, bool undo, MembershipRow? before) => database.WriteAsync(async db =>
    {
        var now = time.GetUtcNow();
        var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == address.Key, CancellationToken.None);
        if (row is not null && tester is not null)
        {
            (row.TesterId, row.InviteState, row.ConfirmedAt, row.LastSeenAt) = (tester.Id, tester.State, now, now);
            if (tester.State is "INVITED") row.InvitedAt = now;
        }
        if (row is not null && undo)
        {
            if (before is null) db.Memberships.Remove(row);
            else db.Entry(row).CurrentValues.SetValues(before);
        }
        var code = problem is null ? AuditCodes.PersonAdded : AuditCodes.PersonAddFailed;
        audit.Append(db, new AuditEntry(code, actor, "person", ids.Of(link.Id, address.Key))
        {
            LinkId = link.Id, CredentialId = link.CredentialId, Sentence = $"{code.Sentence}: {address.Text}",
            Facts = new Dictionary<string, object?> { ["problem"] = problem?.Code, ["until"] = wanted.EndsAt },
            Personal = new Dictionary<string, object?> { ["email"] = address.Text, ["tester"] = tester?.Id },
            Addresses = [address],
        });
    }, CancellationToken.None);
}
