using System.Text;
using System.Text.Json;
using Portal.Domain.Credentials;
using Xunit;

namespace Portal.Domain.Tests.Credentials;

[Trait("Invariant", "26")]
public class PrivateKeyTests
{
    [Theory]
    [InlineData("nothing", "key-file-empty")]
    [InlineData("blanks", "key-file-empty")]
    [InlineData("17 KiB", "key-file-too-large")]
    [InlineData("a photo", "key-not-text")]
    [InlineData("words", "key-not-pem")]
    [InlineData("base64 alone", "key-not-pem")]
    [InlineData("DER", "key-is-binary")]
    [InlineData("PKCS#12", "key-is-binary")]
    [InlineData("certificate", "key-is-certificate")]
    [InlineData("public key", "key-is-public")]
    [InlineData("public key named private", "key-is-public")]
    [InlineData("EC PRIVATE KEY", "key-is-sec1")]
    [InlineData("EC PARAMETERS and key", "key-is-sec1")]
    [InlineData("encrypted", "key-is-encrypted")]
    [InlineData("P-384", "key-other-curve")]
    [InlineData("P-521", "key-other-curve")]
    [InlineData("RSA", "key-is-rsa")]
    [InlineData("RSA PRIVATE KEY", "key-is-rsa")]
    [InlineData("SSH", "key-is-ssh")]
    [InlineData("two keys", "key-file-holds-more")]
    [InlineData("key and certificate", "key-file-holds-more")]
    [InlineData("cut short", "key-damaged")]
    [InlineData("inside cut out", "key-damaged")]
    [InlineData("halves of two keys", "key-damaged")]
    public void Parse_FileThatIsNoAppleKey_SaysWhatItIs(string file, string code)
    {
        var parsed = PrivateKey.Parse(KeyFiles.Make(file), KeyFiles.GoodName);

        Assert.Null(parsed.Value);
        Assert.Equal(code, parsed.Problem?.Code);
        Assert.Equal(Turn.Requester, parsed.Problem!.Turn);
    }

    [Fact]
    public void Parse_KeyFromApple_IsReadAndKnownByItsPublicHalf()
    {
        var file = KeyFiles.Text(KeyFiles.Apple());

        using var once = PrivateKey.Parse(file, KeyFiles.GoodName).OrThrow();
        using var again = PrivateKey.Parse(file, fileName: null).OrThrow();

        Assert.Equal(once.Fingerprint, again.Fingerprint);
        Assert.Matches("^([0-9a-f]{4} ){15}[0-9a-f]{4}$", once.Fingerprint);
    }

    [Theory]
    [InlineData("UTF-8 with mark")]
    [InlineData("UTF-16 with mark")]
    [InlineData("UTF-16 without mark")]
    [InlineData("UTF-16 big-endian")]
    [InlineData("Windows line ends")]
    [InlineData("blank lines round it")]
    public void Parse_KeySavedByAnEditor_IsReadAllTheSame(string saved)
    {
        var text = KeyFiles.Apple();
        byte[] file = saved switch
        {
            "UTF-8 with mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            "UTF-16 with mark" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
            "UTF-16 without mark" => Encoding.Unicode.GetBytes(text),
            "UTF-16 big-endian" => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
            "Windows line ends" => KeyFiles.Text(text.Replace("\n", "\r\n", StringComparison.Ordinal)),
            _ => KeyFiles.Text("\n\n" + text + "\n\n"),
        };

        using var key = PrivateKey.Parse(file, KeyFiles.GoodName).OrThrow();

        Assert.NotEmpty(key.Fingerprint);
    }

    [Theory]
    [InlineData("SubscriptionKey_2X9R4HXF34.p8")]
    [InlineData("subscriptionkey_2X9R4HXF34 (1).p8")]
    [InlineData(@"C:\Downloads\SubscriptionKey_2X9R4HXF34.p8")]
    [Trait("Failure", "F5")]
    public void Parse_InAppPurchaseKeyByItsName_IsRefused(string name) =>
        Assert.Equal("key-in-app-purchase", PrivateKey.Parse(KeyFiles.Text(KeyFiles.Apple()), name).Problem?.Code);

    [Fact]
    [Trait("Invariant", "25")]
    public void Key_WrittenOrSerialised_ShowsNothingOfItself()
    {
        var pem = KeyFiles.Apple();
        using var key = PrivateKey.Parse(KeyFiles.Text(pem), KeyFiles.GoodName).OrThrow();
        var body = string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));

        foreach (var shown in new[] { $"{key}", JsonSerializer.Serialize(key), PrivateKey.Parse(KeyFiles.Text(pem), null).ToString() })
        {
            Assert.DoesNotContain(body[..24], shown, StringComparison.Ordinal);
            Assert.DoesNotContain(body[60..90], shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_AnyProblem_RepeatsNothingOfTheFile()
    {
        const string secret = "SECRETSECRETSECRET";
        var parsed = PrivateKey.Parse(KeyFiles.Text($"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n"), secret + ".p8");

        Assert.DoesNotContain(secret, parsed.Problem!.ToString(), StringComparison.Ordinal);
    }
}
