using Portal.Domain.Alerts;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Alerts;

public class SyncCausesTests
{
    private static readonly DateTimeOffset _now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid _key = Guid.NewGuid(), _other = Guid.NewGuid(), _connection = Guid.NewGuid();

    [Fact, Trait("Failure", "F1"), Trait("Invariant", "23")]
    public void Of_FailingKeyOfTwelveLinks_IsOneCauseThatNamesTheTwelve()
    {
        var cause = Assert.Single(SyncCauses.Of([Key(CredentialStatus.Failing, CredentialProblems.KeyRevoked)],
            [.. Enumerable.Range(1, 12).Select(n => Link($"Team {n}", LinkState.Blocked, CredentialProblems.KeyRevoked))], _now));

        Assert.Equal(($"key:{_key}", "Key “Aurora” does not work", Turn.AppleAdmin), (cause.Key, cause.Title, cause.Problem.Turn));
        Assert.Equal(Enumerable.Range(1, 12).Select(n => $"Team {n}").Order(StringComparer.Ordinal), cause.Names);
    }

    [Fact, Trait("Failure", "F4")]
    public void Of_AgreementMissingForTwoKeysOfOneTeam_IsOneCauseOfTheTeam()
    {
        var cause = Assert.Single(SyncCauses.Of([Key(), Key() with { Id = _other, Status = CredentialStatus.Failing, Problem = AppleProblems.AgreementMissing }],
            [Link("A", LinkState.Active, AppleProblems.AgreementMissing), Link("B", LinkState.Active, AppleProblems.AgreementMissing) with { CredentialId = _other }], _now));

        Assert.Equal(("team:issuer:apple-agreement-missing", Turn.AccountHolder), (cause.Key, cause.Problem.Turn));
        Assert.Equal(["A", "B"], cause.Names);
    }

    [Fact, Trait("Failure", "F26")]
    public void Of_SourceThatRefusesTheKey_IsOneCauseOfTheConnection() =>
        Assert.Equal($"key:{_connection}", Assert.Single(SyncCauses.Of([Key()], [Link("A", LinkState.Blocked, SourceProblems.KeyRefused), Link("B", LinkState.Blocked, SourceProblems.KeyRefused)], _now)).Key);

    [Fact, Trait("Failure", "F23")]
    public void Of_LinksThatFailWhileAppleStumbles_AreOneCauseOnceItLasts()
    {
        Assert.Empty(SyncCauses.Of([Key()], [Link("A", LinkState.Active, AppleProblems.NoAnswer, failures: 2)], _now));

        var cause = Assert.Single(SyncCauses.Of([Key()], [Link("A", LinkState.Active, AppleProblems.NoAnswer, failures: 3), Link("B", LinkState.Active, AppleProblems.ServerFailed(503), failures: 4)], _now));
        Assert.Equal(("apple:issuer", "apple"), (cause.Key, cause.Mark));
    }

    [Fact, Trait("Failure", "F33")]
    public void Of_LockedKeys_AreOneCauseOfTheVault() =>
        Assert.Equal("vault", Assert.Single(SyncCauses.Of([Key(CredentialStatus.Locked), Key(CredentialStatus.Locked) with { Id = _other, Label = "Borealis" }], [Link("A", LinkState.Blocked, CredentialProblems.Locked)], _now)).Key);

    [Theory]
    [InlineData("group-gone"), InlineData("team-empty"), InlineData("run-rejected"), Trait("Failure", "F25"), Trait("Failure", "F6")]
    public void Of_LinksBlockedByThemselves_AreACauseEach(string code)
    {
        var problem = StoredProblem.Of(code, "What happened.")!;

        Assert.Equal(2, SyncCauses.Of([Key()], [Link("A", LinkState.Blocked, problem), Link("B", LinkState.Blocked, problem)], _now).DistinctBy(cause => cause.Key).Count());
    }

    [Theory]
    [InlineData(LinkState.Paused), InlineData(LinkState.Draft), InlineData(LinkState.Ready)]
    public void Of_LinkThatWritesNothingAnyway_IsNoCause(LinkState state) => Assert.Empty(SyncCauses.Of([Key()], [Link("A", state, StoredProblem.Of("group-gone", "")!, failures: 9)], _now));

    [Theory]
    [InlineData(20, null), InlineData(13, "group-goes-dark"), InlineData(0, "group-is-dark"), InlineData(-30, "group-is-dark"), Trait("Failure", "F19")]
    public void Of_GroupWhoseBuildsEnd_SaysSoAhead(int days, string? code) =>
        Assert.Equal(code, SyncCauses.Of([Key()], [Link("A", LinkState.Active, null) with { BuildsUntil = _now.AddDays(days) }], _now).SingleOrDefault()?.Problem.Code);

    [Fact, Trait("Invariant", "40")]
    public void Of_CallsThatWereNotOurs_AreSpokenOfForADay()
    {
        Assert.Equal(Permission.SeeCredentials, Assert.Single(SyncCauses.Of([Key() with { Foreign = (40, _now.AddHours(-23)) }], [], _now)).Audience);
        Assert.Empty(SyncCauses.Of([Key() with { Foreign = (40, _now.AddHours(-24)) }], [], _now));
    }

    [Theory]
    [InlineData(350, false), InlineData(351, true)]
    public void Of_KeyAlmostAYearOld_IsDueToBeReplaced(int days, bool due) => Assert.Equal(due, SyncCauses.Of([Key() with { Since = _now.AddDays(-days) }], [], _now).Count == 1);

    [Fact, Trait("Failure", "F37")]
    public void Of_PeopleAddedByHandWhoLeaveSoon_AreForSupport()
    {
        var cause = Assert.Single(SyncCauses.Of([Key()], [Link("A", LinkState.Active, null) with { Ending = (2, _now.AddDays(1)) }], _now));

        Assert.Equal((Turn.Support, Permission.FixPerson), (cause.Problem.Turn, cause.Audience));
    }

    private static AlertKey Key(CredentialStatus status = CredentialStatus.Active, Problem? problem = null) => new(_key, "Aurora", CredentialKind.AppleTeamKey, "issuer", status, problem);

    private static AlertLink Link(string title, LinkState state, Problem? problem, int failures = 0) => new(Guid.NewGuid(), title, _key, _connection, "issuer", state, problem, failures);
}
