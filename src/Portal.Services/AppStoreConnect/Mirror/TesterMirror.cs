using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.TestFlight;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect.Mirror;

/// <summary>An app of an Apple team: what tester ids belong to (invariant 5).</summary>
internal sealed record MirrorPlace(string IssuerId, string AppId);

/// <summary>A group as the mirror has it.</summary>
/// <param name="ExactAt">When all of it was last read; null: never, and <paramref name="Testers"/> says nothing.</param>
internal sealed record MirroredGroup(IReadOnlyList<BetaTester> Testers, DateTimeOffset? ExactAt);

/// <summary>
/// Apple's testers as the portal last saw them, brought up to date by every complete read. It saves requests; where it and
/// Apple's counts differ it is not believed, and nobody is removed on its word.
/// </summary>
internal sealed class TesterMirror(Database database, TimeProvider time)
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<(MirrorPlace, string), int> _changes = new();

    /// <summary>Grows whenever this machine changed who is in a group, or something about one of them.</summary>
    public int ChangesOf(MirrorPlace place, string groupId) => _changes.GetValueOrDefault((place, groupId));

    public async Task<MirroredGroup> GroupAsync(MirrorPlace place, string groupId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var group = await db.MirrorGroups.AsNoTracking().SingleOrDefaultAsync(g => g.IssuerId == place.IssuerId && g.AppId == place.AppId && g.GroupId == groupId, cancel);
        if (group?.ExactAt is null) return new([], null);
        var mark = $" {groupId} ";
        var testers = await Of(db, place).AsNoTracking().Where(t => t.Groups.Contains(mark))
            .Select(t => new BetaTester(t.TesterId, t.Email, t.FirstName, t.LastName, t.InviteType, t.State)).ToListAsync(cancel);
        return new(testers, group.ExactAt);
    }

    /// <summary>Tester ids by matching key of everyone the app is known to know.</summary>
    public async Task<Dictionary<string, string>> IdsAsync(MirrorPlace place, CancellationToken cancel)
    {
        await using var db = database.Open();
        var rows = await Of(db, place).AsNoTracking().Where(t => t.EmailKey != null).Select(t => new { t.EmailKey, t.TesterId }).ToListAsync(cancel);
        return rows.GroupBy(r => r.EmailKey!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(r => r.TesterId)!, StringComparer.Ordinal);
    }

    /// <summary>When each group of the app was last read to its end.</summary>
    public async Task<Dictionary<string, MirrorGroupRow>> GroupsAsync(MirrorPlace place, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.MirrorGroups.AsNoTracking().Where(g => g.IssuerId == place.IssuerId && g.AppId == place.AppId).ToDictionaryAsync(g => g.GroupId, StringComparer.Ordinal, cancel);
    }

    /// <summary>A group was read to its end.</summary>
    public Task LearnGroupAsync(MirrorPlace place, string groupId, IReadOnlyList<BetaTester> testers, DateTimeOffset readAt, CancellationToken cancel) => WriteAsync(place, async db =>
    {
        var mark = $" {groupId} ";
        var ids = testers.Select(t => t.Id).ToList();
        var rows = await Of(db, place).Where(t => t.Groups.Contains(mark)).ToDictionaryAsync(t => t.TesterId, StringComparer.Ordinal, cancel);
        var missing = ids.Where(id => !rows.ContainsKey(id)).ToList();
        foreach (var row in missing.Count == 0 ? [] : await Of(db, place).Where(t => missing.Contains(t.TesterId)).ToListAsync(cancel)) rows[row.TesterId] = row;
        foreach (var tester in testers)
        {
            var row = Take(db, place, rows, tester, readAt);
            if (!row.Groups.Contains(mark, StringComparison.Ordinal)) row.Groups = Text([.. row.Groups.Split(' ', StringSplitOptions.RemoveEmptyEntries), groupId]);
        }
        foreach (var gone in rows.Values.Where(r => r.Groups.Contains(mark, StringComparison.Ordinal)).ExceptBy(ids, r => r.TesterId)) gone.Groups = gone.Groups.Replace(mark, " ", StringComparison.Ordinal);
        (await GroupRowAsync(db, place, groupId, cancel)).ExactAt = readAt;
    }, cancel);

    /// <summary>All testers of the app were read to the end, with their groups: each of <paramref name="groupIds"/> is exact now.</summary>
    public Task LearnAppAsync(MirrorPlace place, IEnumerable<string> groupIds, IReadOnlyList<BetaTester> testers, DateTimeOffset readAt, CancellationToken cancel) => WriteAsync(place, async db =>
    {
        var rows = await Of(db, place).ToDictionaryAsync(t => t.TesterId, StringComparer.Ordinal, cancel);
        foreach (var tester in testers) Take(db, place, rows, tester, readAt).Groups = Text(tester.GroupIds);
        db.MirrorTesters.RemoveRange(rows.Values.ExceptBy(testers.Select(t => t.Id), r => r.TesterId, StringComparer.Ordinal));
        foreach (var groupId in groupIds) (await GroupRowAsync(db, place, groupId, cancel)).ExactAt = readAt;
    }, cancel);

    /// <summary>People were looked up by address: those found are as they came, the others the app does not know.</summary>
    public Task LearnPeopleAsync(MirrorPlace place, IReadOnlyCollection<string> askedKeys, IReadOnlyList<BetaTester> found, DateTimeOffset readAt, CancellationToken cancel) => WriteAsync(place, async db =>
    {
        var ids = found.Select(t => t.Id).ToList();
        var rows = await Of(db, place).Where(t => askedKeys.Contains(t.EmailKey) || ids.Contains(t.TesterId)).ToDictionaryAsync(t => t.TesterId, StringComparer.Ordinal, cancel);
        foreach (var tester in found) Take(db, place, rows, tester, readAt).Groups = Text(tester.GroupIds);
        db.MirrorTesters.RemoveRange(rows.Values.ExceptBy(ids, r => r.TesterId, StringComparer.Ordinal));
    }, cancel);

    /// <summary>The builds of a group were looked at closely.</summary>
    public Task LearnBuildsAsync(MirrorPlace place, string groupId, string mark, bool hasTestable, CancellationToken cancel) => WriteAsync(place, async db =>
    {
        var row = await GroupRowAsync(db, place, groupId, cancel);
        (row.BuildsMark, row.HasTestableBuild, row.BuildsAt) = (mark, hasTestable, time.GetUtcNow());
    }, cancel);

    /// <summary>One writer at a time here; another machine that was quicker with the same row means once more on what is there now.</summary>
    private async Task WriteAsync(MirrorPlace place, Func<PortalDbContext, Task> write, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            for (var tries = 1; ; tries++)
            {
                await using var db = database.Open();
                await write(db);
                try
                {
                    var groups = ChangedGroups(db);
                    await db.SaveChangesAsync(cancel);
                    foreach (var groupId in groups) _changes.AddOrUpdate((place, groupId), 1, (_, n) => n + 1);
                    return;
                }
                catch (DbUpdateException collision) when (tries < 3 && (collision is DbUpdateConcurrencyException || Database.IsUniqueViolation(collision)))
                {
                    // Read again and write the difference to that.
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private static HashSet<string> ChangedGroups(PortalDbContext db) => db.ChangeTracker.Entries<MirrorTesterRow>().Where(t => t.State is not EntityState.Unchanged)
        .SelectMany(t => t.State is EntityState.Added ? [t.Entity.Groups] : new[] { t.Entity.Groups, t.OriginalValues.GetValue<string>(nameof(MirrorTesterRow.Groups)) })
        .SelectMany(groups => groups.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);

    private static MirrorTesterRow Take(PortalDbContext db, MirrorPlace place, Dictionary<string, MirrorTesterRow> rows, BetaTester tester, DateTimeOffset readAt)
    {
        var row = rows.GetValueOrDefault(tester.Id);
        if (row is null)
        {
            db.MirrorTesters.Add(row = new MirrorTesterRow { IssuerId = place.IssuerId, AppId = place.AppId, TesterId = tester.Id, SeenAt = readAt });
            rows[tester.Id] = row;
        }
        (row.Email, row.EmailKey) = (tester.Email, EmailAddress.TryParse(tester.Email)?.Key);
        (row.FirstName, row.LastName, row.InviteType) = (tester.FirstName, tester.LastName, tester.InviteType);
        // The time alone is no reason to write 10,000 rows: it is that of the last change.
        if (row.State != tester.State) (row.State, row.SeenAt) = (tester.State, readAt);
        return row;
    }

    private static async Task<MirrorGroupRow> GroupRowAsync(PortalDbContext db, MirrorPlace place, string groupId, CancellationToken cancel)
    {
        var row = await db.MirrorGroups.FindAsync([place.IssuerId, place.AppId, groupId], cancel);
        if (row is null) db.MirrorGroups.Add(row = new MirrorGroupRow { IssuerId = place.IssuerId, AppId = place.AppId, GroupId = groupId });
        return row;
    }

    private static string Text(IReadOnlyList<string> groupIds) => groupIds.Count == 0 ? " " : $" {string.Join(' ', groupIds.Order(StringComparer.Ordinal))} ";

    private static IQueryable<MirrorTesterRow> Of(PortalDbContext db, MirrorPlace place) => db.MirrorTesters.Where(t => t.IssuerId == place.IssuerId && t.AppId == place.AppId);
}
