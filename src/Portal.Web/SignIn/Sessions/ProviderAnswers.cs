using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Portal.Web.SignIn.Sessions;

/// <summary>Redeems a refresh token at the provider and reads what it says of the person now.</summary>
internal sealed class ProviderAnswers(IOptionsMonitor<OpenIdConnectOptions> provider, IOptionsMonitor<SignInOptions> signIn, ILogger<ProviderAnswers> log)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);

    /// <summary>What a signed-in person keeps of the time of sign-in whatever the provider says later.</summary>
    private static readonly string[] _kept = [SessionTickets.KeyClaim, "sid", "sub"];

    /// <summary>Never throws for what the provider does: what cannot be believed is silence.</summary>
    public async Task<ProviderAnswer> RedeemAsync(ClaimsPrincipal user, string refreshToken, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        try
        {
            return await AskAsync(user, refreshToken, patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException or SecurityTokenException or IOException)
        {
            // Never the message: it could quote the answer.
            log.LogWarning("The identity provider did not say whether somebody signed in is still there: {Kind}. (provider-silent)", failure.GetType().Name);
            return ProviderAnswer.Silence;
        }
    }

    private async Task<ProviderAnswer> AskAsync(ClaimsPrincipal user, string refreshToken, CancellationToken cancel)
    {
        var options = provider.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var known = await options.ConfigurationManager!.GetConfigurationAsync(cancel);
        using var answer = await options.Backchannel.PostAsync(known.TokenEndpoint, Form(options, refreshToken), cancel);
        using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        if (answer.StatusCode is HttpStatusCode.BadRequest && TextOf(body.RootElement, "error") == "invalid_grant") return ProviderAnswer.Over;
        answer.EnsureSuccessStatusCode();

        var tokens = new[] { "access_token", "refresh_token", "id_token" }
            .Select(name => (Name: name, Value: TextOf(body.RootElement, name))).Where(token => token.Value is not null).Select(token => (token.Name, token.Value!)).ToList();
        var claims = await ClaimsOfAsync(options, known, TextOf(body.RootElement, "id_token"), TextOf(body.RootElement, "access_token"), user, cancel);
        var whole = TextOf(body.RootElement, "id_token") is not null || signIn.CurrentValue.ClaimsFromUserInfo;
        return claims is null ? ProviderAnswer.Over : new(false, Renewed(user, claims, whole), tokens);
    }

    /// <summary>From the new id token, from userinfo, or from both; null when they speak of somebody else.</summary>
    private async Task<List<Claim>?> ClaimsOfAsync(OpenIdConnectOptions options, OpenIdConnectConfiguration known, string? idToken, string? accessToken, ClaimsPrincipal user, CancellationToken cancel)
    {
        var claims = new List<Claim>();
        if (idToken is not null)
        {
            var checks = options.TokenValidationParameters.Clone();
            (checks.ValidIssuer, checks.IssuerSigningKeys, checks.ValidAudience) = (known.Issuer, known.SigningKeys, options.ClientId);
            var read = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(idToken, checks);
            if (!read.IsValid) throw read.Exception;
            claims.AddRange(read.ClaimsIdentity.Claims);
        }

        if (accessToken is not null && known.UserInfoEndpoint is { Length: > 0 } address && (idToken is null || signIn.CurrentValue.ClaimsFromUserInfo))
        {
            claims.AddRange(await UserInfoAsync(options, address, accessToken, cancel));
        }

        return claims.Where(claim => claim.Type == "sub").Any(claim => claim.Value != user.FindFirstValue("sub")) ? null : claims;
    }

    private static async Task<List<Claim>> UserInfoAsync(OpenIdConnectOptions options, string address, string accessToken, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } };
        using var answer = await options.Backchannel.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
        using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return [.. body.RootElement.EnumerateObject().SelectMany(member => member.Value.ValueKind is JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(value => new Claim(member.Name, value.ToString()))
            : [new Claim(member.Name, member.Value.ToString())])];
    }

    /// <summary>The claims of now. Where the provider spoke of less than at sign-in, what it left out stays as it was.</summary>
    private static ClaimsPrincipal Renewed(ClaimsPrincipal user, List<Claim> claims, bool whole)
    {
        var old = (ClaimsIdentity)user.Identity!;
        var said = claims.Where(claim => !_kept.Contains(claim.Type)).DistinctBy(claim => (claim.Type, claim.Value)).ToList();
        var identity = new ClaimsIdentity(old.AuthenticationType, old.NameClaimType, old.RoleClaimType);
        identity.AddClaims(old.Claims.Where(claim => _kept.Contains(claim.Type) || (!whole && !said.Exists(now => now.Type == claim.Type))));
        identity.AddClaims(said);
        return new ClaimsPrincipal(identity);
    }

    private static FormUrlEncodedContent Form(OpenIdConnectOptions options, string refreshToken)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken, ["client_id"] = options.ClientId! };
        if (!string.IsNullOrEmpty(options.ClientSecret)) form["client_secret"] = options.ClientSecret;
        return new(form);
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
