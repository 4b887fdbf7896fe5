using Microsoft.EntityFrameworkCore;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.AppStoreConnect.Budget;

/// <summary>Turns the clock to the moment the next waiting call may go, again and again until the work is done: hours of Apple's limit in an instant.</summary>
internal static class Turning
{
    public static async Task<T> TurnAsync<T>(this PortalFixture portal, Task<T> work)
    {
        await portal.TurnAsync((Task)work);
        return await work;
    }

    public static async Task TurnAsync(this PortalFixture portal, Task work)
    {
        var since = portal.Clock.GetUtcNow();
        while (!work.IsCompleted)
        {
            await portal.TurnOnAsync(since);
            await Task.WhenAny(work, Task.Delay(5));
        }
        await work;
    }

    /// <summary>One turn, where somebody waits for a time and no call is under way: on a slow machine one would take an hour, and be late for the next.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="since">When its process began: what an earlier one left open never ends.</param>
    public static async Task TurnOnAsync(this PortalFixture portal, DateTimeOffset since)
    {
        var budgets = portal.Get<KeyBudgets>();
        if (budgets.Wake is not { } at || at - portal.Clock.GetUtcNow() is not { Ticks: > 0 } wait) return;
        await using var db = portal.Get<Database>().Open();
        var open = await db.KeyUses.CountAsync(use => use.OutcomeAt == null && use.IntentAt >= since && use.PathTemplate.StartsWith("/v1/"));
        if (open <= budgets.Ready) portal.Clock.Advance(wait + TimeSpan.FromMilliseconds(1));
    }
}
