using System.Security.Cryptography.X509Certificates;
using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

public class OperatorCommandTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Fact]
    public async Task KeyRingNew_File_HoldsAnRsaKeyUnderThePasswordPrintedOnce()
    {
        using var prompt = new Prompt(web);
        var path = prompt.File("vault.p12");

        var answer = await prompt.RunAsync("keyring", "new", path, "--json");

        Assert.Equal(ExitCodes.Ok, answer.Code);
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, (string?)answer.Json["certificatePassword"]);
        using var key = certificate.GetRSAPrivateKey();
        Assert.Equal(3072, key!.KeySize);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task KeyRingNew_FileExists_IsNotOverwritten()
    {
        using var prompt = new Prompt(web);
        var path = prompt.File("vault.p12");
        await prompt.RunAsync("keyring", "new", path);
        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        var answer = await prompt.RunAsync("keyring", "new", path);

        Assert.Equal(ExitCodes.Problem, answer.Code);
        Assert.Contains("(cli-file-exists)", answer.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DbMigrate_EmptyDatabaseAndANewKeyRing_MakesItReady()
    {
        using var prompt = new Prompt(web);
        var settings = prompt.File("settings.json");
        var ring = (await prompt.RunAsync("keyring", "new", prompt.File("vault.p12"), "--json")).Json;
        await File.WriteAllTextAsync(settings, $$"""
            {
              "Database": { "Provider": "Sqlite", "ConnectionString": "Data Source={{prompt.File("portal.db")}};Pooling=False" },
              "KeyRing": { "CertificatePath": "{{ring["certificatePath"]}}", "CertificatePassword": "{{ring["certificatePassword"]}}" },
              "Audit": { "KeyFolder": "{{prompt.File("audit")}}" }
            }
            """, TestContext.Current.CancellationToken);
        await prompt.RunAsync("audit", "keys", "new", prompt.File("audit"));
        File.Create(prompt.File("portal.db")).Dispose();

        var before = await prompt.RunAsync("db", "check", "--settings", settings);
        var migrate = await prompt.RunAsync("db", "migrate", "--settings", settings);
        var after = await prompt.RunAsync("db", "check", "--settings", settings, "--json");

        Assert.Equal(ExitCodes.Problem, before.Code);
        Assert.Contains("lacks 1 migrations", before.Out);
        Assert.Equal(ExitCodes.Ok, migrate.Code);
        Assert.True((bool?)after.Json["reachable"]);
        Assert.Empty(after.Json["pendingMigrations"]!.AsArray());
    }

    [Fact]
    public async Task Db_WrongSettings_SaysEveryKey()
    {
        using var prompt = new Prompt(web);
        var settings = prompt.File("settings.json");
        await File.WriteAllTextAsync(settings, """{ "Database": { "Provider": "Oracle", "ConnectionString": "" } }""", TestContext.Current.CancellationToken);

        var answer = await prompt.RunAsync("db", "check", "--settings", settings);

        Assert.Equal(ExitCodes.Problem, answer.Code);
        Assert.Contains("Database:Provider", answer.Error);
        Assert.Contains("Database:ConnectionString", answer.Error);
    }
}
