using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Sync.Approvals;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Fixed reads are signed with tokens that can do nothing else; the simulator refuses a token whose scope does not match.</summary>
public sealed class ScopedTokenTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;
    private string _app = "";
    private string _group = "";

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
        (_app, _group) = (_key.World.AppId("Borealis Maps"), _key.World.GroupId("Borealis Maps", "Borealis field testers"));
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly EmailAddress Ana = EmailAddress.TryParse("ana@example.org")!;

    private async Task<List<string>> ScopesAsync() => [.. (await _key.UsesAsync()).Select(use => use.TokenScope)];

    [Fact, Trait("Invariant", "27")]
    public async Task Reads_OfTheClosedList_AreSignedForThatReadAloneOnEveryPage()
    {
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        await _key.Client.ListGroupsAsync(_key.Use, _app, Cancel);
        await _key.Client.ListGroupTestersAsync(_key.Use, _group, Cancel);
        await _key.Client.GetGroupAsync(_key.Use, _group, Cancel);
        await _key.Client.CountTestersAsync(_key.Use, _app, Cancel);
        await _key.Client.ListBuildsAsync(_key.Use, _app, Cancel);
        await _key.Client.ListAllGroupsAsync(_key.Use, Cancel);
        await _key.Client.ListLiveBuildsAsync(_key.Use, Cancel);
        var scopes = await ScopesAsync();
        Assert.All(scopes, scope => Assert.StartsWith("GET /v1/", scope, StringComparison.Ordinal));
        Assert.Contains("GET /v1/apps?fields[apps]=name,bundleId", scopes);
        Assert.Equal(2, scopes.Count(scope => scope == $"GET /v1/betaGroups/{_group}/betaTesters?fields[betaTesters]=email,firstName,lastName,inviteType,state"));
        Assert.All(_key.Calls(), call => Assert.Equal(200, call.Status));
        Assert.Equal(scopes.Distinct().Count(), (await _key.UsesAsync()).Select(use => use.TokenHash).Distinct().Count());
    }

    [Fact]
    public async Task LookUpsByAddressAndWrites_AreSignedWithoutAScope()
    {
        await _key.Client.FindTestersAsync(_key.Use, _app, [Ana], Cancel);
        var tester = await _key.Client.CreateTesterAsync(_key.Use, _group, Ana, null, null, Cancel);
        await _key.Client.RemoveFromGroupAsync(_key.Use, _group, [tester.Id], Cancel);
        Assert.All(await ScopesAsync(), scope => Assert.Equal("", scope));
    }

    [Fact]
    public async Task Reads_WhereScopesAreOff_AreSignedWithoutOne()
    {
        var asked = await _portal.Get<CredentialService>().ChangeUseAsync(_key.Row.Id, scopedReads: false, 8, Actors.KeyCustodian, cancel: Cancel);
        await _portal.Get<ApprovalService>().AllowAsync(asked!.Value, new("Apple refuses them."), Actors.ProgramManager, cancel: Cancel);
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.Equal("", Assert.Single(await ScopesAsync()));
        await using var db = _portal.Get<Database>().Open();
        Assert.Equal(2, await db.AuditEvents.CountAsync(e => e.Code == "credential.use-changed" && e.CredentialId == _key.Row.Id, Cancel));
        var refused = await Assert.ThrowsAsync<ProblemException>(() => _portal.Get<CredentialService>().ChangeUseAsync(_key.Row.Id, true, 5, Actors.KeyCustodian, cancel: Cancel));
        Assert.Equal("requests-in-flight", refused.Problem.Code);
        await Assert.ThrowsAsync<ProblemException>(() => _portal.Get<CredentialService>().ChangeUseAsync(_key.Row.Id, true, 4, Actors.ProgramManager, cancel: Cancel));
    }

    [Fact, Trait("Invariant", "23"), Trait("Failure", "F2")]
    public async Task ScopedRead_Refused_IsTriedOnceWithoutAScopeBeforeItCountsAgainstTheKey()
    {
        _key.World.AddFault("401");
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.Equal([(401, true), (200, false)], (await _key.UsesAsync()).Select(use => (use.Status!.Value, use.TokenScope.Length > 0)));
        var row = await _key.ReloadAsync();
        Assert.Equal((CredentialStatus.Active, 0, 1), (row.Status, row.RefusalsInARow, row.PassingRefusals));
        Assert.NotNull(row.PassingRefusalAt);
    }

    [Fact, Trait("Invariant", "23")]
    public async Task ScopedRead_RefusedByARevokedKey_CountsTheTokensWithoutScopeAlone()
    {
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        _key.World.RevokeKey(_key.KeyId);
        await Assert.ThrowsAsync<AppleException>(() => _key.Client.ListAppsAsync(_key.Use, Cancel));
        Assert.Equal([(200, true), (401, true), (401, false), (401, false)], (await _key.UsesAsync()).Select(use => (use.Status!.Value, use.TokenScope.Length > 0)));
        Assert.Equal((2, 0), ((await _key.ReloadAsync()).RefusalsInARow, (await _key.ReloadAsync()).PassingRefusals));
    }

    [Fact, Trait("Invariant", "23")]
    public async Task ScopedReads_RefusedThreeTimesInARow_AreAskedWithoutAScopeForAnHour()
    {
        for (var i = 0; i < 3; i++)
        {
            _key.World.AddFault("401");
            await _key.Client.ListAppsAsync(_key.Use, Cancel);
        }
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.Equal([true, false, true, false, true, false, false], (await ScopesAsync()).Select(scope => scope.Length > 0));
        _portal.Clock.Advance(TimeSpan.FromMinutes(61));
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.NotEqual("", (await ScopesAsync())[^1]);
    }

    [Theory]
    [InlineData("GET", "v1/betaTesters?filter[apps]=1&filter[email]=a", null)]
    [InlineData("GET", "v1/users?limit=1", null)]
    [InlineData("POST", "v1/apps", null)]
    [InlineData("GET", "v1/apps?limit=1", "GET /v1/apps")]
    [InlineData("GET", "v1/apps?fields%5Bapps%5D=name&cursor=AbC&limit=200&sort=name", "GET /v1/apps?fields[apps]=name")]
    [InlineData("GET", "v1/betaGroups?include=app,betaTesters&filter[app]=7&limit[betaTesters]=1", "GET /v1/betaGroups?filter[app]=7&include=app,betaTesters&limit[betaTesters]=1")]
    public void Of_Request_IsScopedOnlyWhereItStandsInTheList(string method, string address, string? scope) =>
        Assert.Equal(scope, AppleScopes.Of(new AppleRequest(new HttpMethod(method), new Uri($"https://api.appstoreconnect.apple.com/{address}")))?.Entry);
}
