using Portal.Domain.TestFlight.Calls;

namespace Portal.Domain.Tests.TestFlight.Calls;

/// <summary>Every form of X-Rate-Limit that somebody has seen.</summary>
public class RateReportTests
{
    [Theory]
    [InlineData("user-hour-lim:3500;user-hour-rem:500;", 3500, 500, null, null)]
    [InlineData("user-hour-lim:3600;user-hour-rem:3598;, user-minute-lim:150;user-minute-rem:149;", 3600, 3598, 150, 149)]
    [InlineData("user-minute-lim:250;user-minute-rem:244;", null, null, 250, 244)]
    [InlineData(" User-Hour-Lim : 3600 ; USER-HOUR-REM:7 ", 3600, 7, null, null)]
    [InlineData("user-hour-lim:3600;user-hour-rem:-3;", 3600, 0, null, null)]
    [InlineData("user-hour-lim:0;user-hour-rem:0;", null, 0, null, null)]
    [InlineData("user-day-lim:9;rem;:4;user-hour-rem:x;user-hour-lim:;", null, null, null, null)]
    [InlineData("user-hour-rem:99999999999;", null, int.MaxValue, null, null)]
    [InlineData("", null, null, null, null)]
    public void Parse_OneHeader_ReadsHourAndMinute(string header, int? hour, int? hourLeft, int? minute, int? minuteLeft) =>
        Assert.Equal(new RateReport(hour, hourLeft, minute, minuteLeft), RateReport.Parse([header]));

    [Fact]
    public void Parse_TwoHeadersOrTheSameTwice_TakesBothAndTheTighter()
    {
        Assert.Equal(new RateReport(3600, 10, 150, 9), RateReport.Parse(["user-hour-lim:3600;user-hour-rem:10;", "user-minute-lim:150;user-minute-rem:9;"]));
        Assert.Equal(new RateReport(3500, 10, null, null), RateReport.Parse(["user-hour-lim:3600;user-hour-rem:11;", "user-hour-lim:3500;user-hour-rem:10;"]));
        Assert.Equal(new RateReport(3500, 10, null, null), RateReport.Parse(["user-hour-lim:3500;user-hour-rem:10;", "user-hour-lim:3600;user-hour-rem:11;"]));
        Assert.Equal(RateReport.None, RateReport.Parse([]));
    }

    [Fact]
    public void UsedThisHour_OnlyWhereBothNumbersAreThere_IsTold()
    {
        Assert.Equal(600, new RateReport(3600, 3000, null, null).UsedThisHour);
        Assert.Null(new RateReport(null, 3000, null, null).UsedThisHour);
        Assert.Null(new RateReport(3600, null, 150, 3).UsedThisHour);
    }
}
