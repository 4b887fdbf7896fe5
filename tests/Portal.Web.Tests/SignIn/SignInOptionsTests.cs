using Microsoft.Extensions.Configuration;
using Portal.Domain.SignIn;
using Portal.Web.SignIn;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed class SignInOptionsTests
{
    [Fact]
    public void Start_EverythingMissing_SaysEverythingAtOnceNamingEachKey()
    {
        var failure = Assert.ThrowsAny<Exception>(() => PortalApp.Build([], builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = "Oracle", ["SignIn:SessionLifetime"] = "00:00:01", ["SignIn:Roles:staff"] = "Emperor",
        })));

        foreach (var key in new[] { "SignIn:Authority", "SignIn:ClientId", "SignIn:SessionLifetime", "SignIn:Roles:staff", "Database:Provider", "KeyRing:CertificatePath" })
        {
            Assert.Contains(key, failure.ToString());
        }
    }

    [Theory]
    [InlineData("http://login.example", true, "must use https")]
    [InlineData("http://login.example", false, "loopback")]
    [InlineData("http://localhost:5081/identity", true, "must use https")]
    [InlineData("http://localhost:5081/identity", false, null)]
    [InlineData("https://login.example", true, null)]
    [InlineData("ftp://login.example", true, "SignIn:Authority")]
    public void Validate_Authority_AllowsPlainHttpOnThisMachineOnly(string authority, bool requireHttps, string? complaint)
    {
        var options = new SignInOptions { Authority = authority, RequireHttps = requireHttps, ClientId = "portal", BootstrapGroup = "owners" };

        var result = new SignInOptionsCheck().Validate(null, options);

        Assert.Equal(complaint is null, result.Succeeded);
        Assert.Contains(complaint ?? "", result.FailureMessage ?? "");
    }

    [Theory]
    [InlineData("Support, KeyCustodian", new[] { Role.Support, Role.KeyCustodian })]
    [InlineData("program-manager", new[] { Role.ProgramManager })]
    [InlineData("Security reviewer", new[] { Role.SecurityReviewer })]
    [InlineData("Emperor", null)]
    [InlineData("3", null)]
    [InlineData("Support, Emperor", null)]
    [InlineData("", null)]
    public void RolesOf_Names_ReadsRolesAndNothingElse(string names, Role[]? roles) => Assert.Equal(roles, SignInOptions.RolesOf(names));
}
