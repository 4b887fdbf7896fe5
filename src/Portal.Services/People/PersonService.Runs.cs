using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Sync;

namespace Portal.Services.People;

public sealed partial class PersonService
{
    /// <summary>Plans the link's sync for this person alone and changes nothing.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops the request.</param>
    public Task<RunRequested> PreviewOneAsync(Guid linkId, string personId, Actor actor, CancellationToken cancel = default) => RequestOneAsync(linkId, personId, SyncMode.Preview, null, actor, cancel);

    /// <summary>Runs the link's sync for this person alone.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="planHash">Of a preview: this plan and no other.</param>
    /// <param name="cancel">Stops the request.</param>
    public Task<RunRequested> SyncOneAsync(Guid linkId, string personId, Actor actor, string? planHash = null, CancellationToken cancel = default) => RequestOneAsync(linkId, personId, SyncMode.Real, planHash, actor, cancel);

    /// <summary>A run step by step as far as it is about this person, now and after every change until it is over. A run of the whole team will do.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="runId">The run.</param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>.</param>
    /// <param name="cancel">Stops the watching, not the run.</param>
    /// <exception cref="ProblemException"><c>run-not-found</c> for a run of another link or person too.</exception>
    public async IAsyncEnumerable<PersonRunView> WatchRunAsync(Guid linkId, string personId, Guid runId, Actor actor, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        await DemandRunOfAsync(link.Id, key, runId, cancel);
        await foreach (var run in _sync.WatchAsync(runId, actor, cancel)) yield return await ViewOfAsync(link, key, run, cancel);
    }

    /// <summary>The same, as it stands.</summary>
    public async Task<PersonRunView> RunAsync(Guid linkId, string personId, Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        await DemandRunOfAsync(link.Id, key, runId, cancel);
        return await ViewOfAsync(link, key, await _sync.RunAsync(runId, actor, cancel), cancel);
    }

    private async Task<RunRequested> RequestOneAsync(Guid linkId, string personId, SyncMode mode, string? planHash, Actor actor, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        var asked = await _sync.RequestAsync(link.Id, mode, actor, key, planHash, cancel: cancel);
        // The run of the whole team does this person too; that of somebody else does not.
        if (asked.Joined && !await IsRunOfAsync(link.Id, key, asked.RunId, cancel)) throw new ProblemException(PersonProblems.OtherPersonUnderWay(asked.StartedByName));
        return asked;
    }

    private async Task DemandRunOfAsync(Guid linkId, string key, Guid runId, CancellationToken cancel)
    {
        if (!await IsRunOfAsync(linkId, key, runId, cancel)) throw new ProblemException(SyncProblems.RunNotFound);
    }

    private async Task<bool> IsRunOfAsync(Guid linkId, string key, Guid runId, CancellationToken cancel)
    {
        await using var db = _database.Open();
        return await db.Runs.AnyAsync(r => r.Id == runId && r.LinkId == linkId && (r.OnlyPersonKey == null || r.OnlyPersonKey == key), cancel);
    }

    private async Task<PersonRunView> ViewOfAsync(Data.SyncLinkRow link, string key, RunView run, CancellationToken cancel)
    {
        await using var db = _database.Open();
        // Somebody with a new address is an add under it and a removal under the old; what is written speaks first.
        var items = await db.RunItems.AsNoTracking().Where(i => i.RunId == run.Id && i.PersonKey == key).ToListAsync(cancel);
        var item = items.OrderBy(i => i.Action is PlanAction.Add or PlanAction.Remove ? 0 : 1).ThenBy(i => i.Ordinal).FirstOrDefault();
        var uses = await db.KeyUses.AsNoTracking().Where(u => u.RunId == run.Id && u.OutcomeAt != null).Select(u => new { u.CredentialId, u.Method, At = u.OutcomeAt!.Value }).ToListAsync(cancel);
        var writes = uses.Where(u => u.CredentialId == link.CredentialId && u.Method != "GET").ToList();
        var team = uses.Where(u => link.ConnectionId is { } source && u.CredentialId == source).ToList();
        return new PersonRunView(run, new PersonRun
        {
            Mode = run.Mode, State = run.State, Problem = run.Problem, TeamName = link.TeamName, GroupName = link.GroupName, TeamCount = run.TeamCount, GroupCount = run.GroupCount,
            Item = item is null ? null : new PersonRunItem(item.Action, item.ReasonCode, item.Reason, item.Outcome, item.OutcomeSentence, item.InviteState) { AppleCode = item.AppleCode },
            TeamReadAt = team.Count == 0 ? run.PlannedAt : team.Max(u => u.At), PlannedAt = run.PlannedAt,
            // Of a whole team's run nobody's own request is known, only the answer about them.
            ActedAt = run.OnePerson && writes.Count > 0 ? writes.Max(u => u.At) : item?.OutcomeAt, SettledAt = item?.OutcomeAt,
        }.Steps);
    }
}

/// <summary>A run as far as it is about one person.</summary>
/// <param name="Run">The run itself.</param>
/// <param name="Steps">Found in the team, in scope, matched at Apple, acted, confirmed.</param>
public sealed record PersonRunView(RunView Run, IReadOnlyList<PersonRunStep> Steps);
