using System.Globalization;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>How large the fortnight is. <c>PORTAL_FORTNIGHT_SCALE=4,0,14,400</c> makes it a small one; <c>PORTAL_FORTNIGHT_SEED</c> rolls other dice.</summary>
/// <param name="Links">Links, each with a team and a group of its own.</param>
/// <param name="Quick">How many of them are checked every five minutes; the rest hourly.</param>
/// <param name="Days">Days.</param>
/// <param name="People">People in all teams together.</param>
internal sealed record FortnightScale(int Links, int Quick, int Days, int People)
{
    public const int Keys = 3;

    // What every run of the tests has the time for.
    public static readonly FortnightScale TwoDays = new(6, 1, 2, 600);
    public static readonly FortnightScale FourteenDays = new(40, 4, 14, 60_000);

    public int Apps => Math.Min(12, Links);
    public int PeopleOfALink => People / Links;

    public static FortnightScale? Chosen => Environment.GetEnvironmentVariable("PORTAL_FORTNIGHT_SCALE") is { Length: > 0 } text && text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray() is [var links, var quick, var days, var people]
        ? new(links, quick, days, people) : null;

    public static int Seed => int.Parse(Environment.GetEnvironmentVariable("PORTAL_FORTNIGHT_SEED") is { Length: > 0 } seed ? seed : "1", CultureInfo.InvariantCulture);

    /// <summary>A day nobody changes anything on: the cycles alone go on.</summary>
    public bool IsQuiet(int day) => Days < 7 ? day == Days - 1 : day % 7 == 5;
}
