using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Tests.Credentials;

namespace Portal.Tests.Mail;

/// <summary>The mail that carries a deposit link, through a mail server none of us wrote.</summary>
public class DepositMailTests
{
    private const string Portal = "portal@example.com";
    private static readonly EmailAddress _it = EmailAddress.TryParse("it@example.com")!;

    [Fact]
    [Trait("Invariant", "25")]
    public async Task Mail_InTheOpenToAServerOfThisMachine_BringsTheLinkAndNoKey()
    {
        using var server = await MailServer.StartAsync();
        await using var portal = await PortalAsync(server.Port, ("UseTls", "false"));
        var key = portal.World.CreateKey();

        var (link, address) = await SendAsync(portal);

        var mail = await server.NextAsync(Cancel);
        Assert.Equal((Portal, "it@example.com", false), (mail.From, Assert.Single(mail.To), mail.Encrypted));
        Assert.Equal("program-manager asks you for a key: Aurora", mail.Message.Subject);
        Assert.Contains(address, mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("Please, by Friday", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", mail.Raw, StringComparison.Ordinal);
        Assert.Equal("Aurora", (await portal.Get<DepositService>().OpenDepositAsync(link.Token, Actors.Nobody, Cancel)).Label);
        Assert.True((await portal.Get<DepositService>().DepositAsync(link.Token, Keys.Form(key), Actors.Nobody, Cancel)).Works);
        Assert.Equal(["deposit.requested", "deposit.mailed"], await CodesAsync(portal, link));
    }

    [Fact]
    public async Task Mail_ToAServerWithStartTlsAndSignIn_GoesEncrypted()
    {
        using var certificate = MailServer.Certificate();
        using var server = await MailServer.StartAsync(certificate, "portal", "made up for this test");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("authority.pem"), certificate.ExportCertificatePem(), Cancel);
        await using var portal = await PortalAsync(server.Port, ("UserName", "portal"), ("Password", "made up for this test"), ("TrustedCertificatePath", folder.File("authority.pem")));

        await SendAsync(portal);

        var mail = await server.NextAsync(Cancel);
        Assert.Equal((true, "portal"), (mail.Encrypted, mail.User));
    }

    [Theory]
    [InlineData("certificate of nobody we trust")]
    [InlineData("certificate of another host")]
    [InlineData("no STARTTLS")]
    [InlineData("wrong password")]
    [InlineData("no sign-in offered")]
    [InlineData("gone")]
    [InlineData("silent")]
    public async Task Mail_ServerThatDoesNotTakeIt_SaysSoAndTheLinkCanBeCopied(string what)
    {
        using var certificate = MailServer.Certificate(what == "certificate of another host" ? "elsewhere.example" : "localhost");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("authority.pem"), certificate.ExportCertificatePem(), Cancel);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var server = what is "silent" ? null : await MailServer.StartAsync(what is "no STARTTLS" ? null : certificate, what is "wrong password" ? "portal" : null, "right");
        if (what is "gone") server!.Dispose();
        await using var portal = await PortalAsync(server?.Port ?? ((IPEndPoint)silent.LocalEndpoint).Port,
            what is "wrong password" or "no sign-in offered" ? ("UserName", "portal") : ("UserName", ""), what is "wrong password" or "no sign-in offered" ? ("Password", "wrong") : ("Password", ""),
            ("TrustedCertificatePath", what is "certificate of nobody we trust" ? "" : folder.File("authority.pem")), ("Timeout", what is "silent" ? "00:00:01" : "00:00:30"));

        var link = await AskAsync(portal, Actors.ProgramManager, "Aurora");
        var refused = await Assert.ThrowsAsync<ProblemException>(() => MailAsync(portal, link, Actors.ProgramManager));

        Assert.Equal("mail-not-sent", refused.Problem.Code);
        Assert.Equal(["deposit.requested"], await CodesAsync(portal, link));
        await portal.Get<DepositService>().OpenDepositAsync(link.Token, Actors.Nobody, Cancel);
        if (what is not "gone") server?.Dispose();
    }

    [Fact]
    public async Task Mail_NameAndLabelWithLinesInThem_AddNoHeader()
    {
        using var server = await MailServer.StartAsync();
        await using var portal = await PortalAsync(server.Port, ("UseTls", "false"));
        var trickster = Actors.Person("trickster", Role.ProgramManager) with { Name = "Eve\r\nBcc: everybody@example.com\r\n\r\n<html>" };

        var link = await AskAsync(portal, trickster, "Aurora\nX-Other: 1\r.\r\nCc: all@example.com");
        await MailAsync(portal, link, trickster);

        var mail = await server.NextAsync(Cancel);
        Assert.Equal("it@example.com", Assert.Single(mail.To));
        Assert.Empty(mail.Message.Cc.Concat(mail.Message.Bcc));
        Assert.DoesNotContain(mail.Message.Headers, header => header.Field is "X-Other");
        Assert.Contains("Eve", mail.Message.Subject, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<PortalFixture> PortalAsync(int port, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{port}", ["Mail:From"] = Portal };
        foreach (var (key, value) in settings) all[$"Mail:{key}"] = value;
        return PortalFixture.StartAsync(settings: all);
    }

    private static async Task<(DepositLink, string)> SendAsync(PortalFixture portal)
    {
        var link = await AskAsync(portal, Actors.ProgramManager, "Aurora");
        return (link, await MailAsync(portal, link, Actors.ProgramManager));
    }

    private static Task<DepositLink> AskAsync(PortalFixture portal, Actor actor, string label) =>
        portal.Get<DepositService>().AskAsync(CredentialKind.AppleTeamKey, label, "Please, by Friday", actor, Cancel);

    private static async Task<string> MailAsync(PortalFixture portal, DepositLink link, Actor actor)
    {
        var address = $"https://portal.example/deposit/{link.Token}";
        await portal.Get<DepositService>().MailAsync(link, new Uri(address), _it, actor, Cancel);
        return address;
    }

    private static Task<List<string>> CodesAsync(PortalFixture portal, DepositLink link) => portal.QueryAsync(db =>
        db.AuditEvents.Where(e => e.TargetKind == "deposit" && e.TargetId == link.Id.ToString()).OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => e.Code).ToListAsync(Cancel));
}
