using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Web.SignIn;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed class ActorReaderTests
{
    private static readonly ActorReader Reader = new ServiceCollection().AddOptions()
        .Configure<SignInOptions>(options =>
        {
            options.BootstrapGroup = "owners";
            options.Roles = new() { ["desk"] = "Support", ["keys"] = "KeyCustodian" };
        })
        .AddSingleton<ActorReader>().BuildServiceProvider().GetRequiredService<ActorReader>();

    [Fact]
    public void ActorFrom_NotSignedIn_IsAnonymous() => Assert.Equal(ActorKind.Anonymous, Reader.ActorFrom(new ClaimsPrincipal(new ClaimsIdentity())).Kind);

    [Fact]
    public void ActorFrom_WithoutSubject_IsAnonymous() => Assert.Equal(ActorKind.Anonymous, Reader.ActorFrom(User(("name", "Ana"), ("groups", "desk"))).Kind);

    [Fact]
    public void ActorFrom_SameGroupFromTwoPlaces_GivesTheRoleOnce() =>
        Assert.Equal([Role.Support], Reader.ActorFrom(User(("sub", "1"), ("groups", "desk"), ("groups", "desk"))).Roles);

    [Fact]
    public void ActorFrom_RoleClaimOfTheProvider_GivesNothing() =>
        Assert.Empty(Reader.ActorFrom(User(("sub", "1"), ("role", "Administrator"), ("roles", "Administrator"), ("groups", "Administrator"))).Roles);

    [Fact]
    public void ActorFrom_BootstrapGroup_HoldsEveryRole()
    {
        var user = User(("sub", "1"), ("groups", "owners"));

        Assert.Equal(Enum.GetValues<Role>().Order(), Reader.ActorFrom(user).Roles.Order());
        Assert.True(Reader.ThroughBootstrap(user));
    }

    [Theory]
    [InlineData("_claim_names", """{"groups":"src1"}""", true)]
    [InlineData("hasgroups", "true", true)]
    [InlineData("_claim_names", """{"other":"src1"}""", false)]
    [InlineData("_claim_names", "not json", false)]
    public void GroupsOverflowed_NoteOfTheProvider_IsUnderstood(string claim, string value, bool overflowed) =>
        Assert.Equal(overflowed, Reader.GroupsOverflowed(User(("sub", "1"), (claim, value))));

    private static ClaimsPrincipal User(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), "test"));
}
