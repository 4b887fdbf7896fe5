using Portal.Services.Mail;
using Xunit;

namespace Portal.Tests.Credentials;

public class MailOptionsTests
{
    [Theory]
    [InlineData("", 587, "", "", "", true, 0)]
    [InlineData("smtp.example.com", 587, "u", "p", "portal@example.com", true, 0)]
    [InlineData("smtp.example.com", 25, "", "", "portal@example.com", false, 0)]
    [InlineData("", 587, "", "", "portal@example.com", true, 1)]
    [InlineData("smtp.example.com", 0, "", "p", "portal", true, 3)]
    [InlineData("smtp.example.com", 25, "u", "p", "portal@example.com", false, 1)]
    public void Validate_EachMistake_IsNamedByItsKey(string host, int port, string user, string password, string from, bool tls, int mistakes)
    {
        var result = new MailOptionsRules().Validate(null, new MailOptions { Host = host, Port = port, UserName = user, Password = password, From = from, UseTls = tls });

        Assert.Equal(mistakes, result.Failures?.Count() ?? 0);
        Assert.All(result.Failures ?? [], failure => Assert.StartsWith("Mail:", failure, StringComparison.Ordinal));
    }
}
