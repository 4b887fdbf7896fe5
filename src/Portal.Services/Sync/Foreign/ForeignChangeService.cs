using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Foreign;

/// <summary>Other hands on a link's group: shown, asked about once, answered (invariant 40, F38).</summary>
public sealed class ForeignChangeService
{
    private const int LongestReason = 500;
    private const int MostShown = 1000;
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly PersonIds _people;
    private readonly TimeProvider _time;

    internal ForeignChangeService(Database database, AuditLog audit, AccessGuard guard, PersonIds people, TimeProvider time) =>
        (_database, _audit, _guard, _people, _time) = (database, audit, guard, people, time);

    /// <summary>Counts of the rolling day, the open question and the last answer of a link.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<ForeignSummary> SummaryAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        if (!await db.Links.AnyAsync(l => l.Id == linkId, cancel)) throw new ProblemException(SyncProblems.LinkNotFound);
        var dayAgo = _time.GetUtcNow() - ForeignQuestion.Day;
        var today = await db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == linkId && c.SeenAt > dayAgo).GroupBy(c => c.Kind).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var lastAt = await db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == linkId && (c.Kind == ForeignChangeKind.Added || c.Kind == ForeignChangeKind.Removed)).OrderByDescending(c => c.SeenAt).Select(c => (DateTimeOffset?)c.SeenAt).FirstOrDefaultAsync(cancel);
        var questions = await db.ForeignQuestions.AsNoTracking().Where(q => q.LinkId == linkId).OrderByDescending(q => q.AskedAt).Take(2).ToListAsync(cancel);
        return new ForeignSummary(Count(ForeignChangeKind.Added), Count(ForeignChangeKind.Removed), Count(ForeignChangeKind.JoinedByPublicLink), Count(ForeignChangeKind.LeftTesting), lastAt)
        {
            AskedAt = questions.Find(q => q.AnsweredAt is null)?.AskedAt,
            LastAnswer = questions.Find(q => q.AnsweredAt is not null) is { } answered ? new ForeignAnswered(answered.Answer!.Value, answered.Reason ?? "", answered.AnsweredByName ?? "", answered.AnsweredAt!.Value) : null,
        };

        int Count(ForeignChangeKind kind) => today.GetValueOrDefault(kind);
    }

    /// <summary>The changes of a link, newest first.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="skip">How many to leave out.</param>
    /// <param name="take">How many at most; up to 1,000.</param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>; masked without <see cref="Permission.SeeAddresses"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<Page<ForeignChangeView>> ChangesAsync(Guid linkId, int skip, int take, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var all = db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == linkId);
        var count = await all.CountAsync(cancel);
        var rows = await all.OrderByDescending(c => c.SeenAt).ThenBy(c => c.PersonKey).ThenBy(c => c.Id).Skip(Math.Max(0, skip)).Take(Math.Clamp(take, 1, MostShown)).ToListAsync(cancel);
        var open = actor.May(Permission.SeeAddresses);
        return new([.. rows.Select(row => new ForeignChangeView(row.SeenAt, row.Kind, row.PersonKey is null || open ? row.PersonKey : EmailAddress.Mask(row.PersonKey), row.PersonKey is null ? null : _people.Find(linkId, row.PersonKey)))], count, count);
    }

    /// <summary>Every open question, longest first: whose turn it is, a program manager's.</summary>
    public async Task<IReadOnlyList<ForeignQuestionView>> OpenQuestionsAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        return await OpenAsync(db, cancel);
    }

    /// <summary>The same for the portal's own eyes, such as alerts.</summary>
    internal static async Task<List<ForeignQuestionView>> OpenAsync(PortalDbContext db, CancellationToken cancel)
    {
        var rows = await db.ForeignQuestions.AsNoTracking().Where(q => q.AnsweredAt == null)
            .Join(db.Links.Where(l => l.State != LinkState.Retired), q => q.LinkId, l => l.Id, (q, l) => new { q.Id, q.LinkId, l.TeamName, l.GroupName, q.AskedAt }).OrderBy(q => q.AskedAt).ToListAsync(cancel);
        return [.. rows.Select(q => new ForeignQuestionView(q.Id, q.LinkId, $"{q.TeamName} → {q.GroupName}", q.AskedAt))];
    }

    /// <summary>Answers who else writes to the group. It is asked again only after new changes.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="answer">Who it was.</param>
    /// <param name="reason">In words, for whoever looks later.</param>
    /// <param name="actor">Needs <see cref="Permission.RunSync"/>.</param>
    /// <param name="cancel">Stops the request.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>foreign-reason-missing</c>, <c>foreign-nothing-asked</c>.</exception>
    public async Task AnswerAsync(Guid linkId, ForeignAnswer answer, string? reason, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var why = Reasoned(reason);
        await _database.WriteAsync(async db =>
        {
            var now = _time.GetUtcNow();
            var open = await db.ForeignQuestions.AsNoTracking().SingleOrDefaultAsync(q => q.LinkId == linkId && q.AnsweredAt == null, cancel);
            // Of two who answer at once one does.
            var answered = open is null ? 0 : await db.ForeignQuestions.Where(q => q.Id == open.Id && q.AnsweredAt == null).ExecuteUpdateAsync(set => set
                .SetProperty(q => q.AnsweredAt, now).SetProperty(q => q.AnsweredByName, actor.Name).SetProperty(q => q.Answer, answer).SetProperty(q => q.Reason, why), cancel);
            if (answered == 0) throw new ProblemException(SyncProblems.NothingAsked);
            if (answer is ForeignAnswer.SyncIsOffNow) await db.Links.Where(l => l.Id == linkId).ExecuteUpdateAsync(set => set.SetProperty(l => l.CentercodeSyncOffConfirmed, true), cancel);
            _audit.Append(db, new AuditEntry(AuditCodes.ForeignChangesAnswered, actor, "link", linkId.ToString())
            {
                LinkId = linkId, Reason = why, Facts = new Dictionary<string, object?> { ["answer"] = answer.ToString(), ["asked"] = open!.AskedAt },
            });
        }, cancel);
    }

    internal static string Reasoned(string? reason)
    {
        var why = reason?.Trim() ?? "";
        return why.Length is > 0 and <= LongestReason ? why : throw new ProblemException(SyncProblems.ForeignReason);
    }
}

/// <summary>Other hands on a link's group on the rolling day.</summary>
/// <param name="Added">Put in by somebody else.</param>
/// <param name="Removed">Taken out by somebody else.</param>
/// <param name="JoinedByPublicLink">Came by the public link.</param>
/// <param name="LeftTesting">Stopped testing.</param>
/// <param name="LastAt">The last by somebody else; null: there was none ever.</param>
public sealed record ForeignSummary(int Added, int Removed, int JoinedByPublicLink, int LeftTesting, DateTimeOffset? LastAt)
{
    /// <summary>What another writer did, in words; null: there never was one.</summary>
    public string? Seen => ForeignWords.Seen(Added, Removed, LastAt);

    /// <summary>Testers who came and went by themselves, in words.</summary>
    public string? OwnHands => ForeignWords.OwnHands(JoinedByPublicLink, LeftTesting);

    /// <summary>Since when it is asked whether Centercode's own sync is off; null: it is not.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>What was said the last time.</summary>
    public ForeignAnswered? LastAnswer { get; init; }
}

/// <summary>An answer as given.</summary>
public sealed record ForeignAnswered(ForeignAnswer Answer, string Reason, string ByName, DateTimeOffset At);

/// <summary>One change that was not ours.</summary>
/// <param name="SeenAt">When it was first seen.</param>
/// <param name="Email">Maybe masked; null for testers without an address, or erased.</param>
/// <param name="PersonId">Opaque id of the person in the link.</param>
public sealed record ForeignChangeView(DateTimeOffset SeenAt, ForeignChangeKind Kind, string? Email, string? PersonId);

/// <summary>An open question.</summary>
public sealed record ForeignQuestionView(Guid Id, Guid LinkId, string LinkTitle, DateTimeOffset AskedAt);
