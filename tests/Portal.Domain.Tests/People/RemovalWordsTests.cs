using Portal.Domain.People;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.People;

[Trait("Invariant", "12")]
public class RemovalWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static Build Expires(double days, bool expired = false) =>
        new("b", "app", "1.0", "1", "IOS") { ExpirationDate = Now.AddDays(days), Expired = expired };

    [Fact]
    public void Done_BuildsInTheGroup_NamesTheLatestExpiryAndNeverPromisesMore()
    {
        var words = RemovalWords.Done([Expires(10), Expires(40), Expires(80, expired: true), Expires(-3)], 0, Now);

        Assert.Equal("Removed from the group; may keep builds already there until they expire, at the latest on 2 Jan 2027.", words);
        Assert.DoesNotContain("revoked", words, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Done_BuildsNotRead_StillSaysThatTheyMayKeepThem() => Assert.Contains("may keep builds already there", RemovalWords.Done(null, 0, Now), StringComparison.Ordinal);

    [Fact, Trait("Failure", "F31"), Trait("Invariant", "11")]
    public void Asked_InOtherGroups_SaysThatThisGroupAloneIsMeant()
    {
        var words = RemovalWords.Asked("Beta", [Expires(-1)], 2, Now);

        Assert.StartsWith("Takes this person out of Beta and no other group. They have no build", words, StringComparison.Ordinal);
        Assert.Contains("2 other groups of this app", words, StringComparison.Ordinal);
    }
}
