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

namespace Portal.Services.People;

/// <summary>Sends one person Apple's invitation again, at most every three days (F15, F16).</summary>
internal sealed class Reinvitation(Database database, AuditLog audit, PersonReader reader, PersonIds ids, AppStoreConnectClient apple, TimeProvider time)
{
    public async Task<Reinvited> SendAsync(SyncLinkRow link, string key, Actor actor, CancellationToken cancel)
    {
        var facts = await reader.FactsAsync(link, key, actor, cancel);
        var now = time.GetUtcNow();
        if (PersonActRules.Reinvite(facts, now) is { } refused)
        {
            await RecordAsync(link, key, facts, actor, AuditCodes.PersonReinviteFailed, refused.Code, null);
            throw new ProblemException(refused);
        }
        // Claimed before it is sent: of two who press at once one sends.
        if (!await ClaimAsync(link, key, facts, now, cancel)) throw new ProblemException(PersonProblems.CoolDown(now + PersonDiagnosis.CoolDown));
        try
        {
            await apple.SendInvitationAsync(PersonReader.Use(link, actor, "person: invite again"), link.AppId, facts.Tester!.Id, CancellationToken.None);
        }
        catch (AppleException failure)
        {
            var problem = failure.MayHaveCommitted ? PersonProblems.MayHaveBeenSent : failure.Problem;
            if (!failure.MayHaveCommitted) await GiveBackAsync(link, key, facts.InvitedAt);
            await RecordAsync(link, key, facts, actor, AuditCodes.PersonReinviteFailed, problem.Code, null);
            throw new ProblemException(problem);
        }
        var seen = await reader.TestersAsync(link, [facts.Address ?? EmailAddress.TryParse(key)!], actor, CancellationToken.None);
        var state = seen.Items.FirstOrDefault(t => t.Id == facts.Tester.Id)?.State ?? facts.Tester.State;
        await RecordAsync(link, key, facts, actor, AuditCodes.PersonReinvited, null, state);
        return new Reinvited(state, now);
    }

    private async Task<bool> ClaimAsync(SyncLinkRow link, string key, PersonFacts facts, DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = database.Open();
        var before = facts.InvitedAt;
        var mine = await db.Memberships.Where(m => m.LinkId == link.Id && m.PersonKey == key && (before == null ? m.InvitedAt == null : m.InvitedAt == before))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.InvitedAt, now), cancel);
        if (mine == 1) return true;
        if (await db.Memberships.AnyAsync(m => m.LinkId == link.Id && m.PersonKey == key, cancel)) return false;
        // In the group by somebody else's hand: noted as found there, which owns nothing.
        db.Memberships.Add(new MembershipRow
        {
            Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = key, MemberId = facts.Member?.MemberId, TesterId = facts.Tester?.Id, Origin = MembershipOrigin.PreExisting,
            FirstSeenAt = now, LastSeenAt = now, ConfirmedAt = now, InviteState = facts.Tester?.State, InvitedAt = now,
        });
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            return false;
        }
    }

    internal async Task GiveBackAsync(SyncLinkRow link, string key, DateTimeOffset? before)
    {
        await using var db = database.Open();
        await db.Memberships.Where(m => m.LinkId == link.Id && m.PersonKey == key).ExecuteUpdateAsync(set => set.SetProperty(m => m.InvitedAt, before), CancellationToken.None);
    }

    /// <summary>Not to be cancelled: what was sent or refused is recorded even when nobody waits any more.</summary>
    internal async Task RecordAsync(SyncLinkRow link, string key, PersonFacts facts, Actor actor, AuditCode code, string? problem, string? state)
    {
        await using var db = database.Open();
        var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == key, CancellationToken.None);
        if (row is not null && state is not null) row.InviteState = state;
        audit.Append(db, new AuditEntry(code, actor, "person", ids.Of(link.Id, key))
        {
            LinkId = link.Id, CredentialId = link.CredentialId,
            Sentence = $"{code.Sentence}: {facts.AddressText}",
            Facts = new Dictionary<string, object?> { ["problem"] = problem, ["state"] = state },
            Personal = new Dictionary<string, object?> { ["email"] = facts.AddressText, ["tester"] = facts.Tester?.Id },
            Addresses = EmailAddress.TryParse(key) is { } address ? [address] : [],
        });
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
