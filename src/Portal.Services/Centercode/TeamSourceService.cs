using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Centercode;

/// <summary>A source to look into: a Data Package's address with its connection, or an uploaded CSV file's bytes.</summary>
/// <param name="ConnectionId">The Centercode connection; null for a file.</param>
/// <param name="Address">The Data Package's whole address as pasted; an <c>apiKey=</c> in it is left out.</param>
/// <param name="Csv">The file's bytes; null for a Data Package.</param>
public sealed record TeamSource(Guid? ConnectionId, string? Address, ReadOnlyMemory<byte>? Csv)
{
    /// <summary>A Data Package of a connection.</summary>
    public static TeamSource DataPackage(Guid connectionId, string address) => new(connectionId, address, null);

    /// <summary>An uploaded file.</summary>
    public static TeamSource CsvFile(ReadOnlyMemory<byte> content) => new(null, null, content);
}

/// <summary>How many rows and people a source holds under a mapping.</summary>
/// <param name="Rows">Rows that are not blank, of all teams.</param>
/// <param name="Members">Of the chosen team.</param>
/// <param name="NoAppleEmail">Of these, without an Apple e-mail (F10).</param>
/// <param name="BadAppleEmail">Of these, with one that is no address (F11).</param>
/// <param name="SharedAppleEmail">Of these, with one another member has too (F12).</param>
public sealed record SourceCounts(int Rows, int Members, int NoAppleEmail, int BadAppleEmail, int SharedAppleEmail);

/// <summary>What the wizard shows of a source before a person confirms its mapping.</summary>
public sealed record SourcePreview(IReadOnlyList<string> Columns, IReadOnlyList<SourceRow> FirstRows, MappingGuess Guess, SourceCounts Counts)
{
    /// <summary>The mapping the counts were made with: the one given or the one guessed; null when neither is whole.</summary>
    public ColumnMapping? Mapping { get; init; }
    /// <summary>Names in the team column with their numbers of rows, most first; empty without a team column.</summary>
    public IReadOnlyList<(string Team, int Rows)> Teams { get; init; } = [];
    /// <summary>The address to store: without any key.</summary>
    public string Address { get; init; } = "";
    /// <summary>A key stood in the pasted address and was left out.</summary>
    public bool KeyWasInAddress { get; init; }
    /// <summary>Why the source cannot be used as it is; null when it can.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>Looks into a team's source for the wizard; the runner reads it through the same code.</summary>
public sealed class TeamSourceService
{
    private const int RowsShown = 20;
    private readonly CentercodeClient _client;
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly CentercodeOptions _options;

    internal TeamSourceService(CentercodeClient client, Database database, AccessGuard guard, IOptions<CentercodeOptions> options) =>
        (_client, _database, _guard, _options) = (client, database, guard, options.Value);

    /// <summary>Largest CSV file taken, in bytes.</summary>
    public int LargestFile => _options.LargestBytes;

    /// <summary>Reads the source once and says what it holds. Addresses and names are masked for those who may not see them.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="actor">Needs <see cref="Permission.RunSync"/>.</param>
    /// <param name="mapping">A mapping chosen by the person; null: the guess.</param>
    /// <param name="teamName">The team whose members are counted; null: all rows.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ProblemException">The actor may not.</exception>
    public async Task<SourcePreview> PreviewAsync(TeamSource source, Actor actor, ColumnMapping? mapping = null, string? teamName = null, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (rows, address) = source.Csv is { } csv ? (ReadFile(csv), null) : await ReadPackageAsync(source, actor, cancel);
        var guess = MappingGuess.From(rows);
        var used = mapping ?? guess.Mapping;
        var all = used is null ? null : TeamRows.ToMembers(rows, used with { Team = teamName is null ? null : used.Team }, teamName ?? "");
        return new SourcePreview(rows.Columns, Shown(rows, used, actor), guess, Count(rows, all?.Members ?? []))
        {
            Mapping = used,
            Teams = Teams(rows, used),
            Address = address?.Address ?? "",
            KeyWasInAddress = address?.KeyWasInIt ?? false,
            Problem = rows.Problem ?? all?.Problem,
        };
    }

    /// <summary>Everybody a source lists under a mapping, for services that have checked the actor themselves.</summary>
    /// <exception cref="ProblemException">The source cannot be used.</exception>
    internal async Task<IReadOnlyList<Member>> MembersAsync(TeamSource source, ColumnMapping mapping, string teamName, Actor actor, CancellationToken cancel)
    {
        var rows = source.Csv is { } csv ? ReadFile(csv) : (await ReadPackageAsync(source, actor, cancel)).Item1;
        var team = TeamRows.ToMembers(rows, mapping, teamName);
        return team.Problem is { } problem ? throw new ProblemException(problem) : team.Members;
    }

    private RowSet ReadFile(ReadOnlyMemory<byte> csv) =>
        csv.Length > _options.LargestBytes ? RowSet.Unreadable(SourceProblems.TooLarge(_options.LargestAnswerMebibytes)) : SourceText.Read(csv);

    private async Task<(RowSet, SourceAddress?)> ReadPackageAsync(TeamSource source, Actor actor, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var community = await db.Credentials.Where(c => c.Id == source.ConnectionId && c.Kind == CredentialKind.CentercodeApiKey && c.Status != CredentialStatus.Retired)
            .Select(c => c.CommunityAddress).SingleOrDefaultAsync(cancel);
        if (source.ConnectionId is not { } connection || community is null) return (RowSet.Unreadable(SourceProblems.NoConnection), null);
        var address = SourceAddress.Read(source.Address, community, _options.AllowLoopback);
        if (address.Problem is { } wrong) return (RowSet.Unreadable(wrong), address);
        return (await _client.ReadRowsAsync(new KeyUse(connection, actor, "page: look into a team's source"), address.Address, cancel), address);
    }

    private static SourceCounts Count(RowSet rows, IReadOnlyList<Member> members)
    {
        var keys = members.Select(m => EmailAddress.TryParse(m.AppleEmail)?.Key).OfType<string>().GroupBy(key => key).Where(g => g.Count() > 1).Sum(g => g.Count());
        return new SourceCounts(rows.Rows.Count(row => !row.IsBlank), members.Count,
            members.Count(m => string.IsNullOrWhiteSpace(m.AppleEmail)),
            members.Count(m => !string.IsNullOrWhiteSpace(m.AppleEmail) && EmailAddress.TryParse(m.AppleEmail) is null),
            keys);
    }

    private static List<(string, int)> Teams(RowSet rows, ColumnMapping? mapping)
    {
        var column = mapping?.Team is null ? -1 : rows.IndexOf(mapping.Team);
        if (column < 0) return [];
        return [.. rows.Rows.Select(row => TeamRows.Clean(row.Cells[column])).OfType<string>()
            .GroupBy(team => team, StringComparer.OrdinalIgnoreCase).Select(g => (g.First(), g.Count())).OrderByDescending(t => t.Item2)];
    }

    private static List<SourceRow> Shown(RowSet rows, ColumnMapping? mapping, Actor actor)
    {
        var first = rows.Rows.Where(row => !row.IsBlank).Take(RowsShown);
        if (actor.May(Permission.SeeAddresses)) return [.. first];
        // Nobody can tell what an unknown column holds: only ids, team and count stay, and those without an address in them.
        HashSet<string> open = [.. new[] { mapping?.MemberId, mapping?.Team, mapping?.ExpectedCount }.OfType<string>()];
        return [.. first.Select(row => row with { Cells = [.. row.Cells.Select((cell, i) => cell is null || (open.Contains(rows.Columns[i]) && !cell.Contains('@')) ? cell : EmailAddress.Mask(cell))] })];
    }
}
