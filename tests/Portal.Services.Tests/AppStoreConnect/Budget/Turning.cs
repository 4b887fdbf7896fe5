using Portal.Services.AppStoreConnect.Budget;
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
        var budgets = portal.Get<KeyBudgets>();
        while (!work.IsCompleted)
        {
            if (budgets.Wake is { } at && at - portal.Clock.GetUtcNow() is { Ticks: > 0 } wait) portal.Clock.Advance(wait + TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(work, Task.Delay(5));
        }
        await work;
    }
}
