using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Portal.Web.SignIn.Sessions;

/// <summary>What a logout token says.</summary>
/// <param name="Id">Its <c>jti</c>.</param>
/// <param name="Session">The <c>sid</c> that ended; null: every session of the person.</param>
/// <param name="Person">The <c>sub</c>; null where only a session is named.</param>
/// <param name="ForgetAt">From then on the token would be refused as too old.</param>
internal sealed record Logout(string Id, string? Session, string? Person, DateTimeOffset ForgetAt);

/// <summary>Either what the token says, or the rule it breaks.</summary>
internal sealed record LogoutReading(Logout? Logout, string? Broken);

/// <summary>Reads logout tokens as OpenID Connect Back-Channel Logout 1.0, 2.6 demands; believes nothing unsigned.</summary>
internal sealed class LogoutTokens(IOptionsMonitor<OpenIdConnectOptions> provider, TimeProvider time)
{
    /// <summary>Where the provider posts them.</summary>
    public const string Path = "/signout-oidc-backchannel";

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly TimeSpan _oldest = TimeSpan.FromMinutes(5), _skew = TimeSpan.FromMinutes(1);
    private static readonly string[] _types = ["", "JWT", "logout+jwt", "application/logout+jwt"];
    private static readonly string[] _algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Checks signature, issuer, audience, type, times, event, subject or session, and that there is no nonce. Whether it is the first with its id the store says.</summary>
    public async Task<LogoutReading> ReadAsync(string? token, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 16_000) return Refused("form");
        var options = provider.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var manager = options.ConfigurationManager!;
        var read = await CheckAsync(token, options, await manager.GetConfigurationAsync(cancel));
        if (read.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have new keys; the manager itself bounds how often it asks.
            manager.RequestRefresh();
            read = await CheckAsync(token, options, await manager.GetConfigurationAsync(cancel));
        }

        return read.IsValid && read.SecurityToken is JsonWebToken jwt ? Rules(jwt) : Refused(RuleOf(read.Exception));
    }

    private Task<TokenValidationResult> CheckAsync(string token, OpenIdConnectOptions options, OpenIdConnectConfiguration known) =>
        new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = known.Issuer, ValidAudience = options.ClientId, IssuerSigningKeys = known.SigningKeys,
            ValidAlgorithms = _algorithms, RequireSignedTokens = true, RequireExpirationTime = false,
            LifetimeValidator = (_, expires, _, _) => expires is null || expires > (time.GetUtcNow() - _skew).UtcDateTime,
        });

    private LogoutReading Rules(JsonWebToken token)
    {
        var now = time.GetUtcNow();
        if (!_types.Contains(token.Typ ?? "", StringComparer.OrdinalIgnoreCase)) return Refused("typ");
        if (!token.TryGetPayloadValue<long>("iat", out var seconds)) return Refused("iat");
        var issued = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799));
        if (issued < now - _oldest || issued > now + _skew) return Refused("iat");
        if (!token.TryGetPayloadValue<JsonElement>("events", out var events) || events.ValueKind is not JsonValueKind.Object
            || !events.TryGetProperty(Event, out var logout) || logout.ValueKind is not JsonValueKind.Object) return Refused("events");
        if (token.TryGetPayloadValue<object>("nonce", out _)) return Refused("nonce");
        if (!token.TryGetPayloadValue<string>("jti", out var id) || id is not { Length: > 0 and <= 500 }) return Refused("jti");
        var session = TextOf(token, "sid");
        var person = TextOf(token, "sub");
        return session is null && person is null ? Refused("sub") : new(new Logout(id, session, person, issued + _oldest + _skew), null);
    }

    private static string? TextOf(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) && value is { Length: > 0 } ? value : null;

    private static LogoutReading Refused(string rule) => new(null, rule);

    private static string RuleOf(Exception? failure) => failure switch
    {
        SecurityTokenInvalidIssuerException => "iss",
        SecurityTokenInvalidAudienceException => "aud",
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException => "exp",
        SecurityTokenInvalidAlgorithmException => "alg",
        _ => "signature",
    };
}
