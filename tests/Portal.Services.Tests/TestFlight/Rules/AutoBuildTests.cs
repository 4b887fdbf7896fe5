using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight.Rules;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Rules;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;
using Portal.Tests.Credentials;

namespace Portal.Services.Tests.TestFlight.Rules;

/// <summary>A rule gives new builds to an external group, as a dry run said, each step on record and said once.</summary>
public sealed class AutoBuildTests : IAsyncLifetime
{
    private const string App = "Aurora Notes";
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private AutoBuildService Rules => _portal.Get<AutoBuildService>();
    private TestFlightService Builds => _portal.Get<TestFlightService>();
    private string AppId => _portal.World.AppId(App);
    private string Early => _portal.World.GroupId(App, "Aurora early birds");
    private string Friends => _portal.World.GroupId(App, "Aurora friends");

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Rule_NewBuild_IsGivenToEachGroupByItsOwnRuleAndTheTestersAreTold()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true, Versions = "3.*", Platform = "IOS" }, Actors.ProgramManager, Cancel);
        await Rules.SaveAsync(Friends, new() { Enabled = true, Versions = "4.*" }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("3.0", "300", "BETA_APPROVED", quiet: true);

        await LookAsync();

        Assert.Contains(build, _portal.World.GroupBuilds(Early));
        Assert.DoesNotContain(build, _portal.World.GroupBuilds(Friends));
        var (given, left) = (await OutcomeAsync(Early, build), await OutcomeAsync(Friends, build));
        Assert.Equal((RuleVerdict.InOrder, "auto-notify on, assigned", "The group has it and can test it."), (given.Verdict, given.Done, given.Because));
        Assert.Equal((RuleVerdict.Skip, "rule-version"), (left.Verdict, left.Code));
        Assert.True((await Builds.BuildAsync(Actors.Viewer, build, true, Cancel)).Value.Build.AutoNotifyEnabled);
        Assert.Equal([AuditCodes.BuildAssigned.Name, AuditCodes.BuildAutoNotifySet.Name], await CodesAsync("build."));
        Assert.Equal(["Aurora early birds", "Aurora friends"], (await Rules.OfBuildAsync(build, Actors.Viewer, Cancel)).Select(outcome => outcome.GroupName));
    }

    [Fact]
    public async Task Rule_NothingNew_CostsOneCallAndWritesNothing()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true }, Actors.ProgramManager, Cancel);
        await UploadAsync("3.0", "300", "BETA_APPROVED");
        await LookAsync();
        var (calls, events) = (_key.Calls().Count, (await CodesAsync("")).Count(code => !code.StartsWith("key.", StringComparison.Ordinal)));

        await LookAsync();

        Assert.Equal(1, _key.Calls().Count - calls);
        Assert.Equal(events, (await CodesAsync("")).Count(code => !code.StartsWith("key.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rule_BuildsUploadedBeforeIt_AreLeftAlone()
    {
        var before = await UploadAsync("3.0", "299", "BETA_APPROVED");
        _portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await Rules.SaveAsync(Early, new() { Enabled = true }, Actors.ProgramManager, Cancel);

        await LookAsync();

        Assert.DoesNotContain(before, _portal.World.GroupBuilds(Early));
        Assert.Empty((await Rules.FindAsync(Early, Actors.Viewer, Cancel))!.Outcomes);
    }

    [Fact]
    [Trait("Failure", "F18")]
    public async Task Rule_ComplianceMissing_WaitsUntilANamedPersonsAnswerIsStored()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("3.0", "300", "MISSING_EXPORT_COMPLIANCE");
        await LookAsync();
        var waiting = await OutcomeAsync(Early, build);
        var calls = _key.Calls().Count(call => call.Method != "GET");

        var rule = await Rules.SaveAsync(Early, new() { Enabled = true, Compliance = ComplianceAnswer.ExemptOnly }, Actors.SecondProgramManager, Cancel);
        await LookAsync();

        Assert.Equal((RuleVerdict.Wait, "rule-compliance", 0), (waiting.Verdict, waiting.Code, calls));
        Assert.Equal("program-manager-2", rule.ComplianceByName);
        var done = await OutcomeAsync(Early, build);
        Assert.Equal((RuleVerdict.InOrder, "encryption answered, assigned"), (done.Verdict, done.Done.Replace("auto-notify on, ", "", StringComparison.Ordinal)));
        Assert.Contains("submits it", done.Because, StringComparison.Ordinal);
        var details = await _portal.QueryAsync(db => db.AuditTexts.Where(text => db.AuditEvents.Any(e => e.Id == text.EventId && e.Code == AuditCodes.BuildComplianceAnswered.Name)).Select(text => text.Details).SingleAsync(Cancel));
        Assert.Contains("program-manager-2", details, StringComparison.Ordinal);
        Assert.Contains(AuditCodes.RuleComplianceStored.Name, await CodesAsync("auto-build."));
    }

    [Theory]
    [InlineData(false, "READY_FOR_BETA_SUBMISSION")]
    [InlineData(true, "WAITING_FOR_BETA_REVIEW")]
    public async Task Rule_BuildNotSubmitted_IsSubmittedOnlyWhereChosen(bool submit, string state)
    {
        await Rules.SaveAsync(Early, new() { Enabled = true, SubmitForReview = submit }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("5.0", "500", "READY_FOR_BETA_SUBMISSION");

        await LookAsync();

        Assert.Equal(state, (await Builds.BuildAsync(Actors.Viewer, build, true, Cancel)).Value.Build.ExternalState);
        Assert.Equal(submit ? 1 : 0, (await CodesAsync("build.")).Count(code => code == AuditCodes.BuildSubmitted.Name));
        Assert.Equal(RuleVerdict.InOrder, (await OutcomeAsync(Early, build)).Verdict);
    }

    [Fact]
    public async Task Rule_QuietHours_GiveNobodyABuildUntilTheyEnd()
    {
        var now = _portal.Clock.GetUtcNow();
        await Rules.SaveAsync(Early, new() { Enabled = true, QuietFrom = now.AddHours(-1).ToString("HH:mm"), QuietTo = now.AddHours(1).ToString("HH:mm"), TimeZone = "UTC" }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("3.0", "300", "BETA_APPROVED");
        await LookAsync();
        var waiting = await OutcomeAsync(Early, build);

        _portal.Clock.Advance(TimeSpan.FromHours(1));
        await LookAsync();

        Assert.Equal((RuleVerdict.Wait, "rule-quiet"), (waiting.Verdict, waiting.Code));
        Assert.Equal(RuleVerdict.InOrder, (await OutcomeAsync(Early, build)).Verdict);
        Assert.Contains(build, _portal.World.GroupBuilds(Early));
    }

    [Fact]
    [Trait("Invariant", "19")]
    public async Task Rule_AppleRefusesOneGroup_SaysSoOnceAndTheOtherGetsIt()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true }, Actors.ProgramManager, Cancel);
        await Rules.SaveAsync(Friends, new() { Enabled = true }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("3.0", "300", "BETA_APPROVED");
        _portal.World.AddFault("500", "POST", Early);

        await LookAsync();
        var first = await OutcomeAsync(Early, build);
        await LookAsync();
        var asked = _key.Calls().Count(call => call.Method == "POST" && call.Path.Contains(Early, StringComparison.Ordinal));
        _portal.Clock.Advance(TimeSpan.FromMinutes(30));
        await LookAsync();

        Assert.Equal((RuleVerdict.Wait, "rule-step-unconfirmed", 1), (first.Verdict, first.Code, asked));
        Assert.Contains(build, _portal.World.GroupBuilds(Friends));
        Assert.Contains(build, _portal.World.GroupBuilds(Early));
        Assert.Equal(1, (await CodesAsync("build.")).Count(code => code == AuditCodes.BuildAssignFailed.Name));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task Rule_AnswerLost_GoesOnFromWhatIsSeen()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true, SubmitForReview = true }, Actors.ProgramManager, Cancel);
        var build = await UploadAsync("5.0", "500", "READY_FOR_BETA_SUBMISSION");
        _portal.World.AddFault("500-after-commit", "POST", "betaAppReviewSubmissions");

        await LookAsync();
        await LookAsync();

        Assert.Equal(RuleVerdict.InOrder, (await OutcomeAsync(Early, build)).Verdict);
        Assert.Equal(1, _key.Calls().Count(call => call.Path.EndsWith("/betaAppReviewSubmissions", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Failure", "F6")]
    public async Task Rule_GroupGoneAtApple_SaysSoAndAsksAppleNothingMore()
    {
        await Rules.SaveAsync(Early, new() { Enabled = true }, Actors.ProgramManager, Cancel);
        const string group = "00000000-0000-4000-8000-000000000000";
        await _portal.QueryAsync(async db =>
        {
            var rule = await db.AutoBuildRules.SingleAsync(Cancel);
            db.AutoBuildRules.Remove(rule);
            db.AutoBuildRules.Add(new() { GroupId = group, GroupName = "Gone", AppId = rule.AppId, CredentialId = rule.CredentialId, Enabled = true, Versions = "*", Since = rule.Since, ChangedById = "p", ChangedByName = "p", ChangedAt = rule.ChangedAt });
            return await db.SaveChangesAsync(Cancel);
        });
        var build = await UploadAsync("3.0", "300", "BETA_APPROVED");

        await LookAsync();
        await LookAsync();

        Assert.Equal((true, "apple-not-found"), ((await OutcomeAsync(group, build)).Refused, (await OutcomeAsync(group, build)).Code));
        Assert.DoesNotContain(_key.Calls(), call => call.Method == "POST");
    }

    [Fact]
    public async Task DryRun_Rule_SaysWhatItWouldDoAndChangesNothing()
    {
        await UploadAsync("3.0", "300", "BETA_APPROVED");
        await UploadAsync("3.1", "310", "MISSING_EXPORT_COMPLIANCE");

        var lines = await Rules.DryRunAsync(Early, new() { Versions = "3.*" }, Actors.ProgramManager, Cancel);

        var by = lines.ToDictionary(line => line.Build.Number, line => line.Decision);
        Assert.Equal((RuleVerdict.Act, RuleVerdict.Wait, "rule-version"), (by["300"].Verdict, by["310"].Verdict, by["120"].Code));
        Assert.Contains("assigns the build", by["300"].Because, StringComparison.Ordinal);
        Assert.All(_key.Calls(), call => Assert.Equal("GET", call.Method));
        Assert.Null(await Rules.FindAsync(Early, Actors.Viewer, Cancel));
        Assert.Empty(await CodesAsync("auto-build."));
    }

    [Fact]
    public async Task Save_WhatCannotBe_IsRefusedAndSaysWhy()
    {
        var every = _portal.World.GroupId(App, "Engineering");

        Assert.Equal("rule-group-internal", await CodeOfAsync(() => Rules.SaveAsync(every, new() { Enabled = true }, Actors.ProgramManager, Cancel)));
        Assert.Equal("access-refused", await CodeOfAsync(() => Rules.SaveAsync(Early, new() { Enabled = true }, Actors.Support, Cancel)));
        Assert.Equal("rule-pattern-unreadable", await CodeOfAsync(() => Rules.SaveAsync(Early, new() { Versions = "(2)" }, Actors.ProgramManager, Cancel)));
        Assert.Equal("rule-platform-unknown", await CodeOfAsync(() => Rules.SaveAsync(Early, new() { Platform = "WATCH" }, Actors.ProgramManager, Cancel)));
        Assert.Equal("rule-not-found", await CodeOfAsync(() => Rules.RemoveAsync(Early, Actors.ProgramManager, Cancel)));
    }

    private async Task<string> UploadAsync(string version, string number, string state, bool quiet = false)
    {
        var build = _portal.World.UploadBuild(AppId, version, number, state);
        if (!quiet) return build;
        await _key.Client.SetAutoNotifyAsync(_key.Use, (await _key.Client.GetBuildAsync(_key.Use, build, Cancel))!.DetailId!, on: false, Cancel);
        return build;
    }

    /// <summary>The look that is due next.</summary>
    private async Task LookAsync()
    {
        _portal.Clock.Advance(AppLooks.Every + TimeSpan.FromSeconds(1));
        await _portal.Get<BuildWorker>().SweepAsync(Cancel);
    }

    private async Task<RuleOutcomeView> OutcomeAsync(string group, string build) => (await Rules.FindAsync(group, Actors.Viewer, Cancel))!.Outcomes.Single(outcome => outcome.BuildId == build);

    private Task<List<string>> CodesAsync(string start) => _portal.QueryAsync(db => db.AuditEvents.Where(e => e.Code.StartsWith(start)).Select(e => e.Code).Order().ToListAsync(Cancel));

    private static async Task<string> CodeOfAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
