using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Portal.Domain.SignIn;
using Portal.Web.Layout;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed class PageRightsTests
{
    public static TheoryData<string> Pages => [.. typeof(PortalApp).Assembly.GetTypes().Where(type => type.GetCustomAttributes<RouteAttribute>().Any()).Select(type => type.FullName!)];

    /// <summary>A page that forgot its right would be open to everybody with a session.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Any_NamesWhoMayOpenIt(string page)
    {
        var rights = typeof(PortalApp).Assembly.GetType(page)!.GetCustomAttributes<AuthorizeAttribute>();

        Assert.Contains(rights, right => right.Policy is not null);
    }

    [Fact]
    public void For_ActorWithoutRole_ShowsNothing() => Assert.Empty(Navigation.For(Actor.Anonymous));

    [Theory]
    [InlineData(Role.Viewer, "Home Alerts Links Runs Approvals People Apps Key_uses Audit")]
    [InlineData(Role.KeyCustodian, "Home Alerts Links Runs Approvals People Apps Credentials Key_uses Audit")]
    public void For_Role_ShowsWhatItMayOpen(Role role, string expected) =>
        Assert.Equal(expected, string.Join(' ', Navigation.For(Actor.Anonymous with { Roles = [role] }).Select(item => item.Text.Replace(' ', '_'))));
}
