using System.Globalization;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>The people of a run as a file.</summary>
/// <param name="Content">CSV (RFC 4180), UTF-8 with a byte order mark so that spreadsheets read it as such.</param>
/// <param name="Rows">People in it, header not counted.</param>
public sealed record RunExport(string FileName, byte[] Content, int Rows);

public sealed partial class SyncService
{
    private static readonly CsvWriterOptions ForSpreadsheets = new() { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    private static readonly string[] ExportColumns =
        ["Row", "Centercode id", "Name", "Apple e-mail", "Action", "Reason", "Reason in words", "Outcome", "Outcome in words", "Invitation", "Apple status", "Apple code", "Attempts", "Outcome at (UTC)"];

    /// <summary>
    /// The people of a run in the plan's order, all of them or those the query's filters leave (its page and text are ignored).
    /// Addresses and names are masked for those who may not see them; cells that a spreadsheet would run are made text.
    /// </summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>.</exception>
    public async Task<RunExport> ExportAsync(Guid runId, RunItemQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        var rows = await Matching(db.RunItems.AsNoTracking().Where(i => i.RunId == runId), query with { Text = null }, seesAddresses: false)
            .OrderBy(i => i.Ordinal).ToListAsync(cancel);
        _audit.Append(db, new AuditEntry(AuditCodes.RunExported, actor, "run", runId.ToString())
        {
            LinkId = run.LinkId, RunId = runId,
            Facts = new Dictionary<string, object?> { ["rows"] = rows.Count, ["masked"] = !actor.May(Permission.SeeAddresses) },
        });
        await db.SaveChangesAsync(cancel);
        return new RunExport($"run-{run.RequestedAt.UtcDateTime:yyyy-MM-dd-HHmm}-{runId.ToString()[..8]}.csv", CsvOf(rows, actor), rows.Count);
    }

    /// <summary>The whole plan of a run as one HTML file: every person with action and reason, and the plan's hash. Masked like the CSV.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>, <c>run-not-planned</c>.</exception>
    public async Task<RunExport> PlanDocumentAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        var run = await RunAsync(runId, actor, cancel);
        if (run.PlannedAt is null) throw new ProblemException(SyncProblems.NotPlanned);
        var changes = await ChangesAsync(runId, actor, cancel);
        await using var db = _database.Open();
        var rows = await db.RunItems.AsNoTracking().Where(i => i.RunId == runId).OrderBy(i => i.Ordinal).ToListAsync(cancel);
        _audit.Append(db, new AuditEntry(AuditCodes.RunExported, actor, "run", runId.ToString())
        {
            LinkId = run.LinkId, RunId = runId,
            Facts = new Dictionary<string, object?> { ["rows"] = rows.Count, ["masked"] = !actor.May(Permission.SeeAddresses), ["as"] = "html" },
        });
        await db.SaveChangesAsync(cancel);
        var content = PlanDocument.Of(run, [.. rows.Select(row => ViewOf(row, actor))], changes, actor.Name, _time.GetUtcNow());
        return new RunExport($"plan-{run.RequestedAt.UtcDateTime:yyyy-MM-dd-HHmm}-{runId.ToString()[..8]}.html", content, rows.Count);
    }

    private static byte[] CsvOf(List<RunItemRow> rows, Actor actor)
    {
        using var content = new MemoryStream();
        using (var csv = CsvWriter.Create(content, ForSpreadsheets, leaveOpen: true))
        {
            csv.WriteHeader(ExportColumns);
            foreach (var row in rows)
            {
                var person = ViewOf(row, actor);
                csv.WriteRecord([
                    Text(row.Ordinal + 1), person.MemberId, person.Name, person.Email, person.Action.ToString(), person.ReasonCode, person.Reason, person.Outcome.ToString(), person.OutcomeSentence,
                    person.InviteState, Text(person.AppleStatus), person.AppleCode, Text(person.Attempts), row.OutcomeAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                ]);
            }
        }
        return content.ToArray();
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
