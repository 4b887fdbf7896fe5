using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Services.Audit;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>No key in the database's files, in the log or in anything thrown: searched for as text and as bytes.</summary>
[Trait("Invariant", "25")]
public class KeyMaterialTests
{
    [Fact]
    public async Task Key_StoredUsedReplacedAndRefused_IsNowhereInTheClear()
    {
        var log = new StringBuilder();
        await using var portal = await PortalFixture.StartAsync(configure: services => services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(log))));
        var (first, second, refused) = (portal.World.CreateKey(), portal.World.CreateKey(), portal.World.CreateKey());
        var added = await portal.AddAsync(first);
        await portal.Get<CredentialService>().AddVersionAsync(added.Id, Keys.Form(second), Actors.KeyCustodian, Cancel);
        portal.World.RevokeKey(refused.KeyId);
        await portal.AddAsync(refused);
        var thrown = await Assert.ThrowsAsync<ProblemException>(() => portal.AddAsync(first with { P8 = second.P8 }));
        var deposits = portal.Get<DepositService>();
        var link = await deposits.AskAsync(CredentialKind.AppleTeamKey, "x", null, Actors.KeyCustodian, Cancel);
        var (notAccepted, held, ofOtherKind) = (portal.World.CreateKey(), second, portal.World.CreateKey());
        portal.World.RevokeKey(notAccepted.KeyId);
        var receipt = await deposits.DepositAsync(link.Token, Keys.Form(notAccepted), Actors.Nobody, Cancel);
        var refusals = new List<ProblemException> { thrown, await Assert.ThrowsAsync<ProblemException>(() => deposits.DepositAsync(link.Token, Keys.Form(held), Actors.Nobody, Cancel)) };
        var other = await deposits.AskAsync(CredentialKind.CentercodeApiKey, "x", null, Actors.KeyCustodian, Cancel);
        refusals.Add(await Assert.ThrowsAsync<ProblemException>(() => deposits.DepositAsync(other.Token, Keys.Form(ofOtherKind), Actors.Nobody, Cancel)));
        using var export = new MemoryStream();
        await portal.Get<AuditLog>().ExportAsync(new AuditQuery { WithKeyUses = true }, AuditFormat.JsonLines, Actors.SecurityReviewer, export, Cancel);

        var folder = Path.GetDirectoryName(portal.CertificatePath)!;
        var stored = Directory.GetFiles(folder, "portal.db*").Select(Read).ToList();
        foreach (var secret in new[] { first, second, refused, notAccepted, ofOtherKind }.SelectMany(key => Secrets(key.P8)).Concat(new[] { link, other }.Select(asked => Encoding.ASCII.GetBytes(asked.Token))))
        {
            Assert.All(stored, bytes => Assert.True(bytes.AsSpan().IndexOf(secret) < 0));
            Assert.True(Encoding.UTF8.GetBytes(log.ToString()).AsSpan().IndexOf(secret) < 0);
            Assert.All(refusals, thrown => Assert.True(Encoding.UTF8.GetBytes(thrown.ToString()).AsSpan().IndexOf(secret) < 0));
            Assert.True(Encoding.UTF8.GetBytes($"{receipt}").AsSpan().IndexOf(secret) < 0);
            Assert.True(export.ToArray().AsSpan().IndexOf(secret) < 0);
        }
        Assert.Contains(stored, bytes => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(second.KeyId)) >= 0);
        Assert.Contains("deposit.not-accepted", Encoding.UTF8.GetString(export.ToArray()), StringComparison.Ordinal);
        Assert.NotEqual(0, log.Length);
    }

    [Fact]
    public async Task Key_PastedWhereWordsBelong_IsRefusedAndNowhereStored()
    {
        await using var portal = await PortalFixture.StartAsync();
        var key = portal.World.CreateKey();
        var lines = key.P8.Split('\n').Where(line => line.Length > 40 && !line.StartsWith('-')).ToList();
        var added = await portal.AddAsync(portal.World.CreateKey());
        var (service, deposits) = (portal.Get<CredentialService>(), portal.Get<DepositService>());
        List<Func<Task>> pasted = [.. lines.SelectMany(line => new Func<Task>[]
        {
            () => service.RenameAsync(added.Id, line, Actors.KeyCustodian, Cancel),
            () => deposits.AskAsync(CredentialKind.AppleTeamKey, line, null, Actors.KeyCustodian, Cancel),
            () => deposits.AskAsync(CredentialKind.AppleTeamKey, "x", $"Please take this:\n{line}", Actors.KeyCustodian, Cancel),
        })];

        foreach (var paste in pasted)
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(paste);
            Assert.Equal("key-in-words", refused.Problem.Code);
            Assert.All(lines, line => Assert.DoesNotContain(line, refused.ToString(), StringComparison.Ordinal));
        }
        var stored = Directory.GetFiles(Path.GetDirectoryName(portal.CertificatePath)!, "portal.db*").Select(Read).ToList();
        Assert.All(lines, line => Assert.All(stored, bytes => Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(line)) < 0)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The middle of the text, and the private number itself as it stands in the DER bytes.
    private static IEnumerable<byte[]> Secrets(string pem)
    {
        var body = string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));
        yield return Encoding.ASCII.GetBytes(body[50..90]);
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(pem);
        var secret = key.ExportParameters(true).D!;
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class Recorder(StringBuilder log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log) log.AppendLine(formatter(state, exception)).AppendLine(exception?.ToString());
        }
        public void Dispose()
        {
        }
    }
}
