using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Simulator;
using Portal.Tests;
using Portal.Web.Credentials;
using Xunit;

namespace Portal.Web.Tests.Credentials;

/// <summary>Keys come in over HTTP: signed in, allowed, with an antiforgery token, small; whatever is wrong comes back without the key.</summary>
[Trait("Invariant", "25")]
public sealed partial class CredentialsApiTests(WebFixture portal)
{
    private const string Keys = "credentials/keys";

    [Fact]
    public async Task Post_GoodKey_StoresItAndGoesToItsPage()
    {
        var key = portal.World.CreateKey();
        using var browser = await portal.SignInAsync("key-custodian");

        using var answer = await browser.PostAsync(Keys, await FormAsync(browser, key), Cancel);

        Assert.Matches("^/credentials/[0-9a-f-]{36}$", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains(await ListAsync(), credential => credential.KeyId == key.KeyId && credential.Status is CredentialStatus.Active);
    }

    [Theory]
    [InlineData("issuerId", "not an id", "issuer-id-not-uuid")]
    [InlineData("keyId", "2x9r4hxf34", "key-id-lower-case")]
    public async Task Post_MistakeInAField_ComesBackWithTheFieldsAndWithoutTheKey(string field, string value, string code)
    {
        var key = portal.World.CreateKey();
        using var browser = await portal.SignInAsync("key-custodian");

        using var answer = await browser.PostAsync(Keys, await FormAsync(browser, key, (field, value), ("label", "Acme key")), Cancel);

        var content = Flash(answer, "key-custodian");
        Assert.Equal("/credentials/add", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal((code, value, "Acme key"), (content.Problem?.Code, content[field], content["label"]));
        Assert.DoesNotContain(content.Fields.Values, kept => key.P8.Contains(kept, StringComparison.Ordinal));
        Assert.DoesNotContain(await ListAsync(), credential => credential.KeyId == key.KeyId);
    }

    [Fact]
    public async Task Post_WithoutAntiforgeryToken_StoresNothing()
    {
        var key = portal.World.CreateKey();
        using var browser = await portal.SignInAsync("key-custodian");

        using var answer = await browser.PostAsync(Keys, Form(key, token: null), Cancel);

        Assert.Equal("form-expired", Flash(answer, "key-custodian").Problem?.Code);
        Assert.DoesNotContain(await ListAsync(), credential => credential.KeyId == key.KeyId);
    }

    [Fact]
    public async Task Post_MoreThan64KiB_IsNotRead()
    {
        var key = portal.World.CreateKey();
        using var browser = await portal.SignInAsync("key-custodian");

        using var answer = await browser.PostAsync(Keys, await FormAsync(browser, key with { P8 = key.P8 + new string(' ', 70_000) }), Cancel);

        Assert.Equal("form-too-large", Flash(answer, "key-custodian").Problem?.Code);
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("program-manager")]
    [InlineData("administrator")]
    [InlineData("nobody")]
    public async Task Post_ByThoseWhoMayNot_IsForbidden(string user)
    {
        var key = portal.World.CreateKey();
        using var browser = user == "nobody" ? portal.Browser() : await portal.SignInAsync(user);
        if (user == "nobody") (await browser.GetAsync("sign-in?login_hint=nobody", Cancel)).Dispose();

        using var answer = await browser.PostAsync(Keys, await FormAsync(browser, key), Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Post_NotSignedIn_IsSentToSignIn()
    {
        using var browser = portal.Browser(followRedirects: false);

        using var answer = await browser.PostAsync(Keys, Form(portal.World.CreateKey(), token: null), Cancel);

        Assert.StartsWith("/sign-in", answer.Headers.Location!.AbsolutePath(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deposit_ByLinkWithoutARole_IsTakenOnce()
    {
        var deposits = portal.Services.GetRequiredService<DepositService>();
        var link = await deposits.AskAsync(CredentialKind.AppleTeamKey, "Asked for", null, Actors.ProgramManager, Cancel);
        using var browser = portal.Browser();
        (await browser.GetAsync("sign-in?login_hint=nobody", Cancel)).Dispose();
        using var page = await browser.GetAsync($"deposit/{link.Token}", Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var token = TokenIn(await page.Content.ReadAsStringAsync(Cancel));

        using var first = await browser.PostAsync($"deposit/{link.Token}/key", Form(portal.World.CreateKey(), token), Cancel);
        using var second = await browser.PostAsync($"deposit/{link.Token}/key", Form(portal.World.CreateKey(), token), Cancel);

        Assert.Equal("/deposit/done", first.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("deposit-fulfilled", Flash(second, "nobody").Problem?.Code);
        foreach (var path in new[] { "credentials", "key-uses", "audit", "" })
        {
            using var elsewhere = await browser.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        }
    }

    [Fact]
    public async Task Deposit_KeyAppleRefuses_ComesBackToTheFormWithWhy()
    {
        var link = await portal.Services.GetRequiredService<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Asked for", null, Actors.ProgramManager, Cancel);
        using var browser = portal.Browser();
        (await browser.GetAsync("sign-in?login_hint=nobody", Cancel)).Dispose();
        var token = TokenIn(await browser.GetStringAsync($"deposit/{link.Token}", Cancel));
        var key = portal.World.CreateKey();

        using var mistyped = await browser.PostAsync($"deposit/{link.Token}/key", Form(key, token, ("issuerId", "57246542-96fe-1a63-e053-0824d011072a")), Cancel);
        using var corrected = await browser.PostAsync($"deposit/{link.Token}/key", Form(key, token), Cancel);

        Assert.Equal(($"/deposit/{link.Token}", "key-never-accepted"), (mistyped.RequestMessage!.RequestUri!.AbsolutePath, Flash(mistyped, "nobody").Problem?.Code));
        Assert.Equal("/deposit/done", corrected.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public void Flash_OfSomebodyElse_IsNothing()
    {
        var flashes = portal.Services.GetRequiredService<FormFlash>();
        var written = flashes.Write(Actors.KeyCustodian, null, KeyValuePair.Create("label", (string?)"x"), KeyValuePair.Create("keyId", (string?)"-----BEGIN PRIVATE KEY-----"));

        Assert.Equal("x", flashes.Read(Actors.KeyCustodian, written)["label"]);
        Assert.Null(flashes.Read(Actors.KeyCustodian, written)["keyId"]);
        Assert.Null(flashes.Read(Actors.Viewer, written)["label"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<IReadOnlyList<CredentialSummary>> ListAsync() => portal.Services.GetRequiredService<CredentialService>().ListAsync(Actors.KeyCustodian, Cancel);

    private FlashContent Flash(HttpResponseMessage answer, string user)
    {
        var query = QueryHelpers.ParseQuery(answer.RequestMessage!.RequestUri!.Query);
        return portal.Services.GetRequiredService<FormFlash>().Read(Actors.Person(user), query[FormFlash.QueryName]);
    }

    private static async Task<MultipartFormDataContent> FormAsync(HttpClient browser, IssuedKey key, params (string Name, string Value)[] changes)
    {
        using var page = await browser.GetAsync("credentials/add", Cancel);
        return Form(key, TokenIn(await page.Content.ReadAsStringAsync(Cancel)), changes);
    }

    private static MultipartFormDataContent Form(IssuedKey key, string? token, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string> { ["keyId"] = "", ["issuerId"] = key.IssuerId, ["label"] = "" };
        if (token is not null) fields["__RequestVerificationToken"] = token;
        foreach (var (name, value) in changes) fields[name] = value;
        var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.ASCII.GetBytes(key.P8)), "file", $"AuthKey_{key.KeyId}.p8" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return form;
    }

    // Every page of a signed-in person carries one, in the form that signs out.
    private static string TokenIn(string html) => AntiforgeryField().Match(html).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}

file static class Addresses
{
    public static string AbsolutePath(this Uri location) => location.IsAbsoluteUri ? location.AbsolutePath : location.OriginalString;
}
