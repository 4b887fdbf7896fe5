using Microsoft.Extensions.Options;
using Portal.Services.Alerts;

namespace Portal.Services.Tests.Alerts;

public class AlertsOptionsTests
{
    private const string Secret = "made up for this test, 32 or more characters";

    [Theory]
    [InlineData("https://hooks.example.com/x", Secret, null)]
    [InlineData("http://127.0.0.1:9/x", Secret, null)]
    [InlineData("http://localhost:9/x", Secret, null)]
    [InlineData("http://hooks.example.com/x", Secret, "Alerts:Webhooks:0:Url must begin with https://; http is only for this machine.")]
    [InlineData("ftp://hooks.example.com/x", Secret, "Alerts:Webhooks:0:Url is no web address.")]
    [InlineData("https://name:word@hooks.example.com/x", Secret, "Alerts:Webhooks:0:Url is no web address.")]
    [InlineData("", Secret, "Alerts:Webhooks:0:Url is no web address.")]
    [InlineData("https://hooks.example.com/x", "thirty-one-characters-are-short", "Alerts:Webhooks:0:Secret has 31 characters; it needs 32 or more.")]
    public void Validate_Webhook_IsHttpsUnlessLoopbackAndWellSigned(string url, string secret, string? failure) =>
        Assert.Equal(failure, Check(new AlertsOptions { Webhooks = [new AlertWebhook { Url = url, Secret = secret }] }));

    [Fact]
    public void Validate_SeveralWrong_SaysEachWithItsKeyAndNoValue() => Assert.Equal(
        "Alerts:Mail:1:To is no e-mail address.; Alerts:Webhooks names one address twice.; Alerts:Settle is -00:00:01; it must be 00:00:00 to 1.00:00:00.; Alerts:Remind is 00:10:00; it must be 00:00:00 (never), or 01:00:00 and more.",
        Check(new AlertsOptions
        {
            Mail = [new AlertMailbox { To = "a@example.com" }, new AlertMailbox { To = "nobody" }],
            Webhooks = [new AlertWebhook { Url = "https://a.example", Secret = Secret }, new AlertWebhook { Url = "https://a.example", Secret = Secret }],
            Settle = TimeSpan.FromSeconds(-1), Remind = TimeSpan.FromMinutes(10),
        }));

    private static string? Check(AlertsOptions options)
    {
        ValidateOptionsResult result = new AlertsOptionsRules().Validate(null, options);
        return result.Failed ? string.Join("; ", result.Failures!) : null;
    }
}
