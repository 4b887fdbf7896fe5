using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

public sealed partial class KeyUseLedger
{
    private static readonly JsonSerializerOptions _lines = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };
    private static readonly string[] _columns =
        ["time", "credential", "credential id", "version", "actor", "actor id", "purpose", "run", "method", "path", "app", "app id", "group", "group id",
         "token", "token scope", "token good for seconds", "try", "status", "code", "took ms", "left this hour", "flags", "use"];

    /// <summary>Writes every matching use up to now, oldest first, as the actor may see it. The export is itself an event, committed before the first byte.</summary>
    /// <param name="filter">As for <see cref="ListAsync"/>.</param>
    /// <param name="format">CSV, safe against formulas, or JSON lines.</param>
    /// <param name="actor">Needs <see cref="Permission.ReadAudit"/>.</param>
    /// <param name="to">Written to as the rows are read; left open.</param>
    /// <param name="cancel">Stops the export.</param>
    public async Task ExportAsync(KeyUseFilter filter, AuditFormat format, Actor actor, Stream to, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        var now = _time.GetUtcNow();
        var bounded = filter with { To = filter.To is { } asked && asked < now ? asked : now };
        await _audit.WriteAsync(new AuditEntry(AuditCodes.KeyUsesExported, actor, "key-use", null)
        {
            CredentialId = filter.CredentialId, RunId = filter.RunId,
            Facts = new Dictionary<string, object?> { ["format"] = format.ToString(), ["from"] = filter.From, ["to"] = bounded.To, ["app"] = filter.AppId, ["flag"] = filter.Flag?.ToString() },
            Personal = new Dictionary<string, object?> { ["person"] = filter.ActorId ?? filter.Person },
        }, cancel);
        await using var csv = format is AuditFormat.Csv ? CsvWriter.Create(to, new CsvWriterOptions { HasHeader = false, Injection = CsvInjection.Escape, NewLine = "\r\n", WriteByteOrderMark = true }, true) : null;
        if (csv is not null) await csv.WriteRecordAsync(_columns, cancel);
        await foreach (var use in ReadAllAsync(bounded, actor, cancel))
        {
            if (csv is not null) await csv.WriteRecordAsync(Cells(use), cancel);
            else await to.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(use, _lines).Append((byte)'\n').ToArray(), cancel);
        }
        if (csv is not null) await csv.FlushAsync(cancel);
        await to.FlushAsync(cancel);
    }

    private async IAsyncEnumerable<KeyUseEntry> ReadAllAsync(KeyUseFilter filter, Actor actor, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        KeyUseRow? last = null;
        while (true)
        {
            // A context a batch: a slow reader holds neither a connection nor a snapshot open.
            await using var db = _database.Open();
            var wanted = KeyUseScope.Narrow(KeyUseScope.Visible(db, actor), filter, await ActorsAsync(db, filter, cancel), _time.GetUtcNow());
            if (last is { IntentAt: var at, Id: var id }) wanted = wanted.Where(u => u.IntentAt >= at && (u.IntentAt > at || u.Id > id));
            var rows = await wanted.OrderBy(u => u.IntentAt).ThenBy(u => u.Id).Take(LargestPage).ToListAsync(cancel);
            foreach (var use in await EntriesAsync(db, rows, cancel)) yield return use;
            if (rows.Count < LargestPage) yield break;
            last = rows[^1];
        }
    }

    private static string[] Cells(KeyUseEntry use) =>
    [
        CanonicalJson.Time(use.At), use.CredentialLabel, use.CredentialId.ToString(), Number(use.Version), use.ActorName, use.ActorId, use.Purpose, use.RunId?.ToString() ?? "",
        use.Method, use.PathTemplate, use.AppName ?? "", use.AppId ?? "", use.GroupName ?? "", use.GroupId ?? "", use.TokenHash, use.Scope,
        use.TokenGoodFor is { } good ? Number((long)good.TotalSeconds) : "", Number(use.Attempt), use.Status is { } status ? Number(status) : "", use.ErrorCode ?? "",
        use.Took is { } took ? Number((long)took.TotalMilliseconds) : "", use.RemainingThisHour is { } left ? Number(left) : "", string.Join(' ', use.Flags), use.Id.ToString(),
    ];

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
