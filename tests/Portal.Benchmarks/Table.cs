using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Benchmarks;

/// <summary>A table of the bars on the console, in Markdown, so that the README holds what a run printed.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];
    private bool _missed;

    public void Add(params object[] cells) => _rows.Add([.. cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "")]);

    /// <summary>Says whether a bar was kept, and remembers when one was not.</summary>
    public string Verdict(bool kept)
    {
        _missed |= !kept;
        return kept ? "kept" : "MISSED";
    }

    /// <returns>The process's exit code: 1 where a bar was missed.</returns>
    public int Print()
    {
        var widths = columns.Select((name, at) => _rows.Select(row => row[at].Length).Append(name.Length).Max()).ToArray();
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select((cell, at) => cell.PadRight(widths[at])))} |";
        Console.WriteLine();
        Console.WriteLine($"{title} ({Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription})");
        Console.WriteLine();
        Console.WriteLine(Line(columns));
        Console.WriteLine(Line(widths.Select(width => new string('-', width))));
        foreach (var row in _rows) Console.WriteLine(Line(row));
        Console.WriteLine();
        return _missed ? 1 : 0;
    }

    public static string Times(double ratio) => $"{ratio.ToString("N1", CultureInfo.InvariantCulture)} ×";
    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("N1", CultureInfo.InvariantCulture)} s";
}
