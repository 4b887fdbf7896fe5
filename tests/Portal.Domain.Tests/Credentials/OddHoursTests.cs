using Portal.Domain.Credentials;

namespace Portal.Domain.Tests.Credentials;

public class OddHoursTests
{
    [Theory]
    [InlineData("22:00", "06:00", "UTC", "2026-03-01T23:30Z", true)]
    [InlineData("22:00", "06:00", "UTC", "2026-03-01T05:59Z", true)]
    [InlineData("22:00", "06:00", "UTC", "2026-03-01T06:00Z", false)]
    [InlineData("22:00", "06:00", "UTC", "2026-03-01T21:59Z", false)]
    [InlineData("22:00", "06:00", "Europe/Berlin", "2026-03-01T21:30Z", true)]
    // Summer time: 21:30 UTC is 23:30 in Berlin, 20:30 is 22:30.
    [InlineData("22:00", "06:00", "Europe/Berlin", "2026-07-01T20:30Z", true)]
    [InlineData("22:00", "06:00", "Europe/Berlin", "2026-03-01T20:30Z", false)]
    [InlineData("12:00", "13:00", "UTC", "2026-03-01T12:30Z", true)]
    [InlineData("12:00", "13:00", "UTC", "2026-03-01T13:00Z", false)]
    [InlineData("00:00", "00:00", "UTC", "2026-03-01T00:00Z", false)]
    public void Holds_ATimeInTheZone_GoesByItsClock(string from, string to, string zone, string at, bool odd) =>
        Assert.Equal(odd, new OddHours(TimeOnly.Parse(from, null), TimeOnly.Parse(to, null), TimeZoneInfo.FindSystemTimeZoneById(zone)).Holds(DateTimeOffset.Parse(at, null)));
}
