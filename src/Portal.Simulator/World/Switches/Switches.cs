using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portal.Simulator;

/// <summary>
/// Behaviour nobody has seen for certain at Apple or Centercode, so a test chooses it. Read and set over <c>/sim/switches</c>. The
/// defaults are what has been seen most often; where nobody has seen anything, what costs a caller least.
/// </summary>
public sealed partial record Switches
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>These switches with the ones named in <paramref name="changes"/> replaced. An unknown name throws <see cref="JsonException"/>.</summary>
    internal Switches With(JsonObject changes)
    {
        var merged = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        foreach (var (name, value) in changes)
        {
            merged[name] = value?.DeepClone();
        }
        return merged.Deserialize<Switches>(Json)!;
    }
}
