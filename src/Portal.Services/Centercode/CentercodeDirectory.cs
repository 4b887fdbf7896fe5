using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Centercode;

/// <summary>A team from a Data Package of the link's connection.</summary>
internal sealed class CentercodeDirectory(CentercodeClient client, TimeProvider time) : ITeamDirectory
{
    public async Task<TeamSnapshot> ReadAsync(SyncLinkRow link, Actor actor, Guid? runId, CancellationToken cancel)
    {
        var rows = link.ConnectionId is { } connection
            ? await client.ReadRowsAsync(new KeyUse(connection, actor, "sync: read team") { RunId = runId }, link.SourceUrl, cancel)
            : RowSet.Unreadable(SourceProblems.NoConnection);
        var team = TeamRows.ToMembers(rows, link.Mapping, link.TeamName);
        return new TeamSnapshot(team.Members, time.GetUtcNow(), team.Problem);
    }
}

/// <summary>A team from the latest CSV file uploaded for the link.</summary>
internal sealed class CsvDirectory(Database database, IOptions<CentercodeOptions> options) : ITeamDirectory
{
    public async Task<TeamSnapshot> ReadAsync(SyncLinkRow link, Actor actor, Guid? runId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var upload = await db.CsvUploads.AsNoTracking().Where(u => u.LinkId == link.Id).OrderByDescending(u => u.UploadedAt).ThenByDescending(u => u.Id).FirstOrDefaultAsync(cancel);
        if (upload is null) return new TeamSnapshot([], DateTimeOffset.MinValue, SourceProblems.NoUpload);
        var rows = upload.Content.Length > options.Value.LargestBytes
            ? RowSet.Unreadable(SourceProblems.TooLarge(options.Value.LargestAnswerMebibytes))
            : SourceText.Read(upload.Content);
        var team = TeamRows.ToMembers(rows, link.Mapping, link.TeamName);
        // As old as the file: "in sync" never claims to know the team better than its last upload.
        return new TeamSnapshot(team.Members, upload.UploadedAt, team.Problem);
    }
}

/// <summary>The directory a link is to be read from.</summary>
internal sealed class TeamDirectories(CentercodeDirectory packages, CsvDirectory files)
{
    public ITeamDirectory For(SyncLinkRow link) => link.SourceKind is SourceKind.Csv ? files : packages;
}
