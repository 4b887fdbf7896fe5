using Portal.Web.SignIn;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/links")]
    [InlineData("/people?q=ana%40example.com")]
    [InlineData("/people?q=a+b&x=%C3%A9")]
    [InlineData("/runs/0199?outcome=Refused")]
    public void Local_PathOfThisPortal_IsKept(string asked) => Assert.Equal(asked, ReturnUrl.Local(asked));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("links")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("/%2Fevil.example")]
    [InlineData("/%5Cevil.example")]
    [InlineData("/%255Cevil.example")]
    [InlineData("/%252Fevil.example")]
    [InlineData("/links%0d%0aLocation:%20https://evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData(" /links")]
    [InlineData("/links\0")]
    [InlineData("/sign-out")]
    [InlineData("/sign-in?returnUrl=/")]
    public void Local_AnythingElse_BecomesHome(string? asked) => Assert.Equal("/", ReturnUrl.Local(asked));

    [Fact]
    public void Local_VeryLongPath_BecomesHome() => Assert.Equal("/", ReturnUrl.Local("/" + new string('a', 2001)));
}
