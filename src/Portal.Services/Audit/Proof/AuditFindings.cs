using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.Audit.Proof;
using Portal.Domain.SignIn;
using Portal.Services.Alerts;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>What is wrong with the record until it is seen mended. It stands in rows: the alerts of every machine say the same.</summary>
internal sealed class AuditFindings(Database database, TimeProvider time)
{
    public const string Tree = "tree";
    public const string Lag = "lag";
    public const string Checkpoint = "checkpoint";
    public const string Verification = "verification";

    /// <summary>Of this machine's own file.</summary>
    public static string File => $"file {Environment.MachineName}";

    /// <summary>Writes it down, or with null that it is over.</summary>
    public async Task SayAsync(string key, Problem? problem, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.AuditFindings.FindAsync([key], cancel);
        if (row?.ProblemSentence == problem?.Sentence) return;
        if (problem is null) db.AuditFindings.Remove(row!);
        else if (row is null) db.AuditFindings.Add(new AuditFindingRow { Key = key, At = time.GetUtcNow(), ProblemCode = problem.Code, ProblemSentence = problem.Sentence });
        else (row.ProblemCode, row.ProblemSentence) = (problem.Code, problem.Sentence);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException quicker) when (quicker is DbUpdateConcurrencyException || Database.IsUniqueViolation(quicker))
        {
            // Another machine says the same.
        }
    }
}

/// <summary>What of the record needs a person.</summary>
internal sealed class AuditAlerts : IAlertSource
{
    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var found = await db.AuditFindings.AsNoTracking().OrderBy(f => f.Key).ToListAsync(cancel);
        var causes = found.ConvertAll(row => Cause($"audit:{row.Key}", StoredProblem.Of(row.ProblemCode, row.ProblemSentence)!));
        var refused = await db.AuditEvents.CountAsync(e => e.RefusedAt != null, cancel);
        if (refused > 0) causes.Add(Cause("audit:refused", AuditProofProblems.Forged(refused)) with { Mark = $"{refused}" });
        return causes;
    }

    private static AlertCause Cause(string key, Problem problem) => new(key, problem.Code switch
    {
        "audit-lags" => "The audit lags behind",
        "audit-forged" => "Somebody else wrote into the audit",
        "audit-checkpoint-file-failed" => "A checkpoint of the audit is not kept outside the database",
        _ => "The audit was tampered with",
    }, problem, new AlertSubject(AlertSubjectKind.Audit), Permission.ReadWholeAudit);
}
