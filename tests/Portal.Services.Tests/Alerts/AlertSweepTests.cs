using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Alerts;
using Portal.Tests;

namespace Portal.Services.Tests.Alerts;

public class AlertSweepTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task RunAsync_SameCauseAgainAfterARestartAndOnTwoMachines_IsOneAlert(DatabaseKind kind)
    {
        var causes = new Causes(AlertStage.Broken);
        await using var portal = await AlertStage.StartAsync(causes, kind, new Dictionary<string, string?> { ["Alerts:Mail:0:To"] = "team@example.com" });
        using var other = portal.BuildAnother();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => (n % 2 == 0 ? portal.Services : other.Services).GetRequiredService<AlertSweep>().RunAsync(Cancel)));
        await portal.RestartAsync();
        await portal.SweepAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((AlertState.Open, "The bridge is out"), Assert.Single((await portal.AlertsAsync()).Select(a => (a.State, a.Title))));
        Assert.Equal(1, await portal.DataAsync(db => db.AlertNotices.CountAsync(Cancel)));
        Assert.Equal(1, await portal.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.AlertOpened.Name, Cancel)));
    }

    [Theory, EachDatabase]
    public async Task RunAsync_CauseThatComesAndGoes_IsToldOnceAndItsEndOnce(DatabaseKind kind)
    {
        var causes = new Causes(AlertStage.Broken);
        await using var portal = await AlertStage.StartAsync(causes, kind, new Dictionary<string, string?> { ["Alerts:Mail:0:To"] = "team@example.com" });
        await portal.SweepAsync();
        for (var n = 0; n < 3; n++)
        {
            causes.Now = [];
            await portal.SweepAsync(TimeSpan.FromMinutes(5));
            await portal.SweepAsync(TimeSpan.FromMinutes(14));
            causes.Now = [AlertStage.Broken];
            await portal.SweepAsync(TimeSpan.FromSeconds(30));
        }
        Assert.Equal((AlertState.Open, 3), Assert.Single((await portal.AlertsAsync()).Select(a => (a.State, a.Returns))));
        causes.Now = [];
        await portal.SweepAsync(TimeSpan.FromMinutes(5));
        await portal.SweepAsync(TimeSpan.FromMinutes(15));
        await portal.SweepAsync(TimeSpan.FromMinutes(15));

        Assert.Equal([AlertNews.Opened, AlertNews.Resolved], await portal.DataAsync(db => db.AlertNotices.OrderBy(n => n.Number).Select(n => n.News).ToListAsync(Cancel)));
        causes.Now = [AlertStage.Broken];
        await portal.SweepAsync(TimeSpan.FromMinutes(5));
        Assert.Equal([AlertState.Open, AlertState.Resolved], (await portal.AlertsAsync()).Select(a => a.State));
    }

    [Fact]
    public async Task RunAsync_SourceThatCannotBeAsked_EndsNothing()
    {
        var causes = new Causes(AlertStage.Broken);
        await using var portal = await AlertStage.StartAsync(causes);
        await portal.SweepAsync();
        causes.IsOutOfOrder = true;

        await portal.SweepAsync(TimeSpan.FromHours(1));
        await portal.SweepAsync(TimeSpan.FromHours(1));

        Assert.Equal(AlertState.Open, Assert.Single(await portal.AlertsAsync()).State);
    }

    [Theory, EachDatabase]
    public async Task AcknowledgeAsync_OpenAlert_NamesWhoAndIsQuietUntilTheCauseChanges(DatabaseKind kind)
    {
        var causes = new Causes(AlertStage.Broken);
        await using var portal = await AlertStage.StartAsync(causes, kind, new Dictionary<string, string?> { ["Alerts:Mail:0:To"] = "team@example.com", ["Alerts:Remind"] = "1.00:00:00" });
        var alerts = portal.Get<AlertService>();
        await portal.SweepAsync();
        await portal.SweepAsync(TimeSpan.FromDays(1));
        var id = Assert.Single(await portal.AlertsAsync()).Id;
        Assert.Equal(1, await alerts.WaitingAsync(Actors.Viewer, Cancel));

        var taken = await alerts.AcknowledgeAsync(id, " On it ", Actors.Support, Cancel);
        var second = await alerts.AcknowledgeAsync(id, "Me too", Actors.ProgramManager, Cancel);
        await portal.SweepAsync(TimeSpan.FromDays(3));

        Assert.Equal(("support", "On it"), (taken.AcknowledgedByName, taken.Note));
        Assert.Equal("support", second.AcknowledgedByName);
        Assert.Equal(0, await alerts.WaitingAsync(Actors.Viewer, Cancel));
        Assert.Equal([AlertNews.Opened, AlertNews.Reminder], await News());

        causes.Now = [AlertStage.Broken with { Mark = "another" }];
        await portal.SweepAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([AlertNews.Opened, AlertNews.Reminder, AlertNews.Changed], await News());
        Assert.Null(Assert.Single(await portal.AlertsAsync()).AcknowledgedByName);

        Task<List<AlertNews>> News() => portal.DataAsync(db => db.AlertNotices.OrderBy(n => n.Number).Select(n => n.News).ToListAsync(Cancel));
    }

    [Fact]
    public async Task AcknowledgeAsync_ByWhoMayNotOrTooLate_IsRefused()
    {
        var causes = new Causes(AlertStage.Broken, AlertStage.Broken with { Key = "test:keys", Audience = Permission.SeeCredentials });
        await using var portal = await AlertStage.StartAsync(causes);
        var alerts = portal.Get<AlertService>();
        await portal.SweepAsync();
        var seen = await portal.AlertsAsync(Actors.KeyCustodian);
        var open = Assert.Single(await portal.AlertsAsync(Actors.Support)).Id;
        var ofKeys = seen.Single(a => a.Id != open).Id;

        Assert.Equal("access-refused", await CodeOf(() => alerts.AcknowledgeAsync(open, null, Actors.Viewer, Cancel)));
        Assert.Equal("alert-not-found", await CodeOf(() => alerts.AcknowledgeAsync(ofKeys, null, Actors.Support, Cancel)));
        Assert.Equal("alert-not-found", await CodeOf(() => alerts.GetAsync(ofKeys, Actors.Support, Cancel)));
        Assert.Equal("alert-note-too-long", await CodeOf(() => alerts.AcknowledgeAsync(open, new string('x', 501), Actors.Support, Cancel)));
        Assert.Equal((1, 2, 0), (await alerts.WaitingAsync(Actors.Support, Cancel), await alerts.WaitingAsync(Actors.ProgramManager, Cancel), await alerts.WaitingAsync(Actors.Nobody, Cancel)));
        causes.Now = [];
        await portal.SweepAsync();
        await portal.SweepAsync(TimeSpan.FromMinutes(15));
        Assert.Equal("alert-over", await CodeOf(() => alerts.AcknowledgeAsync(open, null, Actors.Support, Cancel)));
    }

    private static async Task<string> CodeOf(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
