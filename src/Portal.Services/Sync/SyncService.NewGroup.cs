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
        if (await MadeAlreadyAsync(link, actor, cancel) is { } made) return await TakeGroupAsync(linkId, made, actor);
        var now = _time.GetUtcNow();
        var asked = link.GroupAskedAt;
        if (now - asked < GroupsLag) return await StayDraftAsync(linkId, SyncProblems.GroupUnconfirmed(link.GroupName));
        // One of two people who press the button at once asks Apple.
        var mine = await db.Links.Where(l => l.Id == linkId && l.State == LinkState.Draft && l.GroupAskedAt == asked)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.GroupAskedAt, now), cancel);
        return mine == 1 ? await MakeGroupAsync(linkId, actor, isNew: false) : await StayDraftAsync(linkId, SyncProblems.GroupUnconfirmed(link.GroupName));
    }

    /// <summary>A name stands for one group only when nobody has it yet; afterwards whatever bears it is what was asked for.</summary>
    private async Task DemandNameFreeAsync(NewLink wanted, Actor actor, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(wanted.NewGroupName)) throw new ProblemException(SyncProblems.Incomplete("The group"));
        var name = wanted.NewGroupName.Trim();
        var use = new KeyUse(wanted.CredentialId, actor, "wizard: check group name") { AppId = wanted.AppId };
        if ((await NamesakesAsync(use, wanted.AppId, name, cancel)).Count > 0) throw new ProblemException(SyncProblems.GroupNameTaken(name));
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
            var problem = IsDuplicate(refusal) ? SyncProblems.GroupNameTaken(link.GroupName) : refusal.Problem;
            await RefuseGroupAsync(linkId, problem, actor, forget: isNew);
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
        var found = (await NamesakesAsync(use, link.AppId, link.GroupName, cancel)).FirstOrDefault();
        // With people in it somebody else made it and uses it.
        return found is null or { IsInternal: false, TesterCount: 0 or null } ? found : throw new ProblemException(SyncProblems.GroupNameTaken(link.GroupName));
    }

    private async Task<IReadOnlyList<BetaGroup>> NamesakesAsync(KeyUse use, string appId, string name, CancellationToken cancel)
    {
        var groups = await AskAppleAsync(u => _apple.ListGroupsAsync(u, appId, cancel), use);
        if (!groups.Complete) throw new ProblemException(groups.Because ?? SyncProblems.ShortRead("The list of groups"));
        return [.. groups.Items.Where(g => string.Equals(g.Name, name, StringComparison.OrdinalIgnoreCase))];
    }

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
        return ViewOf(link, null);
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
    private async Task RefuseGroupAsync(Guid linkId, Problem problem, Actor actor, bool forget)
    {
        await using var db = _database.Open();
        var link = await db.Links.SingleAsync(l => l.Id == linkId);
        if (link.State is not LinkState.Draft) return;
        (link.ProblemCode, link.ProblemSentence, link.GroupAskedAt) = (problem.Code, problem.Sentence, null);
        _audit.Append(db, new AuditEntry(AuditCodes.GroupCreateFailed, actor, "link", linkId.ToString()) { LinkId = linkId, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["app"] = link.AppId, ["problem"] = problem.Code, ["linkForgotten"] = forget } });
        if (forget)
        {
            db.CsvUploads.RemoveRange(await db.CsvUploads.Where(u => u.LinkId == linkId).ToListAsync());
            db.Links.Remove(link);
        }
        await db.SaveChangesAsync();
    }

    private static bool IsDuplicate(AppleException refusal) => refusal.AppleCode?.EndsWith(".DUPLICATE", StringComparison.Ordinal) is true;
}
