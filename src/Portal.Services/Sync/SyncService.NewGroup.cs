using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>How long Apple's lists may leave out what was just made.</summary>
    private static readonly TimeSpan GroupsLag = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Goes on with a link whose group is not known to be made (invariant 37): takes the group of that name if it is at Apple by now,
    /// and makes it only once Apple's lists would show it. The link is <see cref="LinkState.Paused"/> then, or still a draft with the reason.
    /// </summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>credential-not-active</c>, <c>group-name-taken</c>, or Apple's refusal.</exception>
    public async Task<LinkView> FinishLinkAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (link.State is not LinkState.Draft) return ViewOf(link, null);
        await ActiveCredentialAsync(db, link.CredentialId, cancel);
        if (link is { SetupGroupName: not null, SetupGroupId: null }) return await FinishSetupGroupAsync(link, actor, cancel);
        if (await MadeAlreadyAsync(link, actor, cancel) is { } made) return await TakeGroupAsync(linkId, made, actor);
        return _time.GetUtcNow() - link.GroupAskedAt < GroupsLag ? await StayDraftAsync(linkId, SyncProblems.GroupUnconfirmed(link.GroupName)) : await AskForGroupAsync(link, actor, isNew: false);
    }

    /// <summary>One of two people who press the button at once asks Apple.</summary>
    private async Task<LinkView> AskForGroupAsync(SyncLinkRow link, Actor actor, bool isNew)
    {
        await using var db = _database.Open();
        var (asked, now) = (link.GroupAskedAt, _time.GetUtcNow());
        var mine = await db.Links.Where(l => l.Id == link.Id && l.State == LinkState.Draft && l.GroupAskedAt == asked)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.GroupAskedAt, now), CancellationToken.None);
        return mine == 1 ? await MakeGroupAsync(link.Id, actor, isNew) : await StayDraftAsync(link.Id, SyncProblems.GroupUnconfirmed(link.GroupName));
    }

    /// <summary>A name stands for one group only when nobody has it yet; afterwards whatever bears it is what was asked for.</summary>
    /// <returns>Whether the app has no internal group.</returns>
    private async Task<bool> DemandNameFreeAsync(NewLink wanted, Actor actor, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(wanted.NewGroupName)) throw new ProblemException(SyncProblems.Incomplete("The group"));
        var name = wanted.NewGroupName.Trim();
        var use = new KeyUse(wanted.CredentialId, actor, "wizard: check group name") { AppId = wanted.AppId };
        var groups = await GroupsOfAsync(use, wanted.AppId, cancel);
        return groups.Any(g => Bears(g, name)) ? throw new ProblemException(SyncProblems.GroupNameTaken(name)) : !groups.Any(g => g.IsInternal);
    }

    /// <summary>Nothing here is cancelled with the page: once Apple is asked, the answer is kept.</summary>
    private async Task<LinkView> MakeGroupAsync(Guid linkId, Actor actor, bool isNew)
    {
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == linkId);
        var use = new KeyUse(link.CredentialId, actor, "wizard: create group") { AppId = link.AppId };
        try
        {
            return await TakeGroupAsync(linkId, await _apple.CreateGroupAsync(use, link.AppId, link.GroupName, isInternal: false, CancellationToken.None), actor);
        }
        catch (AppleException refusal) when (!refusal.MayHaveCommitted)
        {
            var problem = IsDuplicate(refusal) ? SyncProblems.GroupNameTaken(link.GroupName) : await WantsInternalAsync(link, refusal, actor) ? SyncProblems.InternalGroupFirst : refusal.Problem;
            // A link is forgotten only when nothing of it is left at Apple.
            await RefuseGroupAsync(linkId, problem, actor, forget: isNew && (link.SetupGroupId is null || await TryRemoveSetupGroupAsync(link, actor)));
            throw new ProblemException(problem);
        }
        catch (AppleException)
        {
            return await AfterDoubtAsync(link, actor);
        }
    }

    /// <summary>Nobody can tell whether Apple made it: what can be seen decides, and asking again waits (invariant 37).</summary>
    private async Task<LinkView> AfterDoubtAsync(SyncLinkRow link, Actor actor)
    {
        try
        {
            if (await MadeAlreadyAsync(link, actor, CancellationToken.None) is { } made) return await TakeGroupAsync(link.Id, made, actor);
        }
        catch (ProblemException)
        {
            // Apple cannot be read now either; the draft says what is open.
        }
        return await StayDraftAsync(link.Id, SyncProblems.GroupUnconfirmed(link.GroupName));
    }

    /// <summary>The external group of the draft's name, which nobody had when the draft was made; null when there is none.</summary>
    private async Task<BetaGroup?> MadeAlreadyAsync(SyncLinkRow link, Actor actor, CancellationToken cancel)
    {
        var use = new KeyUse(link.CredentialId, actor, "wizard: look for the new group") { AppId = link.AppId };
        var found = (await GroupsOfAsync(use, link.AppId, cancel)).FirstOrDefault(g => Bears(g, link.GroupName));
        // With people in it somebody else made it and uses it.
        return found is null or { IsInternal: false, TesterCount: 0 or null } ? found : throw new ProblemException(SyncProblems.GroupNameTaken(link.GroupName));
    }

    private async Task<IReadOnlyList<BetaGroup>> GroupsOfAsync(KeyUse use, string appId, CancellationToken cancel)
    {
        var groups = await AskAppleAsync(u => _apple.ListGroupsAsync(u, appId, cancel), use);
        if (!groups.Complete) throw new ProblemException(groups.Because ?? SyncProblems.ShortRead("The list of groups"));
        return groups.Items;
    }

    private static bool Bears(BetaGroup group, string name) => string.Equals(group.Name, name, StringComparison.OrdinalIgnoreCase);

    private async Task<LinkView> TakeGroupAsync(Guid linkId, BetaGroup group, Actor actor)
    {
        await using var db = _database.Open();
        var link = await db.Links.SingleAsync(l => l.Id == linkId);
        if (link.State is not LinkState.Draft) return ViewOf(link, null);
        (link.GroupId, link.GroupName, link.GroupCount, link.State, link.ProblemCode, link.ProblemSentence) = (group.Id, group.Name, group.TesterCount ?? 0, LinkState.Paused, null, null);
        _audit.Append(db, new AuditEntry(AuditCodes.GroupCreated, actor, "group", group.Id) { LinkId = linkId, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["app"] = link.AppId } });
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            throw new ProblemException(SyncProblems.GroupNameTaken(link.GroupName));
        }
        if (link.SetupGroupId is null) return ViewOf(link, null);
        await TryRemoveSetupGroupAsync(link, actor);
        return await LinkAsync(linkId, actor);
    }

    private async Task<LinkView> StayDraftAsync(Guid linkId, Problem problem)
    {
        await using var db = _database.Open();
        var link = await db.Links.SingleAsync(l => l.Id == linkId);
        if (link.State is not LinkState.Draft) return ViewOf(link, null);
        (link.ProblemCode, link.ProblemSentence) = (problem.Code, problem.Sentence);
        await db.SaveChangesAsync();
        return ViewOf(link, null);
    }

    /// <summary>Apple said no, so there is no group: a link just begun goes, and the wizard stands where it stood; an older draft stays and says why.</summary>
    private async Task RefuseGroupAsync(Guid linkId, Problem problem, Actor actor, bool forget, AuditCode? code = null)
    {
        await using var db = _database.Open();
        var link = await db.Links.SingleAsync(l => l.Id == linkId);
        if (link.State is not LinkState.Draft) return;
        (link.ProblemCode, link.ProblemSentence, link.GroupAskedAt, link.SetupGroupAskedAt) = (problem.Code, problem.Sentence, null, null);
        _audit.Append(db, new AuditEntry(code ?? AuditCodes.GroupCreateFailed, actor, "link", linkId.ToString()) { LinkId = linkId, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["app"] = link.AppId, ["problem"] = problem.Code, ["linkForgotten"] = forget } });
        if (forget)
        {
            db.CsvUploads.RemoveRange(await db.CsvUploads.Where(u => u.LinkId == linkId).ToListAsync());
            db.Links.Remove(link);
        }
        await db.SaveChangesAsync();
    }

    private static bool IsDuplicate(AppleException refusal) => refusal.AppleCode?.EndsWith(".DUPLICATE", StringComparison.Ordinal) is true;
}
