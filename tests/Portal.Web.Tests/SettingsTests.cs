using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Portal.Services;

namespace Portal.Web.Tests;

public class SettingsTests
{
    private static readonly IConfiguration _sample = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Folder, "appsettings.sample.json")).Build();

    /// <summary>Every options class of the portal; its section is its name without "Options".</summary>
    private static readonly Dictionary<string, Type> _sections = new[] { typeof(PortalRegistration).Assembly, typeof(PortalApp).Assembly }
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
        .ToDictionary(type => type.Name[..^"Options".Length]);

    [Fact]
    public void Sample_Sections_AreTheOptionsClasses() =>
        Assert.Equal(_sections.Keys.Order(), _sample.GetChildren().Select(section => section.Key).Order());

    [Fact]
    public void Sample_Keys_AreEveryPropertyAndNothingElse()
    {
        foreach (var (section, type) in _sections)
        {
            Assert.Equal(
                type.GetProperties().Where(property => property.CanWrite).Select(property => $"{section}:{property.Name}").Order(),
                _sample.GetSection(section).GetChildren().Select(key => key.Path).Order());
        }
    }

    [Fact]
    public void Sample_Values_BindAndAreTheDefaultsWhereThereAreAny()
    {
        foreach (var (section, type) in _sections)
        {
            var bound = _sample.GetSection(section).Get(type, binder => binder.ErrorOnUnknownConfiguration = true)!;
            var fresh = Activator.CreateInstance(type)!;
            foreach (var property in type.GetProperties().Where(property => property.CanWrite && property.PropertyType.IsValueType))
            {
                Assert.True(Equals(property.GetValue(fresh), property.GetValue(bound)), $"{section}:{property.Name} is not its default in the sample.");
            }
            foreach (var property in type.GetProperties().Where(property => property.PropertyType == typeof(string) && property.GetValue(fresh) is string { Length: > 0 }))
            {
                Assert.Equal($"{section}:{property.Name}={property.GetValue(fresh)}", $"{section}:{property.Name}={property.GetValue(bound)}");
            }
        }
    }

    [Fact]
    public async Task Sample_AsItIs_IsAccepted()
    {
        await using var portal = PortalApp.Build([], builder => builder.Configuration.AddConfiguration(_sample));

        Assert.NotNull(portal);
    }

    [Fact]
    public void Start_EverySectionWrong_SaysAllAtOnceAndNamesEachKey()
    {
        var wrong = new Dictionary<string, string?>
        {
            ["Portal:PublicUrl"] = "http://portal.example.com/path",
            ["Database:Provider"] = "Oracle",
            ["Database:ConnectionString"] = "",
            ["KeyRing:CertificatePath"] = "",
            ["Audit:KeyFolder"] = "",
            ["Audit:CheckpointMinutes"] = "0",
            ["SignIn:Authority"] = "login",
            ["SignIn:ClientId"] = "",
            ["SignIn:Scopes"] = "profile",
            ["SignIn:GroupsClaim"] = "",
            ["SignIn:ApiAudience"] = "",
            ["SignIn:Roles:staff"] = "Wizard",
            ["SignIn:SessionLifetime"] = "3.00:00:00",
            ["SignIn:ProviderSilence"] = "00:00:01",
            ["SignIn:AttemptsPerMinute"] = "0",
            ["AppStoreConnect:BaseUrl"] = "ftp://apple",
            ["AppStoreConnect:TeamKeysPage"] = "apple",
            ["AppStoreConnect:ParallelRequests"] = "9",
            ["AppStoreConnect:TimeoutSeconds"] = "0",
            ["AppStoreConnect:ClockSkewSeconds"] = "1",
            ["Centercode:TimeoutSeconds"] = "1",
            ["Centercode:LargestAnswerMebibytes"] = "0",
            ["Sync:RunsAtOnce"] = "0",
            ["Sync:LeaseSeconds"] = "1",
            ["Sync:InFlightSeconds"] = "-1",
            ["Sync:BatchSize"] = "0",
            ["Sync:LargestBatch"] = "0",
            ["Sync:ReadLagSeconds"] = "601",
            ["Sync:Parallel"] = "33",
            ["Sync:ReadBacks"] = "0",
            ["Sync:ReadBackSeconds"] = "61",
            ["Mail:Host"] = "mail.example.com",
            ["Mail:Port"] = "0",
            ["Mail:From"] = "nobody",
            ["Mail:Password"] = "secret",
            ["Mail:Timeout"] = "00:06:00",
            ["Mail:TrustedCertificatePath"] = "/no/such/file.pem",
        };
        var lines = Complaints(wrong);

        Assert.All(wrong.Keys.Except(["Mail:Host"]), key => Assert.Contains(lines, line => line.StartsWith(key, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Start_ValuesThatCannotBeRead_AreSaidBesideTheRestAndNamed()
    {
        var wrong = new Dictionary<string, string?>
        {
            ["SignIn:RequireHttps"] = "yes", ["SignIn:SessionLifetime"] = "8h", ["Sync:BatchSize"] = "many", ["Mail:Timeout"] = "soon", ["Mail:UseTls"] = "", ["Database:Provider"] = "Oracle",
        };
        var lines = Complaints(wrong);

        Assert.All(wrong.Keys, key => Assert.Single(lines, line => line.StartsWith(key, StringComparison.Ordinal)));
        Assert.Contains("Mail:Timeout is 'soon'; it must be a time such as 00:00:30.", lines);
    }

    /// <summary>What README says is enough to begin with.</summary>
    [Fact]
    public async Task Start_SixKeysAndABootstrapGroup_IsEnough()
    {
        var six = new Dictionary<string, string?>
        {
            ["SignIn:Authority"] = "https://login.example.com", ["SignIn:ClientId"] = "portal", ["SignIn:ClientSecret"] = "s",
            ["KeyRing:CertificatePath"] = "vault.p12", ["KeyRing:CertificatePassword"] = "p", ["Audit:KeyFolder"] = "audit", ["SignIn:BootstrapGroup"] = "owners",
        };

        await using var portal = PortalApp.Build([], builder => builder.Configuration.AddInMemoryCollection(six));

        Assert.All(six.Keys, key => Assert.Contains($"`{key}`", File.ReadAllText(Path.Combine(Repository.Folder, "README.md")), StringComparison.Ordinal));
    }

    private static List<string> Complaints(Dictionary<string, string?> settings)
    {
        var failure = Record.Exception(() => PortalApp.Build([], builder => builder.Configuration.AddInMemoryCollection(settings)));
        IEnumerable<Exception> failures = failure is AggregateException many ? many.InnerExceptions : [failure!];
        return [.. failures.Cast<OptionsValidationException>().SelectMany(one => one.Failures)];
    }
}
