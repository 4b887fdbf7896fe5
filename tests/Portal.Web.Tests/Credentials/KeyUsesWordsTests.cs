using Portal.Domain.Credentials;
using Portal.Web.Credentials;

namespace Portal.Web.Tests.Credentials;

public sealed class KeyUsesWordsTests
{
    private static readonly DateTimeOffset Seen = new(2026, 3, 1, 14, 7, 0, TimeSpan.Zero);

    private static KeyUsePage Page(int entries, int shown, int total) => new([.. Enumerable.Range(0, entries).Select(n => new KeyUseEntry
    {
        Id = Guid.NewGuid(), At = Seen, CredentialId = Guid.Empty, CredentialLabel = "", Version = 1, ActorId = "", ActorName = "", Purpose = "", Method = "GET", PathTemplate = "/", TokenHash = "", Attempt = 1,
    })], shown, total);

    [Theory]
    [InlineData(0, 0, 0, 0, "0 of 0 shown")]
    [InlineData(57, 57, 57, 0, "57 of 57 shown")]
    [InlineData(100, 269, 269, 0, "1–100 of 269 shown")]
    [InlineData(69, 269, 269, 200, "201–269 of 269 shown")]
    [InlineData(12, 12, 269, 0, "12 of 12 shown, 269 in all")]
    [InlineData(100, 1_120, 4_269, 100, "101–200 of 1,120 shown, 4,269 in all")]
    public void Shown_APageOfMany_SaysWhichOfThem(int entries, int shown, int total, int start, string words) =>
        Assert.Equal(words, KeyUsesPage.ShownInWords(Page(entries, shown, total), start));

    [Fact, Trait("Invariant", "40")]
    public void Foreign_CallsOfSomebodyElse_AreSaidWithTheirHourAndWhoseTurnItIs() =>
        Assert.StartsWith("About 40 calls with this key were not ours, between 13:07 and 14:07 UTC on 1 Mar. They are not in this list. A key custodian asks",
            KeyUsesPage.InWords(new ForeignUse(Guid.Empty, "Team key", 43, Seen.AddHours(-1), Seen)), StringComparison.Ordinal);
}
