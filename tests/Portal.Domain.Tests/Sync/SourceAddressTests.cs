using System.Net;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class SourceAddressTests
{
    private const string Community = "https://acme.centercode.com";

    [Theory]
    [InlineData("https://acme.centercode.com/p/7?apiKey=s3cret&format=json", "https://acme.centercode.com/p/7?format=json")]
    [InlineData("https://acme.centercode.com/p/7?format=json&APIKEY=s3cret#x", "https://acme.centercode.com/p/7?format=json")]
    [InlineData("https://acme.centercode.com/p/7?%61piKey=s3cret", "https://acme.centercode.com/p/7")]
    [InlineData("https://acme.centercode.com/p/7?api_key=s3cret", "https://acme.centercode.com/p/7")]
    public void Read_KeyInTheAddress_IsLeftOutAndSaid(string pasted, string clean)
    {
        var address = SourceAddress.Read(pasted, Community, false);

        Assert.Equal((clean, true, null), (address.Address, address.KeyWasInIt, address.Problem));
        Assert.DoesNotContain("s3cret", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an address", "source-address-unreadable")]
    [InlineData("file:///etc/passwd", "source-address-unreadable")]
    [InlineData("https://user:pass@acme.centercode.com/", "source-address-unreadable")]
    [InlineData("http://acme.centercode.com:443/p", "source-address-not-https")]
    [InlineData("https://evil.example/p", "source-foreign-host")]
    [InlineData("https://acme.centercode.com.evil.example/p", "source-foreign-host")]
    [InlineData("https://acme.centercode.com:8443/p", "source-foreign-host")]
    [InlineData(null, "source-address-unreadable")]
    public void Read_AddressOfAnotherPlace_IsRefused(string? pasted, string code) => Assert.Equal(code, SourceAddress.Read(pasted, Community, false).Problem?.Code);

    [Theory]
    [InlineData("https://127.0.0.1/p")]
    [InlineData("https://localhost/p")]
    [InlineData("https://10.1.2.3/p")]
    [InlineData("https://169.254.169.254/p")]
    [InlineData("https://[::1]/p")]
    [InlineData("https://[::ffff:10.0.0.1]/p")]
    public void Read_PrivateNetwork_IsRefused(string address) => Assert.Equal("source-private-address", SourceAddress.Read(address, address, false).Problem?.Code);

    [Fact]
    public void Read_LoopbackOverHttp_IsForTheDemoAlone()
    {
        Assert.Null(SourceAddress.Read("http://localhost:5081/c/p", "http://localhost:5081/c", true).Problem);
        Assert.NotNull(SourceAddress.Read("http://localhost:5081/c/p", "http://localhost:5081/c", false).Problem);
        Assert.NotNull(SourceAddress.Read("http://10.0.0.1/p", "http://10.0.0.1", true).Problem);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    public void IsPublic_EachKindOfAddress_IsToldApart(string ip, bool expected) => Assert.Equal(expected, SourceAddress.IsPublic(IPAddress.Parse(ip)));
}
