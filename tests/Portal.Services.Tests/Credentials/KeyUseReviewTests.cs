using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;
using Portal.Tests.Credentials;

namespace Portal.Services.Tests.Credentials;

/// <summary>The reviewer's questions to the key-use ledger, on both engines.</summary>
[Trait("Invariant", "27")]
public class KeyUseReviewTests
{
    private static readonly DateTimeOffset _march = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task List_OfAKeyLastMonthByAPerson_IsThatAndNothingElse(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        Guid key = Guid.CreateVersion7(), other = Guid.CreateVersion7();
        await StoreAsync(portal,
            Use(key, "ana", _march.AddDays(-20)), Use(key, "ana", _march.AddDays(-3)), Use(key, "ben", _march.AddDays(-3)), Use(other, "ana", _march.AddDays(-3)), Use(key, "ana", _march.AddDays(2)), Use(key, "ana", _march.AddDays(-40)));

        var found = await ListAsync(portal, new KeyUseFilter(key) { ActorId = "ana", From = _march.AddMonths(-1), To = _march });
        var byName = await ListAsync(portal, new KeyUseFilter(key, "ANA") { From = _march.AddMonths(-1), To = _march });

        Assert.Equal([_march.AddDays(-3), _march.AddDays(-20)], found.Entries.Select(u => u.At));
        Assert.Equal((2, 6), (found.Shown, found.Total));
        Assert.Equal(found.Entries.Select(u => u.Id), byName.Entries.Select(u => u.Id));
    }

    [Theory, EachDatabase]
    public async Task List_Folded_IsOneLineARunWithWhatIsInside(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        Guid key = Guid.CreateVersion7(), run = Guid.CreateVersion7();
        var uses = Enumerable.Range(0, 5).Select(n => Use(key, "job:schedule", _march.AddSeconds(n), run, n == 4 ? "POST" : "GET", status: n == 2 ? 409 : 200)).Append(Use(key, "ana", _march.AddSeconds(2))).ToArray();
        await StoreAsync(portal, uses);

        var folded = await ListAsync(portal, new KeyUseFilter(key), fold: true);
        var reads = await ListAsync(portal, new KeyUseFilter(key) { Method = "GET" }, fold: true);
        var inside = await ListAsync(portal, new KeyUseFilter(key, RunId: run), fold: true);

        Assert.Equal([uses[4].Id, uses[5].Id], folded.Entries.Select(u => u.Id));
        Assert.Equal(new KeyUseFold(5, 1, 1, _march), folded.Entries[0].Fold);
        Assert.Null(folded.Entries[1].Fold);
        Assert.Equal([uses[3].Id, uses[5].Id], reads.Entries.Select(u => u.Id));
        Assert.Equal(5, inside.Entries.Count);
        Assert.Equal(6, folded.Shown);
    }

    [Theory, EachDatabase]
    public async Task List_EachFlag_FindsItsUsesAndMarksThem(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var key = Guid.CreateVersion7();
        var now = portal.Clock.GetUtcNow();
        var uses = new Dictionary<KeyUseFlag, KeyUseRow>
        {
            [KeyUseFlag.FirstOnApp] = Use(key, "ana", now.AddHours(-5), first: true),
            [KeyUseFlag.OddHours] = Use(key, "ana", now.AddHours(-4), odd: true),
            [KeyUseFlag.WroteOutsideRun] = Use(key, "ana", now.AddHours(-3), method: "DELETE"),
            [KeyUseFlag.Refused] = Use(key, "ana", now.AddHours(-2), status: 403),
            [KeyUseFlag.NoOutcome] = Use(key, "ana", now.AddHours(-1), status: null),
        };
        await StoreAsync(portal, [.. uses.Values, Use(key, "ana", now.AddHours(-6)), Use(key, "ana", now.AddMinutes(-1), status: null), Use(key, "ana", now.AddHours(-1), status: 403, path: AdminQuestion.Path)]);

        foreach (var (flag, use) in uses)
        {
            var found = Assert.Single((await ListAsync(portal, new KeyUseFilter(key) { Flag = flag })).Entries);
            Assert.Equal((use.Id, flag), (found.Id, Assert.Single(found.Flags)));
        }
        Assert.Equal(1, (await ListAsync(portal, new KeyUseFilter(key))).Orphans);
    }

    [Theory, EachDatabase]
    public async Task List_PageByPage_ShowsEachUseOnce(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var key = Guid.CreateVersion7();
        // Several at the same time: the id tells them apart.
        var uses = Enumerable.Range(0, 23).Select(n => Use(key, "ana", _march.AddSeconds(n / 4))).ToArray();
        await StoreAsync(portal, uses);

        var seen = new List<Guid>();
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await portal.Get<KeyUseLedger>().ListAsync(new KeyUseFilter(key), Actors.SecurityReviewer, after, 5, cancel: Cancel);
            seen.AddRange(page.Entries.Select(u => u.Id));
            next = page.Next;
        }

        Assert.Equal(uses.OrderByDescending(u => u.IntentAt).ThenByDescending(u => u.Id).Select(u => u.Id), seen);
    }

    [Theory, EachDatabase]
    public async Task DaysAndChoices_OfAKey_CountEveryDayAndNameWhatThereIs(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var key = Guid.CreateVersion7();
        await StoreAsync(portal, Use(key, "ana", _march), Use(key, "ana", _march.AddHours(23), status: 500), Use(key, "ben", _march.AddDays(2), app: "17"), Use(Guid.CreateVersion7(), "ana", _march));

        var days = await portal.Get<KeyUseLedger>().DaysAsync(key, _march, _march.AddDays(3), Actors.SecurityReviewer, Cancel);
        var own = await portal.Get<KeyUseLedger>().DaysAsync(key, _march, _march.AddDays(3), Actors.Person("ben", Role.Viewer), Cancel);
        var choices = await portal.Get<KeyUseLedger>().ChoicesAsync(Actors.SecurityReviewer, Cancel);
        var bens = await portal.Get<KeyUseLedger>().ChoicesAsync(Actors.Person("ben", Role.Viewer), Cancel);

        Assert.Equal([(2, 1), (0, 0), (1, 0)], days.Select(day => (day.Uses, day.Refused)));
        Assert.Equal([0, 0, 1], own.Select(day => day.Uses));
        Assert.Equal(["ana", "ben"], choices.Actors.Select(a => a.Id));
        Assert.Equal(["17"], choices.Apps.Select(a => a.Id));
        Assert.Equal(["ben"], bens.Actors.Select(a => a.Id));
    }

    [Theory, EachDatabase]
    public async Task Request_FirstOnAnAppAndAtAnOddHour_IsMarkedOnceAndForPeopleOnly(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind, new Dictionary<string, string?> { ["KeyUses:OddHoursFrom"] = "00:00", ["KeyUses:OddHoursTo"] = "23:59:59.9999999" });
        var key = await AppleKey.StoreAsync(portal);
        var (first, second) = (key.World.AppId("Borealis Maps"), key.World.AppId("Aurora Notes"));
        foreach (var (app, actor) in new[] { (first, Actors.ProgramManager), (first, Actor.Schedule), (second, Actor.Schedule), (first, Actors.ProgramManager) })
            await key.Client.ListBuildsAsync(key.Use with { AppId = app, Actor = actor }, app, Cancel);
        await portal.RestartAsync();
        var after = await portal.QueryAsync(db => db.KeyUses.OrderBy(u => u.IntentAt).ThenBy(u => u.Id).ToListAsync(Cancel));

        Assert.Equal(2, after.Count(u => u.FirstOnApp));
        Assert.All(new[] { first, second }, app => Assert.True(after.First(u => u.AppId == app).FirstOnApp));
        Assert.All(after, u => Assert.Equal(u.ActorId == Actors.ProgramManager.Id, u.OddHours));
    }

    [Fact]
    public async Task Export_EachFormat_HoldsEveryUseOfTheFilterAndIsRecorded()
    {
        await using var portal = await PortalFixture.StartAsync();
        var key = Guid.CreateVersion7();
        await StoreAsync(portal, [.. Enumerable.Range(0, 1_203).Select(n => Use(key, n % 2 == 0 ? "ana" : "ben", _march.AddSeconds(n / 3)))]);

        using var lines = new MemoryStream();
        using var csv = new MemoryStream();
        await portal.Get<KeyUseLedger>().ExportAsync(new KeyUseFilter(key) { ActorId = "ana" }, AuditFormat.JsonLines, Actors.SecurityReviewer, lines, Cancel);
        await portal.Get<KeyUseLedger>().ExportAsync(new KeyUseFilter(key), AuditFormat.Csv, Actors.SecurityReviewer, csv, Cancel);

        var read = Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(602, read.Count);
        Assert.Equal(602, read.Select(line => (string)line["id"]!).Distinct().Count());
        Assert.All(read, line => Assert.Equal("ana", (string)line["actorId"]!));
        Assert.Equal(1_204, Encoding.UTF8.GetString(csv.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, await portal.QueryAsync(db => db.AuditEvents.CountAsync(e => e.Code == "key.uses-exported" && e.CredentialId == key, Cancel)));
        await Assert.ThrowsAsync<ProblemException>(() => portal.Get<KeyUseLedger>().ExportAsync(new KeyUseFilter(), AuditFormat.Csv, Actors.Nobody, new MemoryStream(), Cancel));
    }

    private static KeyUseRow Use(Guid key, string actor, DateTimeOffset at, Guid? run = null, string method = "GET", int? status = 200, string path = "/v1/apps", string? app = null, bool first = false, bool odd = false) => new()
    {
        Id = Guid.CreateVersion7(), CredentialId = key, Version = 1, ActorId = actor, ActorName = actor, Purpose = "test", RunId = run, Method = method, PathTemplate = path, AppId = app,
        IntentAt = at, OutcomeAt = status is null ? null : at.AddMilliseconds(80), Status = status, FirstOnApp = first, OddHours = odd,
    };

    private static Task StoreAsync(PortalFixture portal, params KeyUseRow[] rows) => portal.QueryAsync(db =>
    {
        db.KeyUses.AddRange(rows);
        return db.SaveChangesAsync(Cancel);
    });

    private static Task<KeyUsePage> ListAsync(PortalFixture portal, KeyUseFilter filter, bool fold = false) => portal.Get<KeyUseLedger>().ListAsync(filter, Actors.SecurityReviewer, foldRuns: fold, cancel: Cancel);
}
