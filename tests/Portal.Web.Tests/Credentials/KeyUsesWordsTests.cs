using Portal.Domain.Credentials;
using Portal.Web.Credentials;

namespace Portal.Web.Tests.Credentials;

public sealed class KeyUsesWordsTests
{
    private static readonly DateTimeOffset Seen = new(2026, 3, 1, 14, 7, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, "0 requests")]
    [InlineData(1, 1, "1 request")]
    [InlineData(57, 57, "57 requests")]
    [InlineData(12, 269, "12 of 269 requests")]
    [InlineData(1_120, 10_000, "1,120 of 10,000 or more requests")]
    public void Shown_APageOfMany_SaysHowManyMatchAndThereAre(int shown, int total, string words) => Assert.Equal(words, KeyUsesPage.ShownInWords(new KeyUsePage([], shown, total)));

    [Fact, Trait("Invariant", "40")]
    public void Foreign_CallsOfSomebodyElse_AreSaidWithTheirHourAndWhoseTurnItIs() =>
        Assert.StartsWith("About 40 calls with this key were not ours, between 13:07 and 14:07 UTC on 1 Mar. They are not in this list. A key custodian asks",
            KeyUsesPage.InWords(new ForeignUse(Guid.Empty, "Team key", 43, Seen.AddHours(-1), Seen)), StringComparison.Ordinal);
}
