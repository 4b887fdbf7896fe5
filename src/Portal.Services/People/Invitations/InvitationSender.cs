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

namespace Portal.Services.People.Invitations;

/// <summary>
/// Sends the invitations of a round one by one, each claimed in the commit of its intent: however many machines work on a round,
/// each person is sent one, and what may have been sent is never repeated (invariant 37).
/// </summary>
internal sealed class InvitationSender(Database database, AuditLog audit, PersonReader reader, Reinvitation single, AppStoreConnectClient apple, TimeProvider time)
{
    private static readonly TimeSpan GivenUp = TimeSpan.FromMinutes(10);
    private const int LookedUpAtOnce = 50;

    private sealed class TakenException() : Exception("Another machine sends it.");

    public async Task RunAsync(Guid roundId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var round = await db.InvitationRounds.AsNoTracking().SingleAsync(r => r.Id == roundId, cancel);
        if (round.FinishedAt is not null) return;
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == round.LinkId, cancel);
        var actor = new Actor(round.StartedById, round.StartedByName, ActorKind.Job, [], "job");
        var given = time.GetUtcNow() - GivenUp;
        // Its portal is no more: nobody knows what Apple did with it.
        await db.InvitationItems.Where(i => i.RoundId == roundId && i.Outcome == ResendOutcome.Sending && i.At < given).ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, ResendOutcome.Unsure)
            .SetProperty(i => i.ProblemCode, PersonProblems.MayHaveBeenSent.Code).SetProperty(i => i.ProblemSentence, PersonProblems.MayHaveBeenSent.Sentence), cancel);
        Problem? stopped = null;
        foreach (var item in await db.InvitationItems.AsNoTracking().Where(i => i.RoundId == roundId && i.Outcome == ResendOutcome.Waiting).OrderBy(i => i.Ordinal).ToListAsync(cancel))
        {
            stopped = await SendAsync(link, round, item, actor, cancel);
            if (stopped is not null) break;
        }
        if (stopped is null && await db.InvitationItems.AnyAsync(i => i.RoundId == roundId && (i.Outcome == ResendOutcome.Waiting || i.Outcome == ResendOutcome.Sending), cancel)) return;
        await ReadBackAsync(link, roundId, actor, cancel);
        await EndAsync(link, round, stopped, actor);
    }

    /// <summary>Returns what stops the whole round (invariant 19).</summary>
    private async Task<Problem?> SendAsync(SyncLinkRow link, InvitationRoundRow round, InvitationItemRow item, Actor actor, CancellationToken cancel)
    {
        var isClaimed = false;
        var use = PersonReader.Use(link, actor, "invitations: send again") with
        {
            LinkId = link.Id,
            Intended = async (db, stop) =>
            {
                if (isClaimed) return;
                await ClaimAsync(db, link, round, item, stop);
                isClaimed = true;
            },
        };
        try
        {
            await apple.SendInvitationAsync(use, link.AppId, item.TesterId, cancel);
            await SettleAsync(link, item, ResendOutcome.Sent, null, actor);
            return null;
        }
        catch (AppleException failure)
        {
            var problem = failure.MayHaveCommitted ? PersonProblems.MayHaveBeenSent : failure.Problem;
            if (!failure.MayHaveCommitted && isClaimed) await single.GiveBackAsync(link, item.PersonKey, item.InvitedBefore);
            var stops = !failure.MayHaveCommitted && (failure.Reach is not FailureReach.Request || failure.Problem == AppleProblems.InvitationNotOffered);
            await SettleAsync(link, item, failure.MayHaveCommitted ? ResendOutcome.Unsure : ResendOutcome.Refused, problem, actor);
            return stops ? failure.Problem : null;
        }
        catch (ProblemException refused) when (refused.Problem.Code is "link-paused" or "link-retired" or "link-is-draft" || refused.Problem == PersonProblems.ResendStopped)
        {
            return refused.Problem;
        }
        catch (ProblemException refused)
        {
            await SettleAsync(link, item, ResendOutcome.Refused, refused.Problem, actor);
            return null;
        }
        catch (TakenException)
        {
            return null;
        }
    }

    /// <summary>With the intent or not at all: nobody stopped it, the link may write, nobody holds the person back, and no other invitation went out since.</summary>
    private async Task ClaimAsync(PortalDbContext db, SyncLinkRow link, InvitationRoundRow round, InvitationItemRow item, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (await db.InvitationRounds.AnyAsync(r => r.Id == round.Id && r.StopRequested, cancel)) throw new ProblemException(PersonProblems.ResendStopped);
        if (LinkWrites.Refused(await db.Links.Where(l => l.Id == link.Id).Select(l => l.State).SingleAsync(cancel), null) is { } refused) throw new ProblemException(refused);
        if (await db.InvitationItems.Where(i => i.Id == item.Id && i.Outcome == ResendOutcome.Waiting).ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, ResendOutcome.Sending).SetProperty(i => i.At, now), cancel) == 0) throw new TakenException();
        if (await db.Suppressions.AnyAsync(s => s.LinkId == link.Id && s.PersonKey == item.PersonKey && (s.Until == null || s.Until > now), cancel)) throw new ProblemException(PersonProblems.HeldBack);
        var before = item.InvitedBefore;
        var rows = db.Memberships.Where(m => m.LinkId == link.Id && m.PersonKey == item.PersonKey);
        if (await rows.Where(m => before == null ? m.InvitedAt == null : m.InvitedAt == before).ExecuteUpdateAsync(set => set.SetProperty(m => m.InvitedAt, now), cancel) == 1) return;
        if (await rows.AnyAsync(cancel)) throw new ProblemException(PersonProblems.CoolDown(now + PersonDiagnosis.CoolDown));
        // In the team and put in by somebody else: noted as found there, which owns nothing.
        db.Memberships.Add(new MembershipRow
        {
            Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = item.PersonKey, MemberId = item.MemberId, TesterId = item.TesterId, Origin = MembershipOrigin.PreExisting, FirstSeenAt = now, LastSeenAt = now, ConfirmedAt = now, InvitedAt = now,
        });
    }

    /// <summary>Not to be cancelled: what was sent is recorded whatever happens.</summary>
    private async Task SettleAsync(SyncLinkRow link, InvitationItemRow item, ResendOutcome outcome, Problem? problem, Actor actor)
    {
        await using (var db = database.Open())
        {
            var now = time.GetUtcNow();
            await db.InvitationItems.Where(i => i.Id == item.Id).ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, outcome).SetProperty(i => i.At, now)
                .SetProperty(i => i.ProblemCode, problem == null ? null : problem.Code).SetProperty(i => i.ProblemSentence, problem == null ? null : problem.Sentence), CancellationToken.None);
        }
        var facts = new PersonFacts { AppName = link.AppName, GroupName = link.GroupName, TeamName = link.TeamName, Link = link.State, Tester = new BetaTester(item.TesterId, item.PersonKey, null, null, null, item.InviteState) };
        await single.RecordAsync(link, item.PersonKey, facts, actor, problem is null ? AuditCodes.PersonReinvited : AuditCodes.PersonReinviteFailed, problem?.Code, null);
    }

    /// <summary>What Apple shows of them now; who cannot be read keeps the state they had.</summary>
    private async Task ReadBackAsync(SyncLinkRow link, Guid roundId, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        var sent = await db.InvitationItems.Where(i => i.RoundId == roundId && (i.Outcome == ResendOutcome.Sent || i.Outcome == ResendOutcome.Unsure)).ToListAsync(cancel);
        foreach (var some in sent.Chunk(LookedUpAtOnce))
        {
            var seen = await reader.TestersAsync(link, [.. some.Select(i => EmailAddress.TryParse(i.PersonKey)).OfType<EmailAddress>()], actor, cancel);
            var states = seen.Items.Where(t => t.GroupIds.Contains(link.GroupId)).DistinctBy(t => t.Id).ToDictionary(t => t.Id, t => t.State, StringComparer.Ordinal);
            foreach (var item in some.Where(i => states.ContainsKey(i.TesterId)))
            {
                item.InviteState = states[item.TesterId];
                await db.Memberships.Where(m => m.LinkId == link.Id && m.PersonKey == item.PersonKey).ExecuteUpdateAsync(set => set.SetProperty(m => m.InviteState, item.InviteState), cancel);
            }
        }
        await db.SaveChangesAsync(cancel);
    }

    private async Task EndAsync(SyncLinkRow link, InvitationRoundRow round, Problem? stopped, Actor actor)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = time.GetUtcNow();
        if (await db.InvitationRounds.Where(r => r.Id == round.Id && r.FinishedAt == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.FinishedAt, now)
            .SetProperty(r => r.ProblemCode, stopped == null ? null : stopped.Code).SetProperty(r => r.ProblemSentence, stopped == null ? null : stopped.Sentence)) == 0) return;
        await db.InvitationItems.Where(i => i.RoundId == round.Id && i.Outcome == ResendOutcome.Waiting).ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, ResendOutcome.NotTried));
        var counts = (await db.InvitationItems.Where(i => i.RoundId == round.Id).GroupBy(i => i.Outcome).Select(g => new { g.Key, Count = g.Count() }).ToListAsync()).ToDictionary(g => g.Key, g => g.Count);
        audit.Append(db, new AuditEntry(AuditCodes.InvitationsEnded, actor, "link", link.Id.ToString())
        {
            LinkId = link.Id, CredentialId = link.CredentialId,
            Facts = new Dictionary<string, object?> { ["round"] = round.Id, ["sent"] = counts.GetValueOrDefault(ResendOutcome.Sent), ["refused"] = counts.GetValueOrDefault(ResendOutcome.Refused), ["unsure"] = counts.GetValueOrDefault(ResendOutcome.Unsure), ["notTried"] = counts.GetValueOrDefault(ResendOutcome.NotTried), ["problem"] = stopped?.Code },
        });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}
