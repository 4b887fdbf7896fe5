using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.People.Invitations;

/// <summary>Sends Apple's invitation again to many of a link at once: who would get one, the sending, and what became of each.</summary>
public sealed class InvitationService
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly PersonIds _ids;
    private readonly InvitationPlanner _planner;
    private readonly TimeProvider _time;

    internal InvitationService(Database database, AuditLog audit, AccessGuard guard, PersonIds ids, InvitationPlanner planner, TimeProvider time) =>
        (_database, _audit, _guard, _ids, _planner, _time) = (database, audit, guard, ids, planner, time);

    /// <summary>Who would be sent an invitation and who is left out, with why, read now. Sends nothing.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="who">Whom to choose.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>person-ids-locked</c>.</exception>
    public async Task<ResendPlan> PlanAsync(Guid linkId, ResendWho who, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var link = await LinkAsync(linkId, cancel);
        var choice = await _planner.ReadAsync(link, who, actor, cancel);
        return new ResendPlan(linkId, who, choice.Nobody, [.. choice.People.Select(p => new ResendPerson(_ids.Of(linkId, p.Key), NameOf(p.Facts), p.Facts.Tester!.Email, p.Facts.Tester.State, p.Facts.InvitedAt, p.LeftOut))], choice.Hash, _time.GetUtcNow());
    }

    /// <summary>Sends to those of the plan that was seen, or to some of them; read and chosen again first.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="wanted">What was seen and who of it.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops the request, not the sending.</param>
    /// <returns>The round, to watch.</returns>
    /// <exception cref="ProblemException"><c>resend-changed</c>, <c>resend-nobody</c>, <c>resend-under-way</c> and what keeps anybody from being sent one.</exception>
    public async Task<Guid> SendAsync(Guid linkId, ResendWanted wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var link = await LinkAsync(linkId, cancel);
        var choice = await _planner.ReadAsync(link, wanted.Who, actor, cancel);
        if (choice.Nobody is { } nobody) throw new ProblemException(nobody);
        if (choice.Hash != wanted.Plan) throw new ProblemException(PersonProblems.ResendChanged);
        var only = wanted.Only?.ToHashSet(StringComparer.Ordinal);
        var people = choice.Chosen.Where(p => only is null || only.Contains(_ids.Of(linkId, p.Key))).ToList();
        if (people.Count == 0) throw new ProblemException(PersonProblems.ResendNobody);
        await using var db = _database.Open();
        var round = new InvitationRoundRow { Id = Guid.CreateVersion7(), LinkId = linkId, Who = wanted.Who, StartedById = actor.Id, StartedByName = actor.Name, StartedAt = _time.GetUtcNow() };
        db.InvitationRounds.Add(round);
        db.InvitationItems.AddRange(people.Select((p, index) => new InvitationItemRow
        {
            Id = Guid.CreateVersion7(), RoundId = round.Id, Ordinal = index, PersonKey = p.Key, MemberId = p.Facts.Member?.MemberId, Name = NameOf(p.Facts), TesterId = p.Facts.Tester!.Id, InviteState = p.Facts.Tester.State, InvitedBefore = p.Facts.InvitedAt,
        }));
        _audit.Append(db, new AuditEntry(AuditCodes.InvitationsAsked, actor, "link", linkId.ToString())
        {
            LinkId = linkId, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["round"] = round.Id, ["who"] = wanted.Who.ToString(), ["people"] = people.Count, ["leftOut"] = choice.People.Count - people.Count },
        });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            throw new ProblemException(PersonProblems.ResendUnderWay);
        }
        return round.Id;
    }

    /// <summary>Ends a sending: what was sent stays sent, the rest is not tried.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>resend-not-found</c>.</exception>
    public async Task StopAsync(Guid roundId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        await using var db = _database.Open();
        var round = await db.InvitationRounds.SingleOrDefaultAsync(r => r.Id == roundId, cancel) ?? throw new ProblemException(PersonProblems.ResendNotFound);
        if (round.FinishedAt is not null || round.StopRequested) return;
        round.StopRequested = true;
        _audit.Append(db, new AuditEntry(AuditCodes.InvitationsStopped, actor, "link", round.LinkId.ToString()) { LinkId = round.LinkId, Facts = new Dictionary<string, object?> { ["round"] = roundId } });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>A sending and everybody of it as it stands; masked for those who may not see addresses.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>resend-not-found</c>.</exception>
    public async Task<ResendRound> RoundAsync(Guid roundId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var round = await db.InvitationRounds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId, cancel) ?? throw new ProblemException(PersonProblems.ResendNotFound);
        var items = await db.InvitationItems.AsNoTracking().Where(i => i.RoundId == roundId).OrderBy(i => i.Ordinal).ToListAsync(cancel);
        var open = actor.May(Permission.SeeAddresses);
        return new ResendRound(round.Id, round.LinkId, round.StartedByName, round.StartedAt, round.FinishedAt, StoredProblem.Of(round.ProblemCode, round.ProblemSentence),
            [.. items.Select(i => new ResendItem(_ids.Find(round.LinkId, i.PersonKey), open ? i.Name : null, open ? i.PersonKey : EmailAddress.Mask(i.PersonKey), i.Outcome, StoredProblem.Of(i.ProblemCode, i.ProblemSentence), i.InviteState, i.At))])
        { StopRequested = round.StopRequested };
    }

    /// <summary>The same now and after every change, until it is over.</summary>
    public async IAsyncEnumerable<ResendRound> WatchAsync(Guid roundId, Actor actor, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        (int, bool)? seen = null;
        using var timer = new PeriodicTimer(WatchInterval);
        do
        {
            var round = await RoundAsync(roundId, actor, cancel);
            if (seen != (round.Done, round.IsOver)) yield return round;
            seen = (round.Done, round.IsOver);
            if (round.IsOver) yield break;
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    /// <summary>The link's last sending; null: none yet.</summary>
    public async Task<Guid?> LastAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        return await db.InvitationRounds.Where(r => r.LinkId == linkId).OrderByDescending(r => r.StartedAt).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
    }

    private async Task<SyncLinkRow> LinkAsync(Guid linkId, CancellationToken cancel)
    {
        await using var db = _database.Open();
        return await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
    }

    private static string? NameOf(PersonFacts facts) => $"{facts.Member?.FirstName ?? facts.Tester?.FirstName} {facts.Member?.LastName ?? facts.Tester?.LastName}".Trim() is { Length: > 0 } name ? name : null;
}
