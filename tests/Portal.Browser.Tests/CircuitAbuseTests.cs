using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Portal.Domain.SignIn;
using Portal.Tests;
using Portal.Web;
using Portal.Web.SignIn;

namespace Portal.Browser.Tests;

/// <summary>An open circuit spoken to past the page: no menu leads there, no HTTP request is made that could be refused.</summary>
public partial class CircuitAbuseTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    /// <summary>Every page a viewer may not open, from the pages themselves: a new one is among them by itself.</summary>
    public static IReadOnlyList<string> Forbidden =>
    [
        .. from type in typeof(PortalApp).Assembly.GetTypes()
           let may = type.GetCustomAttribute<MayAttribute>()
           where may is not null && !Actors.Viewer.May(Enum.Parse<Permission>(may.Policy!))
           from route in type.GetCustomAttributes<RouteAttribute>()
           select Parameter().Replace(route.Template, match => match.Value.Contains("guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : "none"),
    ];

    [Fact]
    public async Task Navigate_InsideAViewersCircuit_IsRefusedByEveryPageThatTakesMore()
    {
        var person = await SignInAsync("viewer");
        Assert.NotEmpty(Forbidden);
        foreach (var path in Forbidden)
        {
            await person.Page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
            await Assertions.Expect(person.Page.GetByText("(access-refused)")).ToBeVisibleAsync();
            Assert.Equal($"{Web.Address}{path}", person.Page.Url);
            Assert.Equal(0, await person.Page.Locator("main form, main textarea, main input, main table").CountAsync());
            await person.Page.EvaluateAsync("() => Blazor.navigateTo('/')");
            await Assertions.Expect(person.Page.GetByText("(access-refused)")).ToHaveCountAsync(0);
        }
    }

    [Theory]
    [InlineData("Portal.Services")]
    [InlineData("Portal.Web")]
    public async Task Invoke_MethodsOfOursByName_ReachesNone(string assembly)
    {
        var person = await SignInAsync("viewer");

        var failure = await Assert.ThrowsAsync<PlaywrightException>(() => person.Page.EvaluateAsync("assembly => DotNet.invokeMethodAsync(assembly, 'RequestAsync')", assembly));

        // What the server says of itself in an answer: that it says nothing.
        Assert.Contains("DetailedErrors", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SyncService", failure.Message, StringComparison.Ordinal);
        person.Complaints.Clear();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
