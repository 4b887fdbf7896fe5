using System.Globalization;
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

/// <summary>The internal group Apple wants before an app's first external one: made for a link, removed once that one is there.</summary>
public sealed partial class SyncService
{
    /// <summary>
    /// Tries once more to remove the internal group that was made only to set this link up. It goes only by the id recorded for the link,
    /// and only while Apple's answers right before say: internal, of the name given to it, without testers, without builds.
    /// Otherwise it stays and <see cref="LinkView.SetupGroupProblem"/> says why.
    /// </summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-is-draft</c> or <c>credential-not-active</c>.</exception>
    public async Task<LinkView> RemoveSetupGroupAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (link.State is LinkState.Draft) throw new ProblemException(SyncProblems.LinkIsDraft);
        if (link.SetupGroupId is not null)
        {
            await ActiveCredentialAsync(db, link.CredentialId, cancel);
            await TryRemoveSetupGroupAsync(link, actor);
        }
        return await LinkAsync(linkId, actor, cancel);
    }

    /// <summary>No two links share it, so a lost answer's group is known by its name.</summary>
    private static string SetupName(Guid linkId) => string.Create(CultureInfo.InvariantCulture, $"Portal set-up {linkId.ToString("N")[^6..]}");

    private async Task<LinkView> MakeSetupGroupAsync(Guid linkId, Actor actor, bool isNew)
    {
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == linkId);
        BetaGroup made;
        try
        {
            made = await _apple.CreateGroupAsync(SetupUse(link, actor, "wizard: create set-up group"), link.AppId, link.SetupGroupName!, isInternal: true, CancellationToken.None);
        }
        catch (AppleException refusal) when (!refusal.MayHaveCommitted)
        {
            await RefuseGroupAsync(linkId, refusal.Problem, actor, forget: isNew, AuditCodes.SetupGroupCreateFailed);
            throw new ProblemException(refusal.Problem);
        }
        catch (AppleException)
        {
            try
            {
                if (await SetupMadeAsync(link, actor) is { } found) return await GoOnAsync(link, found.Id, actor, isNew);
            }
            catch (ProblemException)
            {
                // Apple cannot be read now either; the draft says what is open.
            }
            return await StayDraftAsync(linkId, SyncProblems.SetupGroupUnconfirmed(link.SetupGroupName!));
        }
        return await GoOnAsync(link, made.Id, actor, isNew);
    }

    /// <summary>Invariant 37: looks first, and asks again only once Apple's lists would show it.</summary>
    private async Task<LinkView> FinishSetupGroupAsync(SyncLinkRow link, Actor actor, CancellationToken cancel)
    {
        if (await SetupMadeAsync(link, actor, cancel) is { } made) return await GoOnAsync(link, made.Id, actor, isNew: false);
        await using var db = _database.Open();
        var (asked, now) = (link.SetupGroupAskedAt, _time.GetUtcNow());
        var mine = now - asked < GroupsLag ? 0 : await db.Links.Where(l => l.Id == link.Id && l.State == LinkState.Draft && l.SetupGroupId == null && l.SetupGroupAskedAt == asked)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.SetupGroupAskedAt, now), cancel);
        return mine == 1 ? await MakeSetupGroupAsync(link.Id, actor, isNew: false) : await StayDraftAsync(link.Id, SyncProblems.SetupGroupUnconfirmed(link.SetupGroupName!));
    }

    private async Task<BetaGroup?> SetupMadeAsync(SyncLinkRow link, Actor actor, CancellationToken cancel = default) =>
        (await GroupsOfAsync(SetupUse(link, actor, "wizard: look for the set-up group"), link.AppId, cancel)).FirstOrDefault(g => g.IsInternal && Bears(g, link.SetupGroupName!));

    /// <summary>Keeps the id before anything else is asked for.</summary>
    private async Task<LinkView> GoOnAsync(SyncLinkRow link, string groupId, Actor actor, bool isNew)
    {
        await using var db = _database.Open();
        var row = await db.Links.SingleAsync(l => l.Id == link.Id);
        if (row.SetupGroupId is null)
        {
            (row.SetupGroupId, row.ProblemCode, row.ProblemSentence) = (groupId, null, null);
            _audit.Append(db, SetupEntry(AuditCodes.SetupGroupCreated, row, groupId, actor, null));
            await db.SaveChangesAsync();
        }
        return row.State is LinkState.Draft ? await AskForGroupAsync(row, actor, isNew) : await LinkAsync(row.Id, actor);
    }

    /// <summary>Whether Apple may have refused an external group for want of an internal one: its code for that is not known.</summary>
    private async Task<bool> WantsInternalAsync(SyncLinkRow link, AppleException refusal, Actor actor)
    {
        if (refusal.Status is not (409 or 422) || link.SetupGroupId is not null) return false;
        try
        {
            return !(await GroupsOfAsync(SetupUse(link, actor, "wizard: list groups"), link.AppId, CancellationToken.None)).Any(g => g.IsInternal);
        }
        catch (ProblemException)
        {
            return false;
        }
    }

    /// <returns>Whether nothing of it is left at Apple.</returns>
    private async Task<bool> TryRemoveSetupGroupAsync(SyncLinkRow link, Actor actor)
    {
        var (id, name) = (link.SetupGroupId!, link.SetupGroupName!);
        var use = SetupUse(link, actor, "remove set-up group") with { GroupId = id };
        Problem? because;
        try
        {
            (because, var isThere) = await WhyKeepAsync(link, use);
            if (because is null && isThere) await _apple.DeleteGroupAsync(use, id, CancellationToken.None);
        }
        catch (AppleException refusal)
        {
            because = await IsGoneAsync(use, id) ? null : SyncProblems.SetupGroupStays(name, refusal.Problem.Code);
        }
        await using var db = _database.Open();
        var row = await db.Links.SingleAsync(l => l.Id == link.Id);
        (row.SetupGroupProblemCode, row.SetupGroupProblemSentence) = (because?.Code, because?.Sentence);
        if (because is null) (row.SetupGroupId, row.SetupGroupName) = (null, null);
        _audit.Append(db, SetupEntry(because is null ? AuditCodes.SetupGroupRemoved : AuditCodes.SetupGroupKept, row, id, actor, because));
        await db.SaveChangesAsync();
        return because is null;
    }

    /// <summary>What speaks against removing it by what Apple says now, and whether it is there at all.</summary>
    private async Task<(Problem? Because, bool IsThere)> WhyKeepAsync(SyncLinkRow link, KeyUse use)
    {
        var (id, name) = (link.SetupGroupId!, link.SetupGroupName!);
        if (link.GroupId.Length > 0 && await _apple.GetGroupAsync(use with { GroupId = link.GroupId }, link.GroupId, CancellationToken.None) is not { IsInternal: false }) return (SyncProblems.SetupGroupEarly(name), true);
        if (await _apple.GetGroupAsync(use, id, CancellationToken.None) is not { } group) return (null, false);
        if (!group.IsInternal) return (SyncProblems.SetupGroupInUse(name, "Apple says it is no internal group"), true);
        if (group.Name != name) return (SyncProblems.SetupGroupInUse(name, "somebody renamed it"), true);
        var testers = await _apple.ListGroupTestersAsync(use, id, CancellationToken.None);
        if (!testers.Complete) return (SyncProblems.SetupGroupStays(name, testers.Because?.Code ?? "short-read"), true);
        if (testers.Items.Count > 0) return (SyncProblems.SetupGroupInUse(name, "somebody put testers into it"), true);
        var builds = await _apple.ListGroupBuildsAsync(use, id, CancellationToken.None);
        if (!builds.Complete) return (SyncProblems.SetupGroupStays(name, builds.Because?.Code ?? "short-read"), true);
        return (builds.Items.Count > 0 ? SyncProblems.SetupGroupInUse(name, "somebody gave it a build") : null, true);
    }

    private async Task<bool> IsGoneAsync(KeyUse use, string id)
    {
        try
        {
            return await _apple.GetGroupAsync(use, id, CancellationToken.None) is null;
        }
        catch (AppleException)
        {
            return false;
        }
    }

    private static KeyUse SetupUse(SyncLinkRow link, Actor actor, string purpose) => new(link.CredentialId, actor, purpose) { AppId = link.AppId };

    private static AuditEntry SetupEntry(AuditCode code, SyncLinkRow link, string groupId, Actor actor, Problem? because) => new(code, actor, "group", groupId)
    {
        LinkId = link.Id, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["app"] = link.AppId, ["problem"] = because?.Code },
    };
}
