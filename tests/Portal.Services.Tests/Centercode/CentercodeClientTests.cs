using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.Tests.Sync;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.Centercode;

public class CentercodeClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, Trait("Invariant", "13")]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task Read_Package_GivesTheWholeTeamAndRecordsTheUseOfTheKey(string format)
    {
        await using var stage = await SyncStage.StartAsync();

        var team = await ReadAsync(stage, format);

        Assert.Null(team.Problem);
        Assert.Equal(stage.World.TeamMembers(SyncStage.Team).Count, team.Members.Count);
        var use = Assert.Single(await UsesAsync(stage));
        Assert.Equal(("GET", "/centercode/api/data/aurora-beta", (int?)200, "sync: read team", ""), (use.Method, use.PathTemplate, use.Status, use.Purpose, use.TokenHash));
        Assert.True(use.IntentAt <= use.OutcomeAt);
    }

    [Theory, Trait("Failure", "F26")]
    [InlineData("key", "source-key-refused")]
    [InlineData("address", "source-forbidden")]
    [InlineData("package", "source-package-gone")]
    [InlineData("503", "source-unavailable")]
    [InlineData("truncated", "source-cut-short,source-unreachable")]
    [InlineData("reset", "source-unreachable")]
    [InlineData("column", "source-column-gone")]
    public async Task Read_CommunityRefusesOrBreaks_IsNeverATeam(string what, string codes)
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.Switches = what switch
        {
            "key" => stage.World.Switches with { CentercodeKeyDisabled = true },
            "address" => stage.World.Switches with { CentercodeRefusesAddress = true },
            "package" => stage.World.Switches with { CentercodeRemovedPackages = [SyncStage.Team] },
            "column" => stage.World.Switches with { CentercodeRemovedColumns = ["Apple Account Email"] },
            _ => stage.World.Switches,
        };
        if (Faults.Kinds.Contains(what)) stage.World.AddFault(what, pathContains: "/centercode/api/data");

        var team = await ReadAsync(stage, "csv");

        Assert.Contains(team.Problem?.Code, codes.Split(','));
        Assert.Empty(team.Members);
        Assert.NotNull(Assert.Single(await UsesAsync(stage)).OutcomeAt);
    }

    [Fact]
    public async Task Read_KeyInTheStoredAddress_NeitherArrivesNorStaysAnywhere()
    {
        await using var stage = await SyncStage.StartAsync();
        var link = await LinkAsync(stage);
        link.SourceUrl += "&apiKey=" + stage.World.CentercodeApiKey;

        var team = await stage.Portal.Get<CentercodeDirectory>().ReadAsync(link, Actors.ProgramManager, null, Cancel);

        Assert.Null(team.Problem);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.ToString()!.Contains(stage.World.CentercodeApiKey, StringComparison.Ordinal));
        Assert.DoesNotContain(await UsesAsync(stage), u => u.PathTemplate.Contains('?', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_WithoutTheDemosPermission_GoesToNoLoopbackAddress()
    {
        await using var stage = await SyncStage.StartAsync();
        var handler = CentercodeConnect.Handler(new CentercodeOptions());
        using var client = new HttpClient(handler);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(stage.Portal.Simulator.Address, Cancel));
        Assert.Equal("source-private-address", Assert.IsType<ProblemException>(failure.InnerException ?? failure.GetBaseException()).Problem.Code);
    }

    [Theory]
    [InlineData("/redirect", "source-redirected")]
    [InlineData("/html", "source-html")]
    [InlineData("/endless", "source-too-large")]
    [InlineData("/announced", "source-too-large")]
    [InlineData("/teapot", "source-unexpected-answer")]
    [InlineData("/latin1", "source-encoding")]
    public async Task Read_HostileCommunity_IsRefusedInWordsAndTheKeyGoesNowhereElse(string path, string code)
    {
        await using var other = await HostileAsync();
        await using var stage = await SyncStage.StartAsync();
        await stage.DataAsync(db => db.Credentials.Where(c => c.Id == stage.ConnectionId).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommunityAddress, other.Urls.Single()), Cancel));

        var rows = await stage.Portal.Get<CentercodeClient>().ReadRowsAsync(new KeyUse(stage.ConnectionId, Actors.ProgramManager, "test"), other.Urls.Single() + path, Cancel);

        Assert.Equal(code, rows.Problem?.Code);
        Assert.Empty(rows.Rows);
    }

    [Fact]
    public async Task Read_AddressOfAnotherHost_SendsNothing()
    {
        await using var stage = await SyncStage.StartAsync();

        var rows = await stage.Portal.Get<CentercodeClient>().ReadRowsAsync(new KeyUse(stage.ConnectionId, Actors.ProgramManager, "test"), "https://evil.example/p", Cancel);

        Assert.Equal("source-foreign-host", rows.Problem?.Code);
        Assert.Empty(await UsesAsync(stage));
    }

    [Fact]
    public async Task Probe_WorkingThenDisabledKey_TellsThemApart()
    {
        await using var stage = await SyncStage.StartAsync();
        var client = stage.Portal.Get<CentercodeClient>();

        Assert.Null(await client.ProbeAsync(new KeyUse(stage.ConnectionId, Actors.KeyCustodian, "verify"), Cancel));
        Assert.Equal("source-no-connection", (await client.ProbeAsync(new KeyUse(stage.CredentialId, Actors.KeyCustodian, "verify"), Cancel))?.Code);
    }

    [Fact]
    public async Task Preview_PackageAndFile_GuessCountAndMask()
    {
        await using var stage = await SyncStage.StartAsync();
        var sources = stage.Portal.Get<TeamSourceService>();
        var package = TeamSource.DataPackage(stage.ConnectionId, $"{stage.Portal.Simulator.Address}/centercode/api/data/{SyncStage.Team}?format=json&apiKey=x");

        var open = await sources.PreviewAsync(package, Actors.ProgramManager, cancel: Cancel);
        var masked = await sources.PreviewAsync(package, Actors.Administrator, cancel: Cancel);

        Assert.Equal(SyncStage.Mapping.AppleEmail, open.Guess[MappedField.AppleEmail]);
        Assert.Equal((250, 250, 10, 6), (open.Counts.Rows, open.Counts.Members, open.Counts.NoAppleEmail, open.Counts.SharedAppleEmail));
        Assert.True(open.KeyWasInAddress);
        Assert.DoesNotContain("apiKey", open.Address, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(20, open.FirstRows.Count);
        var member = stage.World.TeamMembers(SyncStage.Team)[0];
        Assert.Contains(member.Email, open.FirstRows[0].Cells);
        Assert.DoesNotContain(masked.FirstRows.SelectMany(r => r.Cells), cell => cell is not null && (cell.StartsWith(member.Email, StringComparison.OrdinalIgnoreCase) || cell == member.LastName));
        var file = await sources.PreviewAsync(TeamSource.CsvFile(Encoding.UTF8.GetBytes("id;apple mail;team\n1;a@x.org;A\n2;;A\n3;nope;B\n")), Actors.ProgramManager, teamName: "A", cancel: Cancel);
        Assert.Equal([("A", 2), ("B", 1)], file.Teams);
        Assert.Equal(2, file.Counts.Members);
        await Assert.ThrowsAsync<ProblemException>(() => sources.PreviewAsync(package, Actors.Support, cancel: Cancel));
    }

    private static async Task<WebApplication> HostileAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/redirect", () => Results.Redirect("/elsewhere"));
        app.MapGet("/elsewhere", () => Results.Text("id,apple\n1,a@x.org\n", "text/csv"));
        app.MapGet("/html", () => Results.Text("<!doctype html><title>Sign in</title>", "text/html"));
        app.MapGet("/teapot", () => Results.StatusCode(418));
        app.MapGet("/latin1", () => Results.Bytes(Encoding.Latin1.GetBytes("id,name\n1,Zoë\n"), "text/csv"));
        app.MapGet("/announced", async (HttpContext http) =>
        {
            http.Response.ContentLength = 100L * 1024 * 1024;
            await http.Response.Body.WriteAsync("["u8.ToArray());
            await http.Response.Body.FlushAsync();
        });
        app.MapGet("/endless", async (HttpContext http) =>
        {
            var part = new byte[1024 * 1024];
            Array.Fill(part, (byte)'a');
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(part, http.RequestAborted);
        });
        await app.StartAsync(Cancel);
        return app;
    }

    private static async Task<TeamSnapshot> ReadAsync(SyncStage stage, string format)
    {
        var link = await LinkAsync(stage);
        link.SourceUrl = $"{stage.Portal.Simulator.Address}/centercode/api/data/{SyncStage.Team}?format={format}";
        return await stage.Portal.Get<TeamDirectories>().For(link).ReadAsync(link, Actors.ProgramManager, null, Cancel);
    }

    private static Task<SyncLinkRow> LinkAsync(SyncStage stage) => stage.DataAsync(db => db.Links.AsNoTracking().SingleAsync(l => l.Id == stage.Link.Id, Cancel));

    private static Task<List<KeyUseRow>> UsesAsync(SyncStage stage) => stage.DataAsync(db => db.KeyUses.AsNoTracking().Where(u => u.CredentialId == stage.ConnectionId).ToListAsync(Cancel));
}
