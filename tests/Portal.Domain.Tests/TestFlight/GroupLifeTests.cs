using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.TestFlight;

[Trait("Failure", "F19")]
public class GroupLifeTests
{
    private static readonly DateTimeOffset _now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Until_SeveralBuilds_IsTheLatestThatWasNotEndedEarly() =>
        Assert.Equal(_now.AddDays(9), GroupLife.Until([Build(9), Build(30) with { Expired = true }, Build(40) with { ProcessingState = "PROCESSING" }, Build(3)], all: true, null, _now));

    [Fact]
    public void Until_ListCutShortOrEmptyOrWithoutADate_IsUnknown()
    {
        Assert.Null(GroupLife.Until([Build(9)], all: false, null, _now));
        Assert.Null(GroupLife.Until([], all: true, _now, _now));
        Assert.Null(GroupLife.Until([Build(9), Build(1) with { ExpirationDate = null }], all: true, null, _now));
    }

    [Fact]
    public void Until_AllEndedEarly_IsDarkSinceThatWasFirstSeen()
    {
        var ended = Build(30) with { Expired = true };

        Assert.Equal(_now, GroupLife.Until([ended], all: true, _now.AddDays(30), _now));
        Assert.Equal(_now, GroupLife.Until([ended], all: true, _now, _now.AddDays(2)));
    }

    private static Build Build(int days) => new($"{days}", "app", "1.0", $"{days}", "IOS") { ProcessingState = "VALID", ExpirationDate = _now.AddDays(days) };
}
