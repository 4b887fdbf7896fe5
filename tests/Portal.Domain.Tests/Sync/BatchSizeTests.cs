using CsCheck;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class BatchSizeTests
{
    [Fact]
    public void Taken_CallAfterCall_DoublesUpToTheMost()
    {
        var size = BatchSize.Start(100, 1000);

        List<int> sizes = [size.Next];
        for (var n = 0; n < 5; n++) sizes.Add((size = size.Taken(size.Next)).Next);

        Assert.Equal([100, 200, 400, 800, 1000, 1000], sizes);
    }

    [Fact]
    public void Taken_LastAndSmallerCall_SaysNothingOfLargerOnes() => Assert.Equal(100, BatchSize.Start(100, 1000).Taken(7).Next);

    [Fact]
    public void Refused_BecauseOfSomebody_HalvesAndMayGrowAgain()
    {
        var size = new BatchSize(800, 1000).Refused(800);

        Assert.Equal(400, size.Next);
        Assert.Equal(800, size.Taken(400).Next);
    }

    [Fact]
    public void TooLarge_WentThroughInHalves_NeverGrowsThatFarAgain()
    {
        var size = new BatchSize(200, 1000).TooLarge(200);

        Assert.Equal(100, size.Next);
        Assert.Equal(100, size.Taken(100).Next);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(100, 8)]
    [InlineData(128, 8)]
    [InlineData(129, 9)]
    public void RefusalsOfOne_BadId_IsOnePerHalvingAndItsOwn(int count, int refusals) => Assert.Equal(refusals, BatchSize.RefusalsOfOne(count));

    [Fact]
    public void Next_WhateverApplesAnswers_StaysFromOneToTheMost() => Gen.Select(Gen.Int[-5, 2000], Gen.Int[-5, 2000], Gen.Int[0, 2].Array[0, 30]).Sample((first, most, answers) =>
    {
        var size = BatchSize.Start(first, most);
        foreach (var answer in answers)
        {
            size = answer switch { 0 => size.Taken(size.Next), 1 => size.Refused(size.Next), _ => size.TooLarge(size.Next) };
            Assert.InRange(size.Next, 1, Math.Max(1, most));
        }
    });
}
