using Portal.Domain.Credentials;
using Xunit;

namespace Portal.Domain.Tests.Credentials;

public class CentercodePartsTests
{
    [Theory]
    [InlineData("", "community-missing")]
    [InlineData("not an address", "community-not-address")]
    [InlineData("http://beta.example.com", "community-not-https")]
    [InlineData("ftp://beta.example.com", "community-not-https")]
    [InlineData("https://beta.example.com/?apiKey=SECRETSECRET", "community-has-query")]
    [InlineData("https://SECRETSECRET@beta.example.com", "community-has-query")]
    [InlineData("https://beta.example.com/#SECRETSECRET", "community-has-query")]
    [InlineData("https://localhost", "community-private")]
    [InlineData("https://intranet", "community-private")]
    [InlineData("https://build.internal", "community-private")]
    [InlineData("https://127.0.0.1", "community-private")]
    [InlineData("https://10.1.2.3", "community-private")]
    [InlineData("https://172.20.0.1", "community-private")]
    [InlineData("https://192.168.1.1", "community-private")]
    [InlineData("https://169.254.169.254", "community-private")]
    [InlineData("https://100.64.0.1", "community-private")]
    [InlineData("https://0x7f000001", "community-private")]
    [InlineData("https://[::1]", "community-private")]
    [InlineData("https://[fd00::1]", "community-private")]
    [InlineData("https://[::ffff:10.0.0.1]", "community-private")]
    public void Community_NotOneOnTheInternet_SaysWhyAndRepeatsNothing(string typed, string code)
    {
        var problem = CommunityAddress.Parse(typed, allowLoopback: false).Problem;

        Assert.Equal(code, problem?.Code);
        Assert.DoesNotContain("SECRETSECRET", problem!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://beta.example.com/", "https://beta.example.com")]
    [InlineData("beta.example.com", "https://beta.example.com")]
    [InlineData("https://Beta.Example.com/community/", "https://beta.example.com/community")]
    [InlineData("https://8.8.8.8:8443", "https://8.8.8.8:8443")]
    public void Community_OnTheInternet_IsKeptWithoutSlash(string typed, string kept) =>
        Assert.Equal(kept, CommunityAddress.Parse(typed, allowLoopback: false).OrThrow().Text);

    [Theory]
    [InlineData("http://localhost:5081/centercode", true)]
    [InlineData("http://127.0.0.1:5081/centercode", true)]
    [InlineData("http://192.168.1.1/centercode", false)]
    [InlineData("http://beta.example.com", false)]
    public void Community_InTheDemo_MayBeTheMachineItselfAndNothingElse(string typed, bool good) =>
        Assert.Equal(good, CommunityAddress.Parse(typed, allowLoopback: true).IsGood);

    [Theory]
    [InlineData(" ", "api-key-missing")]
    [InlineData("apiKey=", "api-key-missing")]
    [InlineData("https://beta.example.com?apiKey=abcdefgh", "api-key-is-address")]
    [InlineData("\"abcdefgh12345678\"", "id-quoted")]
    [InlineData("Bearer abcdefgh12345678", "api-key-characters")]
    [InlineData("abcdéfgh12345678", "api-key-characters")]
    [InlineData("abc", "api-key-length")]
    public void ApiKey_Mispasted_SaysHow(string pasted, string code) => Assert.Equal(code, CentercodeApiKey.Parse(pasted).Problem?.Code);

    [Theory]
    [InlineData(" abcdefgh12345678\r\n")]
    [InlineData("apiKey=abcdefgh12345678")]
    public void ApiKey_WithWhatStandsRoundIt_IsStripped(string pasted) => Assert.Equal("abcdefgh12345678", CentercodeApiKey.Parse(pasted).OrThrow());
}
