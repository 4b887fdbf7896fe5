using System.Globalization;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class FreezeCalendarTests
{
    private static string? Until(string lines, string now, string zone = "Europe/Berlin")
    {
        Assert.Null(FreezeCalendar.Read(lines, zone, out var calendar));
        return calendar!.Until(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture))?.ToString("ddd MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    // 2026-11-23 is a Monday; Berlin is an hour ahead of UTC in winter, two in summer.
    [Theory]
    [InlineData("Mon-Fri 18:00-08:00", "2026-11-23T16:59Z", null)]
    [InlineData("Mon-Fri 18:00-08:00", "2026-11-23T17:00Z", "Tue 11-24 07:00")]
    [InlineData("Mon-Fri 18:00-08:00", "2026-11-24T06:59Z", "Tue 11-24 07:00")]
    [InlineData("Mon-Fri 18:00-08:00", "2026-11-24T07:00Z", null)]
    [InlineData("mon-fri 18:00-08:00\nSat,Sun", "2026-11-27T20:00Z", "Sun 11-29 23:00")]
    [InlineData("Mon-Fri 18:00-08:00\nSat,Sun\n# nights and week-ends\nMon 00:00-08:00", "2026-11-27T20:00Z", "Mon 11-30 07:00")]
    [InlineData("Sat-Mon", "2026-11-23T12:00Z", "Mon 11-23 23:00")]
    [InlineData("Sat-Mon", "2026-11-24T12:00Z", null)]
    [InlineData("2026-12-19 - 2027-01-03", "2026-12-18T22:59Z", null)]
    [InlineData("2026-12-19 - 2027-01-03", "2026-12-18T23:00Z", "Sun 01-03 23:00")]
    [InlineData("2026-12-19 12:00 - 2026-12-19 13:30", "2026-12-19T11:10Z", "Sat 12-19 12:30")]
    [InlineData("", "2026-11-23T12:00Z", null)]
    public void Until_AtAMoment_IsTheEndOfAllThatFollowEachOther(string lines, string now, string? until) => Assert.Equal(until, Until(lines, now));

    [Theory]
    [InlineData("Sun 01:00-02:30", "2026-03-29T00:30Z", "Sun 03-29 01:00")]
    [InlineData("Sun 02:15-02:45", "2026-10-25T00:20Z", "Sun 10-25 01:45")]
    public void Until_OnTheNightTheClocksMove_EndsOnceAndForAll(string lines, string now, string until) => Assert.Equal(until, Until(lines, now));

    [Fact]
    public void Until_DailyWithoutEnd_IsAYearAwayAndNotForever() =>
        Assert.True(FreezeCalendar.Read("Daily", null, out var calendar) is null && calendar!.Until(DateTimeOffset.UnixEpoch) > DateTimeOffset.UnixEpoch.AddDays(360));

    [Theory]
    [InlineData("Mon-Fri", "Nowhere/City", "zone-unknown")]
    [InlineData("Mon-Fri 18:00", "", "freeze-malformed")]
    [InlineData("Monday", "", "freeze-malformed")]
    [InlineData("Mon 08:00-08:00", "", "freeze-malformed")]
    [InlineData("Mon 25:00-26:00", "", "freeze-malformed")]
    [InlineData("2026-12-19 - 2026-12-18", "", "freeze-malformed")]
    [InlineData("9999-12-31 - 9999-12-31", "", "freeze-malformed")]
    public void Read_WhatNobodyCanMean_NamesTheLine(string lines, string zone, string code) => Assert.Equal(code, FreezeCalendar.Read(lines, zone, out _)?.Code);

    [Fact]
    public void Read_ThirdLineWrong_SaysSo() => Assert.Contains("Line 3", FreezeCalendar.Read("Sat\n\nSometimes", "", out _)!.Sentence, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(1, 5, 5)]
    [InlineData(2, 5, 10)]
    [InlineData(4, 5, 40)]
    [InlineData(8, 5, 360)]
    [InlineData(2_000_000, 5, 360)]
    [InlineData(3, 60, 240)]
    [InlineData(3, 600, 600)]
    [InlineData(2, 0, 10)]
    public void Rest_FailuresInARow_DoublesUpToSixHours(int failures, int interval, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), BackOff.Rest(failures, interval == 0 ? null : TimeSpan.FromMinutes(interval)));
}
