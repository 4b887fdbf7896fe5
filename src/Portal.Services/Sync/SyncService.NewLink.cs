using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>The app's groups as the wizard shows them: internal and taken ones may not be chosen and say why and who holds them.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-active</c>, or Apple's refusal.</exception>
    public async Task<IReadOnlyList<GroupChoice>> GroupChoicesAsync(Guid credentialId, string appId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        await ActiveCredentialAsync(db, credentialId, cancel);
        var groups = await AskAppleAsync(use => _apple.ListGroupsAsync(use, appId, cancel), new KeyUse(credentialId, actor, "wizard: list groups") { AppId = appId });
        if (!groups.Complete) throw new ProblemException(groups.Because ?? SyncProblems.ShortRead("The list of groups"));
        var ids = groups.Items.Select(g => g.Id).ToList();
        var holders = await db.Links.AsNoTracking().Where(l => l.State != LinkState.Retired && ids.Contains(l.GroupId)).ToDictionaryAsync(l => l.GroupId, cancel);
        return [.. groups.Items.OrderBy(g => g.IsInternal).ThenBy(g => g.Name, StringComparer.OrdinalIgnoreCase).Select(group =>
        {
            holders.TryGetValue(group.Id, out var holder);
            var because = group.IsInternal ? SyncProblems.GroupIsInternal : holder is null ? null : SyncProblems.GroupTaken(TitleOf(holder));
            return new GroupChoice(group.Id, group.Name, group.IsInternal, group.TesterCount, because is null, because, holder?.Id);
        })];
    }

    /// <summary>
    /// Makes a link. It starts <see cref="LinkState.Paused"/>; a person applies its first plan. Checks at Apple that the group is
    /// external and of that app (invariants 3, 4); the database keeps invariants 1 and 2. A group to be made is made last, when
    /// everything else stands: where that remains open, the link comes back as <see cref="LinkState.Draft"/> with the reason,
    /// for <see cref="FinishLinkAsync"/>. Limits looser than the defaults hold once a second person allows them (invariant 31).
    /// </summary>
    /// <exception cref="ProblemException">Says which field is missing, who holds the group or release type, or what Apple refused.</exception>
    public async Task<LinkView> CreateLinkAsync(NewLink wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        if (NewLinkRules.Check(wanted.ProjectKey, wanted.ReleaseTypeKey, wanted.TeamName, wanted.Mapping, wanted.CentercodeSyncIsOff) is { } missing) throw new ProblemException(missing);
        if (PolicyRules.Check(wanted.Policy) is { } outOfRange) throw new ProblemException(outOfRange);
        if (wanted is { SourceKind: SourceKind.Csv, Csv: null }) throw new ProblemException(SyncProblems.Incomplete("The CSV file"));
        if (wanted.Csv is { } upload) DemandSize(upload);
        if (wanted.SourceKind is SourceKind.DataPackage && (wanted.ConnectionId is null || wanted.SourceUrl.Length == 0)) throw new ProblemException(SyncProblems.Incomplete("The Data Package"));
        await using var db = _database.Open();
        var credential = await ActiveCredentialAsync(db, wanted.CredentialId, cancel);
        await DemandFreeAsync(db, wanted, cancel);
        var app = await AppOfAsync(wanted, actor, cancel);
        var group = wanted.GroupId is { } existing ? await GroupOfAsync(wanted, existing, actor, cancel) : null;
        var internalFirst = group is null && await DemandNameFreeAsync(wanted, actor, cancel) && wanted.SetupGroup;
        var link = RowOf(wanted, credential, app, group, actor);
        if (internalFirst) (link.SetupGroupName, link.SetupGroupAskedAt, link.GroupAskedAt) = (SetupName(link.Id), link.GroupAskedAt, null);
        await BeginWithinDefaultsAsync(db, link, actor, cancel);
        db.Links.Add(link);
        if (wanted.Csv is { } file) db.CsvUploads.Add(UploadOf(link.Id, file, actor));
        _audit.Append(db, new AuditEntry(AuditCodes.LinkCreated, actor, "link", link.Id.ToString())
        {
            LinkId = link.Id, CredentialId = credential.Id,
            Facts = new Dictionary<string, object?> { ["app"] = link.AppId, ["group"] = link.GroupId, ["project"] = link.ProjectKey, ["releaseType"] = link.ReleaseTypeKey, ["source"] = link.SourceKind.ToString(), ["newGroup"] = group is null, ["setupGroup"] = internalFirst },
        });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            await using var again = _database.Open();
            await DemandFreeAsync(again, wanted, cancel);
            throw;
        }
        if (group is not null) return ViewOf(link, null);
        return internalFirst ? await MakeSetupGroupAsync(link.Id, actor, isNew: true) : await MakeGroupAsync(link.Id, actor, isNew: true);
    }

    private SyncLinkRow RowOf(NewLink wanted, CredentialRow credential, string app, BetaGroup? group, Actor actor)
    {
        var now = _time.GetUtcNow();
        return new SyncLinkRow
        {
            Id = Guid.CreateVersion7(), ProjectKey = wanted.ProjectKey.Trim(), ProjectName = OrElse(wanted.ProjectName, wanted.ProjectKey),
            ReleaseTypeKey = wanted.ReleaseTypeKey.Trim(), ReleaseTypeName = OrElse(wanted.ReleaseTypeName, wanted.ReleaseTypeKey), TeamName = wanted.TeamName.Trim(),
            SourceKind = wanted.SourceKind, ConnectionId = wanted.ConnectionId, SourceUrl = wanted.SourceUrl.Trim(), Mapping = wanted.Mapping,
            CredentialId = credential.Id, IssuerId = credential.IssuerId, AppId = wanted.AppId, AppName = app,
            GroupId = group?.Id ?? "", GroupName = group?.Name ?? wanted.NewGroupName!.Trim(), GroupAskedAt = group is null ? now : null,
            Policy = wanted.SourceKind is SourceKind.Csv ? wanted.Policy with { Every = null } : wanted.Policy,
            State = group is null ? LinkState.Draft : LinkState.Paused, CentercodeSyncOffConfirmed = true, CreatedAt = now, CreatedByName = actor.Name,
            LastEditorId = actor.Id, LastEditorName = actor.Name, LastEditedAt = now, GroupCount = group?.TesterCount,
        };
    }

    private static string OrElse(string text, string otherwise) => string.IsNullOrWhiteSpace(text) ? otherwise.Trim() : text.Trim();

    /// <summary>Names the holder before the database's rule says no (invariants 1, 2).</summary>
    private static async Task DemandFreeAsync(PortalDbContext db, NewLink wanted, CancellationToken cancel)
    {
        var holders = await db.Links.AsNoTracking().Where(l => l.State != LinkState.Retired &&
            (l.GroupId == wanted.GroupId || l.ProjectKey == wanted.ProjectKey.Trim() && l.ReleaseTypeKey == wanted.ReleaseTypeKey.Trim())).ToListAsync(cancel);
        if (holders.FirstOrDefault(l => l.GroupId == wanted.GroupId) is { } ofGroup) throw new ProblemException(SyncProblems.GroupTaken(TitleOf(ofGroup)));
        if (holders.FirstOrDefault() is { } ofType) throw new ProblemException(ofType.State is LinkState.Draft ? SyncProblems.ReleaseTypeBegun(TitleOf(ofType)) : SyncProblems.ReleaseTypeTaken(TitleOf(ofType)));
    }

    private async Task<BetaGroup> GroupOfAsync(NewLink wanted, string groupId, Actor actor, CancellationToken cancel)
    {
        var use = new KeyUse(wanted.CredentialId, actor, "wizard: check group") { AppId = wanted.AppId, GroupId = groupId };
        var group = await AskAppleAsync(u => _apple.GetGroupAsync(u, groupId, cancel), use) ?? throw new ProblemException(SyncProblems.GroupGone(groupId));
        if (group.IsInternal) throw new ProblemException(SyncProblems.GroupIsInternal);
        return group.AppId == wanted.AppId ? group : throw new ProblemException(SyncProblems.GroupOfOtherApp);
    }

    private async Task<string> AppOfAsync(NewLink wanted, Actor actor, CancellationToken cancel)
    {
        var apps = await AskAppleAsync(u => _apple.ListAppsAsync(u, cancel), new KeyUse(wanted.CredentialId, actor, "wizard: check app") { AppId = wanted.AppId });
        return apps.Items.FirstOrDefault(a => a.Id == wanted.AppId)?.Name ?? throw new ProblemException(SyncProblems.AppNotVisible);
    }

    private static async Task<CredentialRow> ActiveCredentialAsync(PortalDbContext db, Guid credentialId, CancellationToken cancel)
    {
        var credential = await db.Credentials.AsNoTracking().SingleOrDefaultAsync(c => c.Id == credentialId && c.Kind == CredentialKind.AppleTeamKey, cancel)
            ?? throw new ProblemException(SyncProblems.Incomplete("The key"));
        return credential.Status is CredentialStatus.Active ? credential : throw new ProblemException(SyncProblems.CredentialNotActive(credential.Label, credential.Status.ToString()));
    }

    /// <summary>For people at the screen Apple's refusal is the problem itself.</summary>
    private static async Task<T> AskAppleAsync<T>(Func<KeyUse, Task<T>> ask, KeyUse use)
    {
        try
        {
            return await ask(use);
        }
        catch (AppleException refusal)
        {
            throw new ProblemException(refusal.Problem);
        }
    }
}
