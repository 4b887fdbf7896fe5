using System.Diagnostics;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>
/// Two weeks on the clock that is turned: links checked when they are due, teams that change, macros, keys revoked and rotated,
/// agreements lapsing, outages, somebody else's hand, two restarts a day. See <see cref="FortnightScale"/> for other sizes.
/// </summary>
public sealed class FortnightTests
{
    private const int CalmHours = 8;

    [Fact]
    [Trait("Invariant", "13")]
    [Trait("Invariant", "17")]
    [Trait("Invariant", "23")]
    [Trait("Invariant", "37")]
    [Trait("Invariant", "39")]
    [Trait("Invariant", "40")]
    public Task TwoDays_OfSixLinksOneEveryFiveMinutesAnd600PeopleWithAllThatGoesWrong_EndWithEveryGroupAsItsTeamOrExplained() => CarryOutAsync(FortnightScale.TwoDays);

    [Fact]
    [Trait("Invariant", "13")]
    [Trait("Invariant", "17")]
    [Trait("Invariant", "23")]
    [Trait("Invariant", "37")]
    [Trait("Invariant", "39")]
    [Trait("Invariant", "40")]
    public Task FourteenDays_Of40LinksAnd60000PeopleWithAllThatGoesWrong_EndWithEveryGroupAsItsTeamOrExplained()
    {
        // A quarter of an hour of a machine with two cores.
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PORTAL_FORTNIGHT") is "1", "It takes a quarter of an hour; PORTAL_FORTNIGHT=1 runs it");
        return CarryOutAsync(FortnightScale.Chosen ?? FortnightScale.FourteenDays);
    }

    private static async Task CarryOutAsync(FortnightScale scale)
    {
        var took = Stopwatch.StartNew();
        await using var stage = await FortnightStage.StartAsync(scale);
        var fortnight = new FortnightRun(stage, FortnightScale.Seed);
        TestContext.Current.SendDiagnosticMessage("{0:F0} s: the world stands", took.Elapsed.TotalSeconds);

        await fortnight.FillAsync();
        TestContext.Current.SendDiagnosticMessage("{0:F0} s: every group was filled", took.Elapsed.TotalSeconds);
        for (var hour = 0; hour < scale.Days * 24; hour++)
        {
            await fortnight.HourAsync(hour);
            if (hour % 24 == 23) TestContext.Current.SendDiagnosticMessage("{0:F0} s: day {1} is over, {2}", took.Elapsed.TotalSeconds, hour / 24 + 1, await fortnight.SumsAsync());
        }
        await fortnight.CalmAsync(CalmHours);
        TestContext.Current.SendDiagnosticMessage("{0:F0} s: {1}", took.Elapsed.TotalSeconds, await fortnight.SumsAsync());

        var wrong = await fortnight.WrongAsync();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
