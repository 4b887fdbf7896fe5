using CsCheck;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>The cheapest complete read, against the arithmetic of Apple's pages.</summary>
public class ReadChoiceTests
{
    private static readonly Gen<ReadNeeds> Needs = Gen.Select(Gen.OneOf(Gen.Int[0, 12_000].Select(n => (int?)n), Gen.Const((int?)null)).List[0, 30], Gen.Int[0, 120], Gen.OneOf(Gen.Int[0, 10_100].Select(n => (int?)n), Gen.Const((int?)null)))
        .Select((groups, lookUps, testers) => new ReadNeeds(groups, lookUps, testers));

    [Fact]
    public void Of_AnyCounts_IsNeverDearerThanAnotherCompleteWay() => Needs.Sample(needs =>
    {
        var choice = ReadChoice.Of(needs);
        var byGroups = needs.Groups.Sum(count => Math.Max(1, (int)Math.Ceiling(count.GetValueOrDefault() / 200.0))) + needs.LookUps;
        var byApp = needs.AppTesters is { } testers && byGroups > 0 ? Math.Max(1, (int)Math.Ceiling(testers / 200.0)) : int.MaxValue;

        Assert.Equal(Math.Min(byGroups, byApp), choice.Calls);
        Assert.Equal(choice.Way is ReadWay.App ? byApp : byGroups, choice.Calls);
    }, iter: 10_000);

    [Fact]
    public void Of_AnyCounts_IsComplete() => Needs.Sample(needs =>
    {
        var way = ReadChoice.Of(needs).Way;

        // Whoever has to be read is read: the mirror alone only where nothing is needed, addresses alone only where no group is, the app only where its size is known.
        if (way is ReadWay.Mirror) Assert.True(needs.Groups.Count == 0 && needs.LookUps == 0);
        if (way is ReadWay.Addresses) Assert.Empty(needs.Groups);
        if (way is ReadWay.App) Assert.NotNull(needs.AppTesters);
    }, iter: 10_000);

    [Fact]
    public void OfReadBack_AnyCounts_IsNeverDearerThanTheOther() => Gen.Select(Gen.Int[0, 200], Gen.Int[0, 12_000]).Sample((lookUps, members) =>
        Assert.Equal(Math.Min(lookUps, Math.Max(1, (int)Math.Ceiling(members / 200.0))), ReadChoice.OfReadBack(lookUps, members).Calls), iter: 10_000);

    [Theory]
    [InlineData(10_000, 0, 10_000, ReadWay.Groups, 50)]     // no change, exact check: the narrower on a tie
    [InlineData(0, 100, 10_000, ReadWay.App, 50)]           // 10,000 known to the app, group empty, nothing in the mirror
    [InlineData(0, 0, 10_000, ReadWay.Groups, 1)]           // the same with their ids in the mirror
    [InlineData(0, 100, 0, ReadWay.App, 1)]                 // all unknown, empty app
    [InlineData(9_800, 1, 9_900, ReadWay.Groups, 50)]
    public void Of_CasesOfTheBars_CostWhatTheyMust(int members, int lookUps, int testers, ReadWay way, int calls) =>
        Assert.Equal(new ReadChoice(way, calls), ReadChoice.Of(new([members], lookUps, testers)));

    [Fact]
    public void Of_TwoHundredGroupsOfOneApp_ReadsTheAppOnce() =>
        Assert.Equal(new ReadChoice(ReadWay.App, 50), ReadChoice.Of(new([.. Enumerable.Repeat((int?)50, 200)], 0, 10_000)));
}
