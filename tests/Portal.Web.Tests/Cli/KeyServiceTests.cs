using System.Diagnostics;
using System.Text;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

/// <summary>The vault's RSA key in a second process, a real one: <c>portal keyring serve</c>.</summary>
[Trait("Invariant", "25"), Trait("Failure", "F33")]
public sealed class KeyServiceTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _service;

    [Fact]
    public async Task Credentials_ServiceGoesAndComesBack_AreLockedMeanwhileAndOpenAgain()
    {
        await StartServiceAsync();
        await using var portal = await StartPortalAsync();
        var id = (await AddAsync(portal)).Id;
        Assert.Equal(CredentialStatus.Active, await StatusAsync(portal));

        _service!.Kill();
        var locked = await WaitAsync(portal, CredentialStatus.Locked);

        Assert.Equal(CredentialProblems.KeyServiceAway, locked.Problem);
        Assert.Equal(CredentialProblems.KeyServiceAway, (await Assert.ThrowsAsync<ProblemException>(() => Service(portal).VerifyAsync(id, Actors.KeyCustodian, Cancel))).Problem);
        await StartServiceAsync();
        await WaitAsync(portal, CredentialStatus.Active);
        Assert.Equal(CredentialStatus.Active, (await Service(portal).VerifyAsync(id, Actors.KeyCustodian, Cancel)).Status);
    }

    [Fact]
    public async Task Credentials_StolenDiskWithoutTheService_OpenNothing()
    {
        await StartServiceAsync();
        await using var portal = await StartPortalAsync();
        await AddAsync(portal);

        _service!.Kill();
        await _service.WaitForExitAsync(Cancel);
        await portal.RestartAsync();

        Assert.Equal(CredentialStatus.Locked, await StatusAsync(portal));
        // The file is there, its password nowhere.
        portal.Set("KeyRing:ServiceSocket", "");
        portal.Set("KeyRing:CertificatePath", _folder.File("vault.p12"));
        portal.Set("KeyRing:CertificatePassword", "");
        await portal.RestartAsync();
        Assert.Equal(CredentialStatus.Locked, await StatusAsync(portal));
    }

    [Fact]
    public async Task Credentials_ServiceThatSaysNothing_AreLockedWithinTheTimeOut()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There is no signal that stops a process here.");
        await StartServiceAsync();
        await using var portal = await StartPortalAsync();
        await AddAsync(portal);

        await SignalAsync("STOP");
        var locked = await WaitAsync(portal, CredentialStatus.Locked);

        Assert.Equal(CredentialProblems.KeyServiceAway, locked.Problem);
        await SignalAsync("CONT");
        await WaitAsync(portal, CredentialStatus.Active);
    }

    [Fact]
    public async Task Credentials_ServiceWithAnotherCertificate_AreLocked()
    {
        await StartServiceAsync();
        await using var portal = await StartPortalAsync();
        await AddAsync(portal);

        _service!.Kill();
        VaultCertificate.WriteAnotherTo(_folder.File("vault.p12"));
        await StartServiceAsync(keepCertificate: true);
        await portal.RestartAsync();

        Assert.Equal(CredentialProblems.Locked, (await OneAsync(portal)).Problem);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Socket => _folder.File("key.sock");

    private async Task StartServiceAsync(bool keepCertificate = false)
    {
        await EndAsync();
        if (!keepCertificate) VaultCertificate.WriteTo(_folder.File("vault.p12"));
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            ArgumentList = { typeof(Portal.Cli.CommandLine).Assembly.Location, "keyring", "serve", "--certificate", _folder.File("vault.p12"), "--socket", Socket },
        };
        start.Environment.Remove("KeyRing__CertificatePassword");
        _service = Process.Start(start)!;
        await _service.StandardInput.WriteLineAsync(VaultCertificate.Password.AsMemory(), Cancel);
        var first = await _service.StandardOutput.ReadLineAsync(Cancel);
        if (first?.StartsWith("Listening.", StringComparison.Ordinal) != true) Assert.Fail($"{first}\n{await _service.StandardError.ReadToEndAsync(Cancel)}");
        _service.BeginErrorReadLine();
        _ = _service.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    private Task<PortalFixture> StartPortalAsync() => PortalFixture.StartAsync(settings: new Dictionary<string, string?>
    {
        ["KeyRing:CertificatePath"] = "", ["KeyRing:CertificatePassword"] = "", ["KeyRing:ServiceSocket"] = Socket,
    });

    private static CredentialService Service(PortalFixture portal) => portal.Get<CredentialService>();

    private static Task<CredentialSummary> AddAsync(PortalFixture portal)
    {
        var key = portal.World.CreateKey();
        return Service(portal).AddAppleKeyAsync(new NewAppleKey { KeyId = key.KeyId, IssuerId = key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8) }, Actors.KeyCustodian, Cancel);
    }

    private static async Task<CredentialSummary> OneAsync(PortalFixture portal) => Assert.Single(await Service(portal).ListAsync(Actors.KeyCustodian, Cancel));

    private static async Task<CredentialStatus> StatusAsync(PortalFixture portal) => (await OneAsync(portal)).Status;

    private static async Task<CredentialSummary> WaitAsync(PortalFixture portal, CredentialStatus status)
    {
        while (true)
        {
            var seen = await OneAsync(portal);
            if (seen.Status == status) return seen;
            await Task.Delay(100, Cancel);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_service!.Id}"]);
        await kill.WaitForExitAsync(Cancel);
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task EndAsync()
    {
        if (_service is null) return;
        _service.Kill();
        await _service.WaitForExitAsync(CancellationToken.None);
        _service.Dispose();
        _service = null;
    }
}
