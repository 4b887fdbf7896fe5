using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Centercode;

/// <summary>A team from a Data Package of the link's connection. What comes byte for byte as before is not parsed again.</summary>
internal sealed class CentercodeDirectory(CentercodeClient client, TimeProvider time) : ITeamDirectory
{
    private readonly ConcurrentDictionary<Guid, KeptTeam> _kept = new();

    public async Task<TeamSnapshot> ReadAsync(SyncLinkRow link, Actor actor, Guid? runId, CancellationToken cancel)
    {
        var kept = _kept.GetValueOrDefault(link.Id);
        var hash = "";
        var rows = link.ConnectionId is { } connection
            ? await client.ReadRowsAsync(new KeyUse(connection, actor, "sync: read team") { RunId = runId }, link.SourceUrl, Parse, cancel)
            : RowSet.Unreadable(SourceProblems.NoConnection);
        var team = kept is not null && ReferenceEquals(rows, kept.Rows) && kept.IsOf(link) ? kept.Team : TeamRows.ToMembers(rows, link.Mapping, link.TeamName);
        if (team.Problem is null) _kept[link.Id] = new KeptTeam(hash, rows, team, link.Mapping, link.TeamName);
        else _kept.TryRemove(link.Id, out _);
        return new TeamSnapshot(team.Members, time.GetUtcNow(), team.Problem);

        RowSet Parse(ReadOnlyMemory<byte> bytes)
        {
            hash = Convert.ToHexString(SHA256.HashData(bytes.Span));
            return kept?.Hash == hash ? kept.Rows : SourceText.Read(bytes);
        }
    }

    private sealed record KeptTeam(string Hash, RowSet Rows, TeamReading Team, ColumnMapping Mapping, string TeamName)
    {
        public bool IsOf(SyncLinkRow link) => Mapping == link.Mapping && TeamName == link.TeamName;
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
