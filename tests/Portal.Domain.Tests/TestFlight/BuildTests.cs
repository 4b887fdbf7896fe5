using Portal.Domain.TestFlight;
using Xunit;

namespace Portal.Domain.Tests.TestFlight;

public sealed class BuildTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Build NewBuild(string id = "b") => new(id, "app", "1.0", "1", "IOS")
    {
        ProcessingState = "VALID", InternalState = "IN_BETA_TESTING", ExternalState = "IN_BETA_TESTING",
        UploadedDate = Now.AddDays(-10), ExpirationDate = Now.AddDays(80), AudienceType = "APP_STORE_ELIGIBLE",
    };

    private static BetaGroup External(string id = "g") => new(id, "app", $"Group {id}", false, null, 7) { CreatedDate = Now.AddDays(-30) };

    private static BetaGroup Internal(bool? all, string id = "i") => new(id, "app", $"Group {id}", true, all, 3) { CreatedDate = Now.AddDays(-30) };

    [Theory]
    [InlineData(80.5, false, 80, "Expires in 80 days", BuildMood.Good)]
    [InlineData(14.1, false, 14, "Expires in 14 days", BuildMood.Good)]
    [InlineData(13.9, false, 13, "Expires in 13 days", BuildMood.Attention)]
    [InlineData(1.5, false, 1, "Expires in 1 day", BuildMood.Attention)]
    [InlineData(0.5, false, 0, "Expires today", BuildMood.Attention)]
    [InlineData(-0.5, true, -1, "Expired today", BuildMood.Quiet)]
    [InlineData(-1.5, true, -2, "Expired 1 day ago", BuildMood.Quiet)]
    [InlineData(-5.5, true, -6, "Expired 5 days ago", BuildMood.Quiet)]
    [InlineData(20, true, 20, "Expired early", BuildMood.Quiet)]
    [Trait("Failure", "F19")]
    public void ExpiryCountdown_DaysAway_IsSaidInDays(double days, bool expired, int left, string words, BuildMood mood) =>
        Assert.Equal(new ExpiryCountdown(left, words, mood), ExpiryCountdown.Of(NewBuild() with { ExpirationDate = Now.AddDays(days), Expired = expired }, Now));

    [Theory]
    [Trait("Failure", "F19")]
    [InlineData(13, null, true)]
    [InlineData(13, 12.0, true)]
    [InlineData(13, 40.0, false)]
    [InlineData(20, null, false)]
    [InlineData(-1, null, false)]
    public void GoesDark_LastTestableBuild_SaysTheDayWhileThereIsTime(double days, double? other, bool soon)
    {
        List<Build> builds = [NewBuild() with { ExpirationDate = Now.AddDays(days) }];
        if (other is { } more) builds.Add(NewBuild("c") with { ExpirationDate = Now.AddDays(more) });

        var problem = ExpiryCountdown.GoesDark(builds, isInternal: false, Now);

        Assert.Equal(soon ? "group-goes-dark" : null, problem?.Code);
        if (soon) Assert.Contains(Now.AddDays(13).ToString("yyyy-MM-dd"), problem!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpiryCountdown_NoDate_IsNotReported() =>
        Assert.Equal("Not reported", ExpiryCountdown.Of(NewBuild() with { ExpirationDate = null }, Now).Words);

    [Theory]
    [InlineData("IN_BETA_TESTING", "PROCESSING", true, false)]
    [InlineData("BETA_APPROVED", "READY_FOR_BETA_TESTING", true, true)]
    [InlineData("READY_FOR_BETA_TESTING", "IN_BETA_TESTING", false, true)]
    [InlineData("IN_BETA_REVIEW", "IN_BETA_TESTING", false, true)]
    [InlineData("WORD_OF_LATER", null, false, false)]
    public void IsTestable_States_DifferForInternalAndExternal(string external, string? intern, bool forExternal, bool forInternal)
    {
        var build = NewBuild() with { ExternalState = external, InternalState = intern };
        Assert.Equal((forExternal, forInternal), (build.IsTestable(false, Now), build.IsTestable(true, Now)));
        Assert.False((build with { Expired = true }).IsTestable(true, Now));
        Assert.False((build with { ExpirationDate = Now }).IsTestable(false, Now));
    }

    [Fact]
    public void Refusal_GroupThatGetsEveryBuild_SaysThatBeforeAnythingOfTheBuild()
    {
        Assert.Equal("group-gets-all-builds", BuildAssignment.Refusal(NewBuild() with { InternalState = "PROCESSING" }, Internal(true), Now)?.Code);
        Assert.Equal("build-not-ready", BuildAssignment.Refusal(NewBuild() with { InternalState = "PROCESSING" }, Internal(false), Now)?.Code);
        Assert.Null(BuildAssignment.Refusal(NewBuild(), External(), Now));
    }

    [Fact, Trait("Invariant", "36")]
    public void External_WordNotKnownYet_IsShownAsItCame() => Assert.Equal("WORD_OF_LATER", (NewBuild() with { ExternalState = "WORD_OF_LATER" }).External(Now).Word);

    [Fact]
    [Trait("Failure", "F20")]
    public void External_ApprovedWithoutAutoNotify_SaysThatNobodyWasTold() =>
        Assert.Contains("auto-notify is off", (NewBuild() with { ExternalState = "READY_FOR_BETA_TESTING", AutoNotifyEnabled = false }).External(Now).Next);

    [Fact]
    public void Reach_EveryWay_IsNamedInOrder()
    {
        var build = NewBuild() with { GroupIds = ["g"], IndividualTesterCount = 2 };
        var reach = BuildReach.Of(build, [Internal(true), External(), External("other"), Internal(false, "hand")], Now);
        Assert.Equal([(ReachWay.GroupAssignment, "g", 7), (ReachWay.AllBuilds, "i", 3), (ReachWay.Individuals, null, 2)], reach.Select(line => (line.Way, line.Group?.Id, line.Testers)));
        Assert.All(reach, line => Assert.True(line is { Now: true, Sure: true }));
    }

    [Fact]
    public void Reach_BuildOlderThanAllBuildsGroup_IsNotSureUnlessListed()
    {
        var build = NewBuild() with { UploadedDate = Now.AddDays(-60) };
        Assert.False(Assert.Single(BuildReach.Of(build, [Internal(true)], Now)).Sure);
        Assert.True(Assert.Single(BuildReach.Of(build with { GroupIds = ["i"] }, [Internal(true)], Now)).Sure);
    }

    [Fact]
    public void Reach_InternalOnlyBuild_NeverNamesAnExternalGroup() =>
        Assert.Empty(BuildReach.Of(NewBuild() with { AudienceType = "INTERNAL_ONLY", GroupIds = ["g"] }, [External()], Now));

    [Fact]
    public void Reach_BuildInReview_ReachesExternalGroupsOnlyLater()
    {
        var build = NewBuild() with { ExternalState = "IN_BETA_REVIEW", GroupIds = ["g", "hand"] };
        Assert.Equal([("g", false), ("hand", true)], BuildReach.Of(build, [External(), Internal(false, "hand")], Now).Select(line => (line.Group!.Id, line.Now)));
    }

    [Fact]
    public void Reach_GroupOfAnotherApp_IsLeftOut() => Assert.Empty(BuildReach.Of(NewBuild() with { GroupIds = ["g"] }, [External() with { AppId = "another" }], Now));

    [Fact]
    public void AutoBuild_AppleReportsIt_IsTakenAsReported()
    {
        Assert.Equal(AutoBuildKind.AppleSendsAll, AutoBuild.Of(Internal(true), []).Kind);
        Assert.Equal(AutoBuildKind.ByHand, AutoBuild.Of(Internal(false), []).Kind);
        Assert.Equal(AutoBuildKind.CannotTell, AutoBuild.Of(Internal(null), []).Kind);
    }

    [Theory]
    [InlineData("g g g -", AutoBuildKind.AppearsWithoutUs)]
    [InlineData("g g", AutoBuildKind.AppearsWithoutUs)]
    [InlineData("- g g g", AutoBuildKind.SeemsByHand)]
    [InlineData("- -", AutoBuildKind.SeemsByHand)]
    [InlineData("g", AutoBuildKind.CannotTell)]
    [InlineData("", AutoBuildKind.CannotTell)]
    public void AutoBuild_ExternalGroup_IsJudgedByItsThreeNewestBuilds(string newestFirst, AutoBuildKind kind)
    {
        var builds = newestFirst.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((there, n) => NewBuild($"b{n}") with { UploadedDate = Now.AddDays(-n), GroupIds = there == "g" ? ["g"] : [] });
        Assert.Equal(kind, AutoBuild.Of(External(), [.. builds.Reverse()]).Kind);
    }

    [Fact]
    public void AutoBuild_BuildsNobodyCouldAssign_DoNotCount()
    {
        Build[] builds =
        [
            NewBuild("1") with { GroupIds = ["g"] },
            NewBuild("2") with { GroupIds = ["g"] },
            NewBuild("old") with { UploadedDate = Now.AddDays(-40) },
            NewBuild("internal") with { AudienceType = "INTERNAL_ONLY" },
            NewBuild("processing") with { ProcessingState = "PROCESSING" },
            NewBuild("papers") with { ExternalState = "MISSING_EXPORT_COMPLIANCE" },
        ];
        Assert.Equal(AutoBuildKind.AppearsWithoutUs, AutoBuild.Of(External(), builds).Kind);
    }

    [Fact, Trait("Invariant", "8")]
    public void IsAnonymous_TesterByPublicLink_HasNoAddress()
    {
        Assert.True(new BetaTester("1", null, null, null, "PUBLIC_LINK", "INSTALLED").IsAnonymous());
        Assert.False(new BetaTester("1", "ana@example.org", null, null, "PUBLIC_LINK", "INSTALLED").IsAnonymous());
    }
}
