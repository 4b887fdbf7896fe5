using Portal.Web.Layout.Parts;

namespace Portal.Web.Tests.Layout;

public class TimesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-30, "just now")]
    [InlineData(30, "in a moment")]
    [InlineData(-60, "1 minute ago")]
    [InlineData(-240, "4 minutes ago")]
    [InlineData(-3600 * 7, "7 hours ago")]
    [InlineData(3600 * 24 * 3, "in 3 days")]
    [InlineData(-3600 * 24 * 90, "25 Aug 2026")]
    public void Relative_Distance_ReadsAsPeopleSayIt(int seconds, string expected) => Assert.Equal(expected, Times.Relative(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData(1, "1 person")]
    [InlineData(3, "3 people")]
    [InlineData(1200, "1,200 people")]
    public void Count_Number_TakesItsPlural(int count, string expected) => Assert.Equal(expected, Times.Count(count, "person", "people"));
}
