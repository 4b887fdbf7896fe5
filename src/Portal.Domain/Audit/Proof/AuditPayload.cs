using System.Text.Json;

namespace Portal.Domain.Audit.Proof;

/// <summary>What of an event's hashed bytes stands in columns of its row, too.</summary>
public sealed record AuditPayload
{
    /// <summary>The event.</summary>
    public Guid Id { get; init; }
    /// <summary>As <see cref="CanonicalJson.Time"/> writes it.</summary>
    public string At { get; init; } = "";
    /// <summary>Its code.</summary>
    public string Code { get; init; } = "";
    /// <summary>Person, job and so on.</summary>
    public string ActorKind { get; init; } = "";
    /// <summary>Through what.</summary>
    public string Via { get; init; } = "";
    /// <summary>What was acted on.</summary>
    public string TargetKind { get; init; } = "";
    /// <summary>Which one.</summary>
    public string? TargetId { get; init; }
    /// <summary>The link.</summary>
    public Guid? Link { get; init; }
    /// <summary>The run.</summary>
    public Guid? Run { get; init; }
    /// <summary>The credential.</summary>
    public Guid? Credential { get; init; }
    /// <summary>Commitment to the erasable text, lower-case hex.</summary>
    public string Text { get; init; } = "";

    /// <summary>Reads the bytes.</summary>
    /// <returns>Null when they are not an event's.</returns>
    public static AuditPayload? TryParse(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            var read = new AuditPayload();
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                read = name switch
                {
                    "id" => read with { Id = reader.GetGuid() },
                    "at" => read with { At = reader.GetString() ?? "" },
                    "code" => read with { Code = reader.GetString() ?? "" },
                    "link" => read with { Link = OptionalId(ref reader) },
                    "run" => read with { Run = OptionalId(ref reader) },
                    "credential" => read with { Credential = OptionalId(ref reader) },
                    "text" => read with { Text = reader.GetString() ?? "" },
                    "actor" => Members(ref reader, "kind", "via") is var (kind, via) ? read with { ActorKind = kind ?? "", Via = via ?? "" } : read,
                    "target" => Members(ref reader, "kind", "id") is var (what, id) ? read with { TargetKind = what ?? "", TargetId = id } : read,
                    _ => Skip(ref reader, read),
                };
            }
            return read.Id == default ? null : read;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static Guid? OptionalId(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Null ? null : reader.GetGuid();

    private static (string?, string?) Members(ref Utf8JsonReader reader, string first, string second)
    {
        (string? First, string? Second) read = default;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == first) read.First = reader.GetString();
            else if (name == second) read.Second = reader.GetString();
            else reader.Skip();
        }
        return read;
    }

    private static AuditPayload Skip(ref Utf8JsonReader reader, AuditPayload read)
    {
        reader.Skip();
        return read;
    }
}
