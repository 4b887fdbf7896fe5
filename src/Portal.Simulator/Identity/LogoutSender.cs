using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Portal.Simulator.Identity;

/// <summary>Tells the sites of an ended session so (OpenID Connect Back-Channel Logout 1.0).</summary>
public sealed class LogoutSender(IdentityDirectory directory, RsaSecurityKey key, TimeProvider time)
{
    /// <summary>Where a site wants to hear of it, below its origin.</summary>
    public const string Path = "/signout-oidc-backchannel";

    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Ends every session of a user and tells each site once.</summary>
    /// <returns>What each site answered.</returns>
    public async Task<IReadOnlyList<HttpStatusCode>> EndAllAsync(string user)
    {
        var answers = new List<HttpStatusCode>();
        foreach (var session in directory.SessionsOf(user))
        {
            directory.End(session.Id);
            answers.Add(await SendAsync(session.Site, TokenOf(session)));
        }

        return answers;
    }

    /// <summary>Hands a site a logout token.</summary>
    public static async Task<HttpStatusCode> SendAsync(string site, string token)
    {
        using var answer = await _http.PostAsync(site + Path, new FormUrlEncodedContent([new("logout_token", token)]));
        return answer.StatusCode;
    }

    /// <summary>The token that says this session is over; <paramref name="change"/> spoils it for tests.</summary>
    public string TokenOf(IdentitySession session, Action<Dictionary<string, object>>? change = null, SigningCredentials? signedBy = null, string type = "logout+jwt")
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = session.Issuer, ["aud"] = IdentityClients.Portal, ["sub"] = session.User, ["sid"] = session.Id, ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(), ["exp"] = time.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds(),
            ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
        };
        change?.Invoke(claims);
        var descriptor = new SecurityTokenDescriptor { Claims = claims, TokenType = type, SigningCredentials = signedBy ?? new(key, SecurityAlgorithms.RsaSha256) };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }
}
