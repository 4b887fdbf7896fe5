using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit;

public class AuditExportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\",\"x\")")]
    [InlineData("+1+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task Export_CsvOfHostileWords_StartsNoFormula(string words)
    {
        await using var portal = await PortalFixture.StartAsync();
        await AuditSearchTests.WriteAsync(portal, new AuditEntry(AuditCodes.LinkChanged, Actors.ProgramManager with { Name = words }, words, words) { Sentence = words });

        var text = await ExportAsync(portal, AuditFormat.Csv);

        using var reader = CsvReader.FromText(text, new CsvReaderOptions { HasHeader = true });
        while (reader.Read()) Assert.DoesNotContain(reader.Current.ToArray(), cell => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r');
        Assert.Contains("HYPERLINK", words.StartsWith("=H", StringComparison.Ordinal) ? text : "HYPERLINK", StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task Export_MoreThanOneBatch_HoldsEveryEventOnceOldestFirstAndIsItselfAnEvent(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await using (var db = portal.Get<Database>().Open())
        {
            for (var i = 0; i < 1_203; i++) portal.Get<AuditLog>().Append(db, new AuditEntry(AuditCodes.LinkChanged, Actors.ProgramManager, "link", $"l{i}"));
            await db.SaveChangesAsync(Cancel);
        }

        var lines = (await ExportAsync(portal, AuditFormat.JsonLines)).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(1_203, lines.Select(l => l.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(lines.OrderBy(l => l.GetProperty("at").GetDateTimeOffset()).ThenBy(l => l.GetProperty("id").GetString(), StringComparer.Ordinal).Select(l => l.GetProperty("id").GetGuid()), lines.Select(l => l.GetProperty("id").GetGuid()));
        Assert.Equal(AuditCodes.AuditExported.Name, (await portal.Get<AuditLog>().SearchAsync(new AuditQuery(), Actors.SecurityReviewer, null, 1, Cancel)).Events[0].Code);
    }

    [Fact]
    public async Task Export_JsonLines_CarryThePayloadAsItIsHashed()
    {
        await using var portal = await PortalFixture.StartAsync();
        await AuditSearchTests.WriteAsync(portal, new AuditEntry(AuditCodes.LinkChanged, Actors.ProgramManager, "link", "zoë \"<>"));

        using var line = JsonDocument.Parse((await ExportAsync(portal, AuditFormat.JsonLines)).Trim());

        var detail = await portal.Get<AuditLog>().GetAsync(line.RootElement.GetProperty("id").GetGuid(), Actors.SecurityReviewer, Cancel);
        Assert.Equal(detail.PayloadHash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line.RootElement.GetProperty("payload").GetString()!))));
    }

    private static async Task<string> ExportAsync(PortalFixture portal, AuditFormat format)
    {
        using var to = new MemoryStream();
        await portal.Get<AuditLog>().ExportAsync(new AuditQuery(), format, Actors.SecurityReviewer, to, Cancel);
        return Encoding.UTF8.GetString(to.ToArray()).TrimStart('\uFEFF');
    }
}
