using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;

namespace Portal.Services.Audit;

public sealed partial class AuditLog
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Columns =
        ["time", "code", "sentence", "actor", "actor id", "via", "target", "target id", "link", "run", "credential", "details", "kept as", "leaf", "event"];

    /// <summary>Writes every matching event up to now, oldest first, as the actor may see it. The export is itself an event, committed before the first byte.</summary>
    /// <param name="query">As for <see cref="SearchAsync"/>.</param>
    /// <param name="format">CSV, safe against formulas, or JSON lines with the hashed payload.</param>
    /// <param name="actor">Needs <see cref="Permission.ReadAudit"/>.</param>
    /// <param name="to">Written to as the rows are read; left open.</param>
    /// <param name="cancel">Stops the export.</param>
    public async Task ExportAsync(AuditQuery query, AuditFormat format, Actor actor, Stream to, CancellationToken cancel = default)
    {
        await Guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        var hash = await AddressAskedForAsync(query, actor, cancel);
        var until = _time.GetUtcNow();
        var bounded = query with { To = query.To is { } asked && asked < until ? asked : until };
        await WriteAsync(Exported(query, format, actor), cancel);
        await using var csv = format is AuditFormat.Csv ? CsvWriter.Create(to, new CsvWriterOptions { HasHeader = false, Injection = CsvInjection.Escape, NewLine = "\r\n", WriteByteOrderMark = true }, true) : null;
        if (csv is not null) await csv.WriteRecordAsync(Columns, cancel);
        await foreach (var (row, view) in ReadAllAsync(bounded, actor, hash, cancel))
        {
            if (csv is not null) await csv.WriteRecordAsync(Cells(view), cancel);
            else await to.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { view.Id, view.At, view.Code, view.Sentence, view.ActorId, view.ActorName, view.Via, view.TargetKind, view.TargetId, view.LinkId, view.RunId, view.CredentialId, view.Details, Retention = view.Retention.ToString(), view.Leaf, Payload = Encoding.UTF8.GetString(row.Payload) }, Lines) + "\n"), cancel);
        }
        if (csv is not null) await csv.FlushAsync(cancel);
        await to.FlushAsync(cancel);
    }

    private async IAsyncEnumerable<(Data.AuditEventRow Row, AuditView View)> ReadAllAsync(AuditQuery query, Actor actor, string? hash, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        (DateTimeOffset At, Guid Id)? last = null;
        while (true)
        {
            // A context a batch: a slow reader holds neither a connection nor a snapshot open.
            await using var db = _database.Open();
            var matching = AuditFilter.Apply(db, AuditFilter.InScope(db, actor), query, actor, hash);
            if (last is var (at, id)) matching = matching.Where(e => e.At > at || (e.At == at && e.Id > id));
            var rows = await matching.OrderBy(e => e.At).ThenBy(e => e.Id).Take(LargestPage).ToListAsync(cancel);
            var views = await ViewsAsync(db, rows, actor, cancel);
            for (var i = 0; i < rows.Count; i++) yield return (rows[i], views[i]);
            if (rows.Count < LargestPage) yield break;
            last = (rows[^1].At, rows[^1].Id);
        }
    }

    private static AuditEntry Exported(AuditQuery query, AuditFormat format, Actor actor) => new(AuditCodes.AuditExported, actor, "audit", null)
    {
        LinkId = query.LinkId, RunId = query.RunId, CredentialId = query.CredentialId,
        Facts = new Dictionary<string, object?> { ["format"] = format.ToString(), ["from"] = query.From, ["to"] = query.To, ["codes"] = query.Codes.Cast<object?>(), ["targetKind"] = query.TargetKind },
        // What was looked for may name a person.
        Personal = new Dictionary<string, object?> { ["actor"] = query.ActorId, ["text"] = query.Text, ["address"] = query.Address, ["target"] = query.TargetId },
    };

    private static string[] Cells(AuditView view) =>
    [
        CanonicalJson.Time(view.At), view.Code, view.Sentence, view.ActorName, view.ActorId, view.Via, view.TargetKind, view.TargetId ?? "", view.LinkId?.ToString() ?? "",
        view.RunId?.ToString() ?? "", view.CredentialId?.ToString() ?? "", view.Details, view.Retention.ToString(), view.Leaf?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", view.Id.ToString(),
    ];
}
