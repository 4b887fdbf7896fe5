using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(400);
    private const int MostItems = 1000;

    /// <summary>Runs, newest first.</summary>
    public async Task<Page<RunView>> RunsAsync(RunQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var all = db.Runs.AsNoTracking();
        var matching = all;
        if (query.LinkId is { } linkId) matching = matching.Where(r => r.LinkId == linkId);
        if (query.States.Count > 0) matching = matching.Where(r => query.States.Contains(r.State));
        if (query.Mode is { } mode) matching = matching.Where(r => r.Mode == mode);
        var rows = await matching.OrderByDescending(r => r.RequestedAt).ThenByDescending(r => r.Id)
            .Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MostItems)).ToListAsync(cancel);
        var ids = rows.Select(r => r.LinkId).Distinct().ToList();
        var titles = await db.Links.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, TitleOf, cancel);
        return new Page<RunView>([.. rows.Select(r => ViewOf(r, titles.GetValueOrDefault(r.LinkId, "")))], await matching.CountAsync(cancel), await all.CountAsync(cancel));
    }

    /// <summary>One run.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>.</exception>
    public async Task<RunView> RunAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        return await ReadRunAsync(runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
    }

    /// <summary>People of a run in the plan's order; addresses and names masked for those who may not see them.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>.</exception>
    public async Task<Page<RunItemView>> ItemsAsync(Guid runId, RunItemQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var linkId = await db.Runs.Where(r => r.Id == runId).Select(r => (Guid?)r.LinkId).SingleOrDefaultAsync(cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        var all = db.RunItems.AsNoTracking().Where(i => i.RunId == runId);
        var matching = Matching(all, query, actor.May(Permission.SeeAddresses));
        var rows = await matching.OrderBy(i => i.Ordinal).Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MostItems)).ToListAsync(cancel);
        return new Page<RunItemView>([.. rows.Select(row => ViewOf(row, actor) with { PersonId = _people.Find(linkId, row.PersonKey) })], await matching.CountAsync(cancel), await all.CountAsync(cancel));
    }

    /// <summary>
    /// The run now and after every committed change, until it is over: what the page, REST's event stream and the CLI show.
    /// It reads the same rows a reload would, from whichever node.
    /// </summary>
    public async IAsyncEnumerable<RunView> WatchAsync(Guid runId, Actor actor, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var seen = -1L;
        using var timer = new PeriodicTimer(WatchInterval);
        do
        {
            var run = await ReadRunAsync(runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
            if (run.Revision != seen) yield return run;
            seen = run.Revision;
            if (run.IsOver) yield break;
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private static IQueryable<RunItemRow> Matching(IQueryable<RunItemRow> items, RunItemQuery query, bool seesAddresses)
    {
        if (query.Actions.Count > 0) items = items.Where(i => query.Actions.Contains(i.Action));
        if (query.Outcomes.Count > 0) items = items.Where(i => query.Outcomes.Contains(i.Outcome));
        if (query.ReasonCode is { Length: > 0 } reason) items = items.Where(i => i.ReasonCode == reason);
        // Searching addresses is seeing them: a mask would be read out letter by letter.
        if (seesAddresses && query.Text?.Trim().ToLowerInvariant() is { Length: > 0 } text)
            items = items.Where(i => i.PersonKey.Contains(text) || i.Name != null && i.Name.ToLower().Contains(text));
        return items;
    }

    private async Task<RunView?> ReadRunAsync(Guid runId, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var row = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancel);
        if (row is null) return null;
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == row.LinkId, cancel);
        return ViewOf(row, TitleOf(link));
    }

    private static string TitleOf(SyncLinkRow link) => $"{link.TeamName} → {link.GroupName}";

    private static RunItemView ViewOf(RunItemRow row, Actor actor)
    {
        var sees = actor.May(Permission.SeeAddresses);
        return new RunItemView
        {
            Id = row.Id, Ordinal = row.Ordinal,
            // Some communities use the address as the id.
            MemberId = sees || row.MemberId?.Contains('@', StringComparison.Ordinal) is not true ? row.MemberId : EmailAddress.Mask(row.MemberId),
            Email = sees || row.Email is null ? row.Email : EmailAddress.Mask(row.Email),
            Name = sees || row.Name is null ? row.Name : $"{row.Name[..1]}•••",
            Action = row.Action, ReasonCode = row.ReasonCode, Reason = row.Reason, Outcome = row.Outcome, OutcomeSentence = row.OutcomeSentence,
            InviteState = row.InviteState, AppleStatus = row.AppleStatus, AppleCode = row.AppleCode, Attempts = row.Attempts,
        };
    }

    private static RunView ViewOf(RunRow row, string linkTitle) => new()
    {
        Id = row.Id, LinkId = row.LinkId, LinkTitle = linkTitle, Mode = row.Mode, Purpose = row.Purpose, Trigger = row.Trigger, State = row.State,
        StartedByName = row.StartedByName, StartedById = row.StartedById, OnePerson = row.OnlyPersonKey is not null, OfRunId = row.OfRunId,
        RequestedAt = row.RequestedAt, StartedAt = row.StartedAt, PlannedAt = row.PlannedAt, FinishedAt = row.FinishedAt,
        Revision = row.Revision, PlanHash = row.PlanHash, Problem = StoredProblem.Of(row.ProblemCode, row.ProblemSentence),
        ApprovalId = row.ApprovalId, NotFourEyes = row.NotFourEyes, ComparedRunId = row.ComparedRunId, RequestReason = row.RequestReason,
        CancelRequested = row.CancelRequested, Resumes = row.Resumes, TeamCount = row.TeamCount, GroupCount = row.GroupCount,
        ToAdd = row.ToAdd, ToRemove = row.ToRemove, Kept = row.Kept, Skipped = row.Skipped, Waiting = row.Waiting,
        Done = row.Done, Confirmed = row.Confirmed, Pending = row.Pending, Refused = row.Refused, NotTried = row.NotTried,
        Calls = row.Calls, CallsLeftThisHour = row.CallsLeftThisHour, WaitingUntil = row.State.IsOver(row.Mode) ? null : row.WaitingUntil,
    };
}
