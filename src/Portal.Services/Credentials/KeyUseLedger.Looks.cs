using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

public sealed partial class KeyUseLedger
{
    private const int ManyDays = 92;

    // One seek for each different value, however many uses there are: both engines would read every row for DISTINCT.
    private const string Distinct = """
        WITH RECURSIVE each_one(one) AS (
            SELECT MIN("{0}") FROM key_uses
            UNION ALL
            SELECT (SELECT MIN(u."{0}") FROM key_uses u WHERE u."{0}" > each_one.one) FROM each_one WHERE each_one.one IS NOT NULL
        ) SELECT one AS "Value" FROM each_one WHERE one IS NOT NULL
        """;

    private static readonly string _actors = Distinct.Replace("{0}", nameof(KeyUseRow.ActorId), StringComparison.Ordinal);
    private static readonly string _purposes = Distinct.Replace("{0}", nameof(KeyUseRow.Purpose), StringComparison.Ordinal);
    private static readonly string _apps = Distinct.Replace("{0}", nameof(KeyUseRow.AppId), StringComparison.Ordinal);

    /// <summary>What the filters can be set to, within what the actor may see.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<KeyUseChoices> ChoicesAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var (visible, whole) = (KeyUseScope.Visible(db, actor), actor.May(Permission.ReadWholeAudit));
        var actors = new List<(string Id, string Name)>();
        foreach (var id in await db.Database.SqlQueryRaw<string>(_actors).ToListAsync(cancel))
            if (await visible.Where(u => u.ActorId == id).OrderByDescending(u => u.IntentAt).Select(u => u.ActorName).FirstOrDefaultAsync(cancel) is { } name) actors.Add((id, name));
        var names = (await NamesAsync(db, cancel)).Apps;
        var apps = new List<(string Id, string Name)>();
        foreach (var id in await db.Database.SqlQueryRaw<string>(_apps).ToListAsync(cancel))
            if (whole || await visible.AnyAsync(u => u.AppId == id, cancel)) apps.Add((id, names.GetValueOrDefault(id, id)));
        var purposes = await db.Database.SqlQueryRaw<string>(_purposes).ToListAsync(cancel);
        return new KeyUseChoices([.. actors.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase)], purposes, [.. apps.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>One key's uses day by day, UTC, every day of the time asked for, oldest first; at most 92 days back from its end.</summary>
    /// <param name="credentialId">The key.</param>
    /// <param name="from">Begin; null: thirty days back.</param>
    /// <param name="to">End; null: now.</param>
    /// <param name="actor">Who looks; only what they may see is counted.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<IReadOnlyList<KeyUseDay>> DaysAsync(Guid credentialId, DateTimeOffset? from, DateTimeOffset? to, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var of = KeyUseScope.Visible(db, actor).Where(u => u.CredentialId == credentialId);
        var end = to ?? _time.GetUtcNow();
        var last = DateOnly.FromDateTime(end.UtcDateTime.AddTicks(-1));
        var first = DateOnly.FromDateTime((from ?? end.AddDays(-29)).UtcDateTime);
        if (first < last.AddDays(1 - ManyDays)) first = last.AddDays(1 - ManyDays);
        var days = new List<KeyUseDay>();
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            DateTimeOffset begin = new(day, TimeOnly.MinValue, TimeSpan.Zero), next = begin.AddDays(1);
            var ofDay = KeyUseScope.Narrow(of, new KeyUseFilter { From = begin, To = next }, null, end);
            var uses = await ofDay.CountAsync(cancel);
            var refused = uses == 0 ? 0 : await KeyUseScope.Narrow(ofDay, new KeyUseFilter(Result: KeyUseResult.Refused), null, end).CountAsync(cancel);
            days.Add(new KeyUseDay(day, uses, refused));
        }
        return days;
    }

    // A name is looked for among the few who ever used a key, not in every use.
    private static async Task<IReadOnlyList<string>?> ActorsAsync(PortalDbContext db, KeyUseFilter filter, CancellationToken cancel)
    {
        if (filter.ActorId is { } id) return [id];
        if (string.IsNullOrWhiteSpace(filter.Person)) return null;
        var text = filter.Person.Trim();
        var named = new List<string>();
        foreach (var one in await db.Database.SqlQueryRaw<string>(_actors).ToListAsync(cancel))
        {
            var name = await db.KeyUses.Where(u => u.ActorId == one).OrderByDescending(u => u.IntentAt).Select(u => u.ActorName).FirstAsync(cancel);
            if (name.Contains(text, StringComparison.OrdinalIgnoreCase)) named.Add(one);
        }
        return named;
    }
}
