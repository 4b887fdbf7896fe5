using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Audit;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect.Budget;

/// <summary>Somebody else uses the key: Apple's counter runs ahead of ours.</summary>
public sealed class ForeignCallTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task OursAsync(int times)
    {
        for (var i = 0; i < times; i++) await _key.Client.ListAppsAsync(_key.JobUse, Cancel);
    }

    /// <summary>Another program with the same key, which knows nothing of the portal.</summary>
    private async Task TheirsAsync(int times)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_portal.Simulator.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        for (var i = 0; i < times; i++) (await http.GetAsync("/v1/apps?limit=1", Cancel)).EnsureSuccessStatusCode();
    }

    private string Token()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(_key.P8);
        var now = _portal.Clock.GetUtcNow().ToUnixTimeSeconds();
        var text = $$"""{"alg":"ES256","kid":"{{_key.KeyId}}","typ":"JWT"}""";
        var payload = $$"""{"iss":"{{_key.Row.IssuerId}}","iat":{{now - 60}},"exp":{{now + 600}},"aud":"appstoreconnect-v1"}""";
        var signed = $"{Part(Encoding.ASCII.GetBytes(text))}.{Part(Encoding.ASCII.GetBytes(payload))}";
        return $"{signed}.{Part(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";

        static string Part(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    private async Task<List<string>> SaidAsync()
    {
        await using var db = _portal.Get<Database>().Open();
        return await db.AuditEvents.Where(e => e.Code == AuditCodes.KeyForeignCalls.Name && e.CredentialId == _key.Row.Id).Select(e => e.Code).ToListAsync(Cancel);
    }

    [Fact, Trait("Invariant", "40")]
    public async Task Calls_FortyOfSomebodyElse_AreSaidOnceAndAgainWhenTheyDouble()
    {
        await OursAsync(3);
        await TheirsAsync(40);
        await OursAsync(3);
        Assert.Single(await SaidAsync());
        Assert.Equal(40, (await _key.ReloadAsync()).ForeignCalls);

        _portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await OursAsync(1);
        Assert.Single(await SaidAsync());
        await TheirsAsync(45);
        _portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await OursAsync(1);
        Assert.Equal(2, (await SaidAsync()).Count);
        Assert.Equal(85, (await _key.ReloadAsync()).ForeignCalls);
    }

    [Fact, Trait("Invariant", "40")]
    public async Task Calls_AFewOfSomebodyElse_AreWithinTheTolerance()
    {
        await OursAsync(3);
        await TheirsAsync(15);
        await OursAsync(3);
        Assert.Empty(await SaidAsync());
    }

    [Fact, Trait("Invariant", "40")]
    public async Task Calls_OfAnotherMachineOfThisPortal_AreOurs()
    {
        await OursAsync(3);
        using (var another = _portal.BuildAnother())
        {
            var client = another.Services.GetRequiredService<AppStoreConnectClient>();
            for (var i = 0; i < 45; i++) await client.ListAppsAsync(_key.JobUse, Cancel);
        }
        await OursAsync(3);
        Assert.Empty(await SaidAsync());
    }

    [Fact, Trait("Invariant", "40")]
    public async Task Calls_OfTheHourBefore_AreNeitherOursNorTheirs()
    {
        await OursAsync(60);
        _portal.Clock.Advance(TimeSpan.FromMinutes(59));
        await OursAsync(2);
        _portal.Clock.Advance(TimeSpan.FromMinutes(2));
        await OursAsync(3);
        Assert.Empty(await SaidAsync());
    }

    [Fact, Trait("Invariant", "40"), Trait("Failure", "F22")]
    public async Task Budget_SomebodyElsesCalls_LeaveSoMuchLess()
    {
        _key.World.Switches = _key.World.Switches with { HourLimit = 50 };
        await OursAsync(1);
        await TheirsAsync(45);
        await OursAsync(1);
        var told = await Assert.ThrowsAsync<AppleException>(async () =>
        {
            for (var i = 0; i < 10; i++) await _key.Client.ListAppsAsync(_key.Use, Cancel);
        });
        Assert.Equal("apple-rate-limit", told.Problem.Code);
        Assert.All(_key.Calls(), call => Assert.Equal(200, call.Status));
    }
}
