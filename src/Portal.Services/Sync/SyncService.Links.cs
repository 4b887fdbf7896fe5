using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>Every link that is not retired, and with <paramref name="retired"/> those too.</summary>
    public async Task<IReadOnlyList<LinkView>> LinksAsync(Actor actor, bool retired = false, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var rows = await db.Links.AsNoTracking().Where(l => retired || l.State != LinkState.Retired).OrderBy(l => l.ProjectName).ThenBy(l => l.TeamName).ToListAsync(cancel);
        var running = await db.Runs.AsNoTracking().Where(r => r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).ToDictionaryAsync(r => r.LinkId, r => r.Id, cancel);
        var now = _time.GetUtcNow();
        var held = (await db.Runs.AsNoTracking().Where(r => r.State == RunState.AwaitingApproval).Select(r => new { r.LinkId, r.Id }).ToListAsync(cancel)).ToLookup(r => r.LinkId, r => r.Id);
        return [.. rows.Select(row => ViewOf(row, running.TryGetValue(row.Id, out var run) ? run : null, now, held[row.Id].Order().Select(id => (Guid?)id).LastOrDefault()))];
    }

    /// <summary>One link.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<LinkView> LinkAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var row = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        var held = await db.Runs.AsNoTracking().Where(r => r.LinkId == linkId && r.State == RunState.AwaitingApproval).OrderByDescending(r => r.RequestedAt).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
        var now = _time.GetUtcNow();
        var refusals = await db.PersonRests.AsNoTracking().Where(r => r.LinkId == linkId && r.NextTryAt > now).OrderByDescending(r => r.RefusedAt).Select(r => r.RunId).ToListAsync(cancel);
        return ViewOf(row, (await UnderWayAsync(db, linkId, cancel))?.RunId, held) with { Resting = refusals.Count, RestingRunId = refusals.Count == 0 ? null : refusals[0] };
    }

    /// <summary>From now on the link reads and shows drift, and writes nothing (invariant 34). A run that writes goes on, cancel it apart; one that still reads stops before its first write.</summary>
    public Task PauseAsync(Guid linkId, Actor actor, CancellationToken cancel = default) => ChangeAsync(linkId, actor, AuditCodes.LinkPaused, link =>
    {
        if (link.State is LinkState.Draft) throw new ProblemException(SyncProblems.LinkIsDraft);
        link.State = LinkState.Paused;
        return NoFacts;
    }, cancel);

    /// <summary>Puts the link back on its schedule; a blocked one too, whose next plan is guarded as ever.</summary>
    /// <exception cref="ProblemException"><c>first-plan-by-person</c> when nothing was ever applied: start a sync instead.</exception>
    public Task ResumeAsync(Guid linkId, Actor actor, CancellationToken cancel = default) => ChangeAsync(linkId, actor, AuditCodes.LinkResumed, link =>
    {
        if (link.FirstAppliedAt is null) throw new ProblemException(SyncProblems.FirstPlanByPerson);
        link.State = LinkState.Active;
        link.FailuresInARow = 0;
        (link.ProblemCode, link.ProblemSentence) = (null, null);
        link.NextDueAt = _time.GetUtcNow();
        (link.LooksOnlySince, link.LooksOnlyBecause) = (null, null);
        return NoFacts;
    }, cancel);

    /// <summary>A paused link is let write again by people alone: the schedule only looks until somebody resumes it. For an undo of what it did before it was paused.</summary>
    /// <exception cref="ProblemException"><c>first-plan-by-person</c>.</exception>
    public Task LookOnlyAsync(Guid linkId, Actor actor, CancellationToken cancel = default) => ChangeAsync(linkId, actor, AuditCodes.LinkLooksOnly, link =>
    {
        if (link.FirstAppliedAt is null) throw new ProblemException(SyncProblems.FirstPlanByPerson);
        if (link.State is LinkState.Paused) link.State = LinkState.Active;
        link.LooksOnlySince ??= _time.GetUtcNow();
        link.LooksOnlyBecause ??= SyncProblems.LooksOnly(actor.Name);
        return NoFacts;
    }, cancel);

    /// <summary>Ends the link and frees its group and release type. Removes nobody (invariant 35).</summary>
    public Task RetireAsync(Guid linkId, Actor actor, CancellationToken cancel = default) => ChangeAsync(linkId, actor, AuditCodes.LinkRetired, link =>
    {
        link.State = LinkState.Retired;
        link.RetiredAt = _time.GetUtcNow();
        link.NextDueAt = null;
        return NoFacts;
    }, cancel);

    /// <summary>Stores a new team file for a CSV link and makes the link due: the next sweep reads it and syncs what may be synced.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>not-a-csv-link</c>, <c>source-too-large</c>.</exception>
    public async Task UploadCsvAsync(Guid linkId, CsvFile file, Actor actor, CancellationToken cancel = default)
    {
        await ChangeAsync(linkId, actor, AuditCodes.LinkCsvUploaded, (link, db) =>
        {
            if (link.SourceKind is not SourceKind.Csv) throw new ProblemException(SyncProblems.NotACsvLink);
            DemandSize(file);
            db.CsvUploads.Add(UploadOf(linkId, file, actor));
            // A file has no interval: its upload is what makes the link due. Paused, it shows the drift and writes nothing.
            if (link.State is not LinkState.Draft) link.NextDueAt = _time.GetUtcNow();
            return new Dictionary<string, object?> { ["bytes"] = file.Content.Length };
        }, cancel);
    }

    private static readonly IReadOnlyDictionary<string, object?> NoFacts = new Dictionary<string, object?>();

    private void DemandSize(CsvFile file)
    {
        if (file.Content.Length > _sources.LargestFile) throw new ProblemException(SourceProblems.TooLarge(_sources.LargestFile / (1024 * 1024)));
    }

    private CsvUploadRow UploadOf(Guid linkId, CsvFile file, Actor actor) => new()
    {
        Id = Guid.CreateVersion7(), LinkId = linkId, FileName = Path.GetFileName(file.Name), Content = file.Content,
        UploadedAt = _time.GetUtcNow(), UploadedById = actor.Id, UploadedByName = actor.Name,
    };

    private Task ChangeAsync(Guid linkId, Actor actor, AuditCode code, Func<SyncLinkRow, IReadOnlyDictionary<string, object?>> change, CancellationToken cancel) =>
        ChangeAsync(linkId, actor, code, (link, _) => change(link), cancel);

    private Task ChangeAsync(Guid linkId, Actor actor, AuditCode code, Func<SyncLinkRow, PortalDbContext, IReadOnlyDictionary<string, object?>> change, CancellationToken cancel) =>
        ChangeAsync(linkId, actor, code, (link, db) => Task.FromResult<IReadOnlyDictionary<string, object?>?>(change(link, db)), cancel);

    /// <param name="change">Null: the link itself stays as it is.</param>
    private async Task ChangeAsync(Guid linkId, Actor actor, AuditCode code, Func<SyncLinkRow, PortalDbContext, Task<IReadOnlyDictionary<string, object?>?>> change, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var link = await db.Links.SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        var facts = await change(link, db);
        if (facts is null)
        {
            await db.SaveChangesAsync(cancel);
            return;
        }
        // Pausing and resuming change nothing a plan is made by: whoever did is not its requester.
        if (code == AuditCodes.LinkChanged || code == AuditCodes.LinkCsvUploaded) (link.LastEditorId, link.LastEditorName, link.LastEditedAt) = (actor.Id, actor.Name, _time.GetUtcNow());
        _audit.Append(db, new AuditEntry(code, actor, "link", linkId.ToString()) { LinkId = linkId, CredentialId = link.CredentialId, Facts = facts });
        await db.SaveChangesAsync(cancel);
    }

    private LinkView ViewOf(SyncLinkRow row, Guid? unfinishedRun, Guid? heldRun = null) => ViewOf(row, unfinishedRun, _time.GetUtcNow(), heldRun);

    private static LinkView ViewOf(SyncLinkRow row, Guid? unfinishedRun, DateTimeOffset now, Guid? heldRun) => new()
    {
        Id = row.Id, ProjectName = row.ProjectName, ProjectKey = row.ProjectKey, ReleaseTypeName = row.ReleaseTypeName, ReleaseTypeKey = row.ReleaseTypeKey,
        TeamName = row.TeamName, SourceKind = row.SourceKind, SourceUrl = row.SourceUrl, Mapping = row.Mapping, CredentialId = row.CredentialId,
        ConnectionId = row.ConnectionId, AppId = row.AppId, AppName = row.AppName, GroupId = row.GroupId, GroupName = row.GroupName,
        SetupGroupName = row.SetupGroupId is null ? null : row.SetupGroupName, SetupGroupProblem = StoredProblem.Of(row.SetupGroupProblemCode, row.SetupGroupProblemSentence),
        Policy = row.Policy, State = row.State, Problem = StoredProblem.Of(row.ProblemCode, row.ProblemSentence), FirstApplied = row.FirstAppliedAt is not null,
        LooksOnlySince = row.LooksOnlySince, LooksOnlyBecause = row.LooksOnlyBecause,
        NextDueAt = row.NextDueAt, FailuresInARow = row.FailuresInARow, FrozenUntil = FreezeCalendar.Of(row.Policy).Until(now), WaitingUntil = row.WaitingUntil, UnchangedSince = row.UnchangedSince, LastCheckAt = row.LastCheckAt, LastExactCheckAt = row.LastExactCheckAt, ChecksSinceChange = row.ChecksSinceChange,
        TeamCount = row.TeamCount, GroupCount = row.GroupCount, DriftToAdd = row.DriftToAdd, DriftToRemove = row.DriftToRemove,
        Unmanaged = row.Unmanaged, WaitingForEmail = row.WaitingForEmail, UnfinishedRunId = unfinishedRun, HeldRunId = heldRun, LastRunId = row.LastRunId,
        CreatedByName = row.CreatedByName, CreatedAt = row.CreatedAt,
    };
}
