using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Domain;
using Spectre.Console;

namespace Portal.Cli;

/// <summary>Results as a table for people or as JSON for programs; problems as a sentence with its code.</summary>
internal sealed class Output(Surroundings around, bool json)
{
    /// <summary>As the portal writes it: camel case, enums in words.</summary>
    public static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions _indented = new(Web) { WriteIndented = true };

    public bool Json => json;

    public void WriteJson<T>(T value, bool oneLine = false) => around.Out.WriteLine(JsonSerializer.Serialize(value, oneLine ? Web : _indented));

    /// <summary>A line for people; nothing with --json.</summary>
    public void Say(string line)
    {
        if (!json) around.Out.WriteLine(line);
    }

    /// <summary>A line that is no result, such as a prompt.</summary>
    public void Note(string line) => around.Error.WriteLine(line);

    public void Complain(Problem problem)
    {
        if (json) around.Error.WriteLine(JsonSerializer.Serialize(new { code = problem.Code, sentence = problem.Sentence, turn = problem.Turn }, Web));
        else around.Error.WriteLine(problem.ToString());
    }

    /// <summary>A table, or with --json <paramref name="value"/> as it is.</summary>
    public void WriteTable<T>(T value, string empty, string[] columns, IEnumerable<string?[]> rows)
    {
        if (json)
        {
            WriteJson(value);
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        foreach (var row in rows) table.AddRow(row.Select(cell => Markup.Escape(OneLine(cell))).ToArray());
        if (table.Rows.Count == 0)
        {
            around.Out.WriteLine(empty);
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(around.Out), Interactive = InteractionSupport.No });
        // A table that wraps cannot be searched or cut by other tools.
        console.Profile.Width = 400;
        console.Write(table);
    }

    /// <summary>Control characters of a stranger's name must not reach the terminal.</summary>
    private static string OneLine(string? text) => string.Concat((text ?? "").Select(letter => char.IsControl(letter) ? ' ' : letter));
}
