using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.AppStoreConnect;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>What the portal makes of Apple's refusals and stumbles.</summary>
public sealed class ClientFailureTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;
    private string _group = "";

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
        _group = _key.World.GroupId("Aurora Notes", "Aurora beta testers");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task ReadAsync() => _key.Client.ListGroupTestersAsync(_key.Use, _group, Cancel);

    private Task WriteAsync() => _key.Client.CreateTesterAsync(_key.Use, _group, EmailAddress.TryParse("ana@example.org")!, "Ana", null, Cancel);

    [Fact, Trait("Invariant", "23")]
    [Trait("Failure", "F2")]
    public async Task Read_One401_IsAHiccupCuredByAFreshToken()
    {
        _key.World.AddFault("401");
        await ReadAsync();
        var uses = await _key.UsesAsync();
        Assert.Equal([401, 200], uses.Select(use => use.Status));
        Assert.Equal([1, 2], uses.Select(use => use.Attempt));
        Assert.NotEqual(uses[0].TokenHash, uses[1].TokenHash);
        Assert.Equal((CredentialStatus.Active, 0), ((await _key.ReloadAsync()).Status, (await _key.ReloadAsync()).RefusalsInARow));
    }

    [Fact, Trait("Invariant", "23")]
    [Trait("Failure", "F1")]
    public async Task Read_RevokedKey_FailsForTheWholeCredentialAndMakesItFailing()
    {
        _key.World.RevokeKey(_key.KeyId);
        var refused = await Assert.ThrowsAsync<AppleException>(ReadAsync);
        Assert.Equal(("apple-key-refused", FailureReach.Credential), (refused.Problem.Code, refused.Reach));
        await Assert.ThrowsAsync<AppleException>(WriteAsync);
        Assert.Equal(CredentialStatus.Failing, (await _key.ReloadAsync()).Status);
    }

    [Fact, Trait("Invariant", "24")]
    [Trait("Failure", "F3")]
    public async Task Write_KeyOfTooSmallRole_IsRefusedForItsRole()
    {
        var developer = await AppleKey.StoreAsync(_portal, "DEVELOPER");
        var refused = await Assert.ThrowsAsync<AppleException>(() => developer.Client.CreateGroupAsync(developer.Use, _key.World.AppId("Aurora Notes"), "Another", false, Cancel));
        Assert.Equal(("apple-role-too-small", FailureReach.Credential, false), (refused.Problem.Code, refused.Reach, refused.MayHaveCommitted));
        Assert.Equal(Turn.AppleAdmin, refused.Problem.Turn);
    }

    [Fact, Trait("Invariant", "24")]
    [Trait("Failure", "F4")]
    public async Task Read_AgreementMissing_IsRefusedForTheAgreement()
    {
        _key.World.Switches = _key.World.Switches with { AgreementMissing = true };
        var refused = await Assert.ThrowsAsync<AppleException>(ReadAsync);
        Assert.Equal(("apple-agreement-missing", FailureReach.Credential, Turn.AccountHolder), (refused.Problem.Code, refused.Reach, refused.Problem.Turn));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("reset")]
    [InlineData("truncated")]
    [InlineData("html")]
    [InlineData("429")]
    public async Task Read_OneStumbleOfApples_IsReadAgain(string fault)
    {
        _key.World.AddFault(fault);
        await _portal.TurnAsync(ReadAsync());
        var uses = await _key.UsesAsync();
        Assert.Equal(2, uses.Count);
        Assert.Equal([.. _key.Calls().Select(call => call.TokenHash)], uses.Select(use => use.TokenHash));
        Assert.All(uses, use => Assert.NotNull(use.OutcomeAt));
    }

    [Theory]
    [InlineData("500", "apple-server-failed")]
    [InlineData("reset", "apple-no-answer")]
    [InlineData("html", "apple-answer-broken")]
    [InlineData("429", "apple-rate-limit")]
    [Trait("Failure", "F23")]
    public async Task Read_StumblesThatLast_AreAPassingProblem(string fault, string code)
    {
        _key.World.AddFault(fault, times: 10);
        var failed = await Assert.ThrowsAsync<AppleException>(() => _portal.TurnAsync(ReadAsync()));
        Assert.Equal((code, FailureReach.Passing), (failed.Problem.Code, failed.Reach));
        Assert.Equal(fault is "429" ? 2 : 3, (await _key.UsesAsync()).Count);
    }

    [Theory, Trait("Invariant", "37")]
    [InlineData("500-after-commit")]
    [InlineData("reset-after-commit")]
    [Trait("Failure", "F23")]
    public async Task Write_AnswerLostAfterTheCommit_IsNotRepeatedAndSaysItMayBeDone(string fault)
    {
        _key.World.AddFault(fault, "POST");
        var failed = await Assert.ThrowsAsync<AppleException>(WriteAsync);
        Assert.Equal((true, FailureReach.Passing), (failed.MayHaveCommitted, failed.Reach));
        Assert.Single(_key.Calls(), call => call.Method == "POST");
        Assert.Single(_key.World.GroupMembers(_group));
    }

    [Fact, Trait("Invariant", "18")]
    [Trait("Failure", "F14")]
    public async Task AddToGroup_TesterOfAnotherApp_IsAConflictWithApplesCode()
    {
        var other = _key.World.AddTesterByHand(_key.World.GroupId("Ember Chat", "External testers"), "other@example.org");
        var failed = await Assert.ThrowsAsync<AppleException>(() => _key.Client.AddToGroupAsync(_key.Use, _group, [other.Id], Cancel));
        Assert.Equal((409, "STATE_ERROR", "apple-conflict", FailureReach.Request, false), (failed.Status, failed.AppleCode, failed.Problem.Code, failed.Reach, failed.MayHaveCommitted));
    }

    [Fact]
    public async Task SendInvitation_NothingToTestOrAccepted_SaysWhich()
    {
        var early = _key.World.GroupId("Aurora Notes", "Aurora early birds");
        var tester = _key.World.AddTesterByHand(early, "early@example.org");
        var app = _key.World.AppId("Aurora Notes");
        var none = await Assert.ThrowsAsync<AppleException>(() => _key.Client.SendInvitationAsync(_key.Use, app, tester.Id, Cancel));
        Assert.Equal("apple-no-testable-build", none.Problem.Code);
        var friend = _key.World.GroupMembers(_key.World.GroupId("Aurora Notes", "Aurora friends")).First(member => member.State == "INSTALLED");
        var accepted = await Assert.ThrowsAsync<AppleException>(() => _key.Client.SendInvitationAsync(_key.Use, app, friend.Id, Cancel));
        Assert.Equal("apple-invitation-accepted", accepted.Problem.Code);
    }

    [Fact]
    public async Task AddAndRemove_ManyAtOnce_AreOneRequestEach()
    {
        string[] known = [.. _key.World.GroupMembers(_key.World.GroupId("Aurora Notes", "Aurora friends")).Select(member => member.Id)];
        await _key.Client.AddToGroupAsync(_key.Use, _group, known, Cancel);
        Assert.Equal(known.Length, _key.World.GroupMembers(_group).Count);
        await _key.Client.RemoveFromGroupAsync(_key.Use, _group, known, Cancel);
        Assert.Empty(_key.World.GroupMembers(_group));
        Assert.Equal(["POST", "DELETE"], _key.Calls().Select(call => call.Method));
        Assert.All(await _key.UsesAsync(), use => Assert.Equal(known.Length, use.Items));
    }
}
