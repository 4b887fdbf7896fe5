using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Simulator.Identity;
using Portal.Tests;

namespace Portal.Web.Tests.SignIn;

/// <summary>OpenID Connect Back-Channel Logout 1.0: the provider ends sessions; nobody else does.</summary>
[Trait("Invariant", "32")]
public sealed class BackchannelLogoutTests : IAsyncLifetime
{
    private WebFixture _web = null!;

    public async ValueTask InitializeAsync() => _web = await WebFixture.StartAsync();
    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Logout_OfOneSession_EndsItInItsOpenPagesAndLeavesTheOthers()
    {
        await using var ended = await OpenPage.OfAsync(_web, "viewer");
        var session = Assert.Single(_web.Simulator.People.SessionsOf("viewer"));
        await using var kept = await OpenPage.OfAsync(_web, "viewer", pages: 0);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(session));
        _web.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(ActorKind.Anonymous, (await ended.HearAsync()).Kind);
        Assert.Null(await ended.NowAsync());
        Assert.NotNull(await kept.NowAsync());
        Assert.Equal(1, await CountAsync(AuditCodes.SessionEndedByProvider));
    }

    [Fact]
    public async Task Logout_OfAPersonWithoutASession_EndsAllOfTheirs()
    {
        await using var one = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        await using var two = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        await using var other = await OpenPage.OfAsync(_web, "support", pages: 0);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(_web.Simulator.People.SessionsOf("viewer")[0], claims => claims.Remove("sid")));

        Assert.Null(await one.NowAsync());
        Assert.Null(await two.NowAsync());
        Assert.NotNull(await other.NowAsync());
    }

    [Fact]
    public async Task Logout_UserRemovedAtTheProvider_IsSentByItself()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        using var provider = new HttpClient();
        using var pressed = await provider.PostAsync($"{_web.Simulator.Address}/identity/", new FormUrlEncodedContent([new("user", "viewer"), new("act", "remove")]));

        Assert.Equal(HttpStatusCode.OK, pressed.StatusCode);
        Assert.Null(await page.NowAsync());
    }

    [Fact]
    public async Task Logout_SameTokenAgain_IsRefusedOnce()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        var token = _web.Simulator.Logouts.TokenOf(_web.Simulator.People.SessionsOf("viewer")[0]);

        Assert.Equal(HttpStatusCode.OK, await LogoutSender.SendAsync(_web.Address, token));
        Assert.Equal(HttpStatusCode.BadRequest, await LogoutSender.SendAsync(_web.Address, token));
        Assert.Equal(1, await CountAsync(AuditCodes.LogoutTokenRefused));
    }

    public static TheoryData<string> Broken =>
    [
        "issuer", "audience", "old", "future", "over", "no iat", "no events", "other event", "event no object", "nonce", "empty nonce", "no jti", "neither sub nor sid",
        "another key", "another key of the same id", "not signed", "cut", "id token type", "symmetric", "another session", "other person's session",
    ];

    [Theory, MemberData(nameof(Broken))]
    public async Task Logout_TokenThatBreaksARule_EndsNothing(string how)
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        var session = _web.Simulator.People.SessionsOf("viewer")[0];

        var answer = await LogoutSender.SendAsync(_web.Address, TokenBroken(how, session));

        Assert.Equal(how is "another session" or "other person's session" ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer);
        Assert.NotNull(await page.NowAsync());
    }

    private string TokenBroken(string how, IdentitySession session)
    {
        var (logouts, now) = (_web.Simulator.Logouts, _web.Clock.GetUtcNow());
        using var rsa = RSA.Create(2048);
        var known = new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
        string Token(Action<Dictionary<string, object>>? change = null, SigningCredentials? by = null, string type = "logout+jwt") => logouts.TokenOf(session, change, by, type);
        string With(string name, object value) => Token(claims => claims[name] = value);
        string Without(string name) => Token(claims => claims.Remove(name));
        return how switch
        {
            "issuer" => With("iss", "http://127.0.0.1:1/identity/"),
            "audience" => With("aud", "portal-cli"),
            "old" => With("iat", now.AddMinutes(-6).ToUnixTimeSeconds()),
            "future" => With("iat", now.AddMinutes(3).ToUnixTimeSeconds()),
            "over" => With("exp", now.AddMinutes(-2).ToUnixTimeSeconds()),
            "no iat" => Without("iat"),
            "no events" => Without("events"),
            "other event" => With("events", new Dictionary<string, object> { ["http://schemas.openid.net/event/other"] = new Dictionary<string, object>() }),
            "event no object" => With("events", new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = true }),
            "nonce" => With("nonce", "n"),
            "empty nonce" => With("nonce", ""),
            "no jti" => Without("jti"),
            "neither sub nor sid" => Token(claims => { claims.Remove("sub"); claims.Remove("sid"); }),
            "another key" => Token(by: known),
            "another key of the same id" => Token(by: new(new RsaSecurityKey(rsa.ExportParameters(true)) { KeyId = KeyIdOf(Token()) }, SecurityAlgorithms.RsaSha256)),
            "not signed" => Unsigned(Token()),
            "cut" => Token()[..^12],
            "id token type" => Token(type: "at+jwt"),
            "symmetric" => Token(by: new(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)), SecurityAlgorithms.HmacSha256)),
            "another session" => With("sid", "somebody elses"),
            _ => With("sub", "support"),
        };
    }

    private static string KeyIdOf(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Kid;

    private static string Unsigned(string token) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"logout+jwt"}""")}.{token.Split('.')[1]}.";

    private Task<HttpStatusCode> SendAsync(IdentitySession session, Action<Dictionary<string, object>>? change = null) =>
        LogoutSender.SendAsync(_web.Address, _web.Simulator.Logouts.TokenOf(session, change));

    private async Task<int> CountAsync(AuditCode code) =>
        (await _web.Services.GetRequiredService<AuditLog>().SearchAsync(new AuditQuery { Codes = [code.Name] }, Actors.SecurityReviewer)).Events.Count;
}
