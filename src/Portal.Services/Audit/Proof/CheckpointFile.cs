using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Portal.Services.Audit.Proof;

/// <summary>One line of a checkpoint file.</summary>
/// <param name="At">When it was signed.</param>
/// <param name="Note">The signed note.</param>
internal sealed record CheckpointLine(DateTimeOffset At, string Note);

/// <summary>Checkpoints outside the database: one file a month, JSON lines, only ever added to, on the disk before anybody hears of it.</summary>
internal sealed class CheckpointFile(IOptions<AuditOptions> options)
{
    private const string Pattern = "checkpoints-*.jsonl";
    private readonly Lock _gate = new();

    public void Append(CheckpointLine line)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(options.Value.Checkpoints);
            var path = Path.Combine(options.Value.Checkpoints, string.Create(CultureInfo.InvariantCulture, $"checkpoints-{line.At.UtcDateTime:yyyy-MM}.jsonl"));
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, JsonSerializerOptions.Web) + "\n"));
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Every line, oldest first; null for one that cannot be read. A line cut off at a crash is at the end and has no line end.</summary>
    public IEnumerable<CheckpointLine?> Read() => Files().SelectMany(LinesOf);

    /// <summary>The newest line that can be read.</summary>
    public CheckpointLine? Last() => Files().Reverse().Select(file => LinesOf(file).LastOrDefault(line => line is not null)).FirstOrDefault(line => line is not null);

    private string[] Files() => Directory.Exists(options.Value.Checkpoints) ? [.. Directory.GetFiles(options.Value.Checkpoints, Pattern).Order(StringComparer.Ordinal)] : [];

    private List<CheckpointLine?> LinesOf(string path)
    {
        lock (_gate)
        {
            var text = File.ReadAllText(path);
            return [.. text.Split('\n').SkipLast(1).Select(Parse)];
        }
    }

    private static CheckpointLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointLine>(line, JsonSerializerOptions.Web) is { Note: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
