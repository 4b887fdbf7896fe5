using Portal.Domain.Credentials;
using Xunit;

namespace Portal.Domain.Tests.Credentials;

[Trait("Invariant", "26")]
public class AppleIdTests
{
    private const string Issuer = "57246542-96fe-1a63-e053-0824d011072a";

    [Theory]
    [InlineData(null, "key-id-missing")]
    [InlineData("  ", "key-id-missing")]
    [InlineData("\"2X9R4HXF34\"", "id-quoted")]
    [InlineData("“2X9R4HXF34”", "id-quoted")]
    [InlineData("'2X9R4HXF34", "id-quoted")]
    [InlineData(Issuer, "ids-swapped")]
    [InlineData("AuthKey_2X9R4HXF34.p8", "key-id-is-file-name")]
    [InlineData("2X9R4HXF34.p8", "key-id-is-file-name")]
    [InlineData("2X9R-HXF34", "key-id-characters")]
    [InlineData("2X9R4HXF3", "key-id-length")]
    [InlineData("2X9R4HXF345", "key-id-length")]
    [InlineData("2x9r4hxf34", "key-id-lower-case")]
    public void KeyId_Mistyped_SaysHow(string? typed, string code) => Assert.Equal(code, KeyId.Parse(typed).Problem?.Code);

    [Fact]
    public void KeyId_WithBlanksRoundIt_IsRead() => Assert.Equal("2X9R4HXF34", KeyId.Parse(" 2X9R4HXF34\n").OrThrow().Text);

    [Theory]
    [InlineData(null, "issuer-id-missing")]
    [InlineData("`" + Issuer + "`", "id-quoted")]
    [InlineData("{" + Issuer + "}", "id-quoted")]
    [InlineData("2X9R4HXF34", "ids-swapped")]
    [InlineData("57246542-96fe-1a63-e053-0824d011072", "issuer-id-not-uuid")]
    [InlineData("5724654296fe1a63e0530824d011072a", "issuer-id-not-uuid")]
    [InlineData("00000000-0000-0000-0000-000000000000", "issuer-id-not-uuid")]
    public void IssuerId_Mistyped_SaysHow(string? typed, string code) => Assert.Equal(code, IssuerId.Parse(typed).Problem?.Code);

    [Fact]
    public void IssuerId_InUpperCase_IsKeptInLowerCase() => Assert.Equal(Issuer, IssuerId.Parse(Issuer.ToUpperInvariant()).OrThrow().Text);

    [Theory]
    [InlineData("AuthKey_2X9R4HXF34.p8", AppleKeyFileKind.ApiOrServiceKey, "2X9R4HXF34")]
    [InlineData("AuthKey_2X9R4HXF34 (2).p8", AppleKeyFileKind.ApiOrServiceKey, "2X9R4HXF34")]
    [InlineData(@"C:\fakepath\AuthKey_2X9R4HXF34.p8", AppleKeyFileKind.ApiOrServiceKey, "2X9R4HXF34")]
    [InlineData("authkey_2x9r4hxf34.P8", AppleKeyFileKind.ApiOrServiceKey, "2X9R4HXF34")]
    [InlineData("AuthKey_SHORT.p8", AppleKeyFileKind.ApiOrServiceKey, null)]
    [InlineData("SubscriptionKey_2X9R4HXF34.p8", AppleKeyFileKind.InAppPurchase, "2X9R4HXF34")]
    [InlineData("key.p8", AppleKeyFileKind.Unknown, null)]
    [InlineData(null, AppleKeyFileKind.Unknown, null)]
    public void KeyName_AsDownloaded_TellsKindAndKeyId(string? name, AppleKeyFileKind kind, string? keyId) =>
        Assert.Equal(new AppleKeyName(kind, keyId), AppleKeyName.Parse(name));
}
