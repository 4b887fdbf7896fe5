using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Cli;

/// <summary>Sign-in by device code (RFC 8628) at the provider the portal names, and renewal by refresh token.</summary>
internal sealed class DeviceCode(HttpClient http, TimeProvider time)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";
    private static readonly TimeSpan _usualInterval = TimeSpan.FromSeconds(5);

    public sealed record Prompt(
        [property: JsonPropertyName("device_code")] string Code,
        [property: JsonPropertyName("user_code")] string UserCode,
        [property: JsonPropertyName("verification_uri")] string Address,
        [property: JsonPropertyName("verification_uri_complete")] string? CompleteAddress,
        [property: JsonPropertyName("expires_in")] int ExpiresIn,
        [property: JsonPropertyName("interval")] int? Interval);

    public sealed record Tokens(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("refresh_token")] string? RefreshToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);

    private sealed record Provider(
        [property: JsonPropertyName("device_authorization_endpoint")] string? Device,
        [property: JsonPropertyName("token_endpoint")] string Token);

    private sealed record Refusal([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string? Description);

    /// <summary>Asks for a code. The person types it at the provider's page.</summary>
    public async Task<Prompt> BeginAsync(string authority, string clientId, string scope, CancellationToken cancel)
    {
        var provider = await DiscoverAsync(authority, cancel);
        if (provider.Device is null) throw new CliException(CliProblems.NoDeviceCode, ExitCodes.Problem);
        var (prompt, refusal) = await PostAsync<Prompt>(provider.Device, new() { ["client_id"] = clientId, ["scope"] = scope }, cancel);
        return prompt ?? throw Refused(refusal!);
    }

    /// <summary>Waits until the person has confirmed.</summary>
    public async Task<Tokens> WaitAsync(string authority, string clientId, Prompt prompt, CancellationToken cancel)
    {
        var provider = await DiscoverAsync(authority, cancel);
        var interval = prompt.Interval is { } seconds ? TimeSpan.FromSeconds(seconds) : _usualInterval;
        while (true)
        {
            await Task.Delay(interval, time, cancel);
            var (tokens, refusal) = await PostAsync<Tokens>(provider.Token, new() { ["client_id"] = clientId, ["grant_type"] = Grant, ["device_code"] = prompt.Code }, cancel);
            if (tokens is not null) return tokens;
            switch (refusal!.Error)
            {
                case "authorization_pending": break;
                case "slow_down": interval += _usualInterval; break;
                case "access_denied": throw new CliException(CliProblems.CodeRefused, ExitCodes.NotSignedIn);
                case "expired_token": throw new CliException(CliProblems.CodeExpired, ExitCodes.NotSignedIn);
                default: throw Refused(refusal);
            }
        }
    }

    /// <summary>Renews a sign-in; null when the provider no longer does.</summary>
    public async Task<Tokens?> RenewAsync(string authority, string clientId, string refreshToken, CancellationToken cancel)
    {
        var provider = await DiscoverAsync(authority, cancel);
        var (tokens, _) = await PostAsync<Tokens>(provider.Token, new() { ["client_id"] = clientId, ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancel);
        return tokens;
    }

    private async Task<Provider> DiscoverAsync(string authority, CancellationToken cancel)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || !Addresses.IsSafe(address)) throw new CliException(CliProblems.BadAddress(authority), ExitCodes.Problem);
        return await http.GetFromJsonAsync<Provider>($"{authority.TrimEnd('/')}/.well-known/openid-configuration", cancel)
            ?? throw new CliException(CliProblems.NoDeviceCode, ExitCodes.Problem);
    }

    private async Task<(T? Answer, Refusal? Refusal)> PostAsync<T>(string address, Dictionary<string, string> form, CancellationToken cancel) where T : class
    {
        using var answer = await http.PostAsync(address, new FormUrlEncodedContent(form), cancel);
        if (answer.IsSuccessStatusCode) return (await answer.Content.ReadFromJsonAsync<T>(cancel), null);
        try
        {
            return (null, await answer.Content.ReadFromJsonAsync<Refusal>(cancel));
        }
        catch (JsonException)
        {
            return (null, new Refusal($"status {(int)answer.StatusCode}", null));
        }
    }

    private static CliException Refused(Refusal refusal) => new(CliProblems.Provider(refusal.Error, refusal.Description), ExitCodes.Problem);
}
