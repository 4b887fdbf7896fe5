using CsCheck;

namespace Portal.Domain.Tests;

[Trait("Invariant", "6")]
public class EmailAddressTests
{
    [Theory]
    [InlineData("ana@example.org", "ana@example.org")]
    [InlineData("  Ana@Example.ORG\t", "ana@example.org")]
    [InlineData("ana+beta@x.org", "ana+beta@x.org")]
    [InlineData("a.n.a@x.org", "a.n.a@x.org")]
    [InlineData("rene\u0301@x.org", "ren\u00e9@x.org")]
    [InlineData("REN\u00c9@x.org", "ren\u00e9@x.org")]
    [InlineData("\u00c5@x.org", "\u00e5@x.org")]
    [InlineData("\u212b@x.org", "\u00e5@x.org")]        // the ångström sign is Å in NFC
    [InlineData("用户@例子.广告", "用户@例子.广告")]
    [InlineData("o'hara@x.org", "o'hara@x.org")]
    [InlineData("a@b.c", "a@b.c")]
    public void TryParse_Address_HasItsMatchingKey(string text, string key) => Assert.Equal(key, EmailAddress.TryParse(text)?.Key);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ana")]
    [InlineData("@x.org")]
    [InlineData("ana@")]
    [InlineData("ana@x")]
    [InlineData("ana@.org")]
    [InlineData("ana@x.org.")]
    [InlineData("ana@-x.org")]
    [InlineData("ana@x.org-")]
    [InlineData("ana@x..org")]
    [InlineData("an a@x.org")]
    [InlineData("ana@x.org, bo@x.org")]
    [InlineData("ana@bo@x.org")]
    [InlineData("Ana <ana@x.org>")]
    [InlineData("mailto:ana@x.org")]
    [InlineData("ana@[192.0.2.1.]")]
    [InlineData("an\\a@x.org")]
    [InlineData("\"ana\"@x.org")]
    [InlineData("ana(x)@x.org")]
    [InlineData("ana;@x.org")]
    [InlineData("ana\u0000@x.org")]
    [InlineData("ana\u00a0b@x.org")]
    public void TryParse_NoAddress_IsNull(string? text) => Assert.Null(EmailAddress.TryParse(text));

    [Fact]
    public void TryParse_Brackets_AreRefusedEach() => Assert.All("<>,;\"()[]:\\", sign => Assert.Null(EmailAddress.TryParse($"a{sign}b@x.org")));

    [Fact]
    public void TryParse_LoneSurrogate_IsNull()
    {
        Assert.Null(EmailAddress.TryParse("a\ud83d@x.org"));
        Assert.Null(EmailAddress.TryParse("a\ude00@x.org"));
        Assert.Null(EmailAddress.TryParse("a@x.org\ud83d"));
        Assert.NotNull(EmailAddress.TryParse("\ud83d\ude00@x.org"));
    }

    [Fact]
    public void TryParse_LengthsOfRfc5321_AreTheEnd()
    {
        Assert.NotNull(EmailAddress.TryParse(new string('a', 64) + "@x.org"));
        Assert.Null(EmailAddress.TryParse(new string('a', 65) + "@x.org"));
        Assert.NotNull(EmailAddress.TryParse("a@" + new string('x', 248) + ".org"));
        Assert.Null(EmailAddress.TryParse("a@" + new string('x', 249) + ".org"));
        Assert.Null(EmailAddress.TryParse("a@x.org" + new string(' ', 1010)));
    }

    [Fact]
    public void TryParse_AnyText_KeepsItsKeyWhenReadAgain() => Gen.String.Select(Gen.String, (a, b) => $"{a}@{b}.org").Sample(text =>
    {
        if (EmailAddress.TryParse(text) is not { } address) return;
        Assert.Equal(address.Key, EmailAddress.TryParse(address.Key)?.Key);
        Assert.Equal(address.Key, EmailAddress.TryParse($" {address.Text} ")?.Key);
        Assert.EndsWith(address.Domain, address.Key, StringComparison.Ordinal);
    });

    [Fact]
    public void CanNormalize_HereAndNow_IsTrue() => Assert.True(EmailAddress.CanNormalize);

    [Fact]
    public void Equals_OtherSpelling_IsTheSame()
    {
        var (one, two) = (EmailAddress.TryParse("Ana@x.org")!, EmailAddress.TryParse("ana@X.org")!);

        Assert.Equal(one, two);
        Assert.True(one.Equals((object)two) && one.GetHashCode() == two.GetHashCode());
        Assert.NotEqual(one, EmailAddress.TryParse("bo@x.org"));
        Assert.False(one.Equals(null) || one.Equals((object)"ana@x.org"));
        Assert.Equal(("Ana@x.org", "x.org"), (one.Text, one.Domain));
    }

    [Theory]
    [InlineData("ana@x.org", "a•••@x.org")]
    [InlineData("a@x.org", "a•••@x.org")]
    [InlineData("@x.org", "•••@x.org")]
    [InlineData("a@b@x.org", "a•••@x.org")]
    [InlineData("Ana Simic", "•••")]
    [InlineData("", "")]
    [InlineData("\ud83d\ude00na@x.org", "\ud83d\ude00•••@x.org")]
    public void Mask_Text_ShowsTheFirstLetterAndTheDomain(string text, string masked) => Assert.Equal(masked, EmailAddress.Mask(text));

    [Fact]
    public void ToString_Address_IsMasked()
    {
        var address = EmailAddress.TryParse("Ana@x.org")!;

        Assert.Equal(("A•••@x.org", "A•••@x.org"), (address.ToString(), address.Masked));
    }
}
