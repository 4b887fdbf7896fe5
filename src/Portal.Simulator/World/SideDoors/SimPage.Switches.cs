using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Simulator;

internal static partial class SimPage
{
    private static Html.Raw Dice(World world)
    {
        var struck = world.Faults.Struck.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => Html.Of($"<span><code>{s.Key}</code> {s.Value}</span>"));
        var now = world.Faults.Seed is { } seed ? Html.Of($"Seed {seed.Seed}, {seed.Rate:P0} of the calls.") : Html.Of($"No dice are thrown.");
        return Html.Of($$"""
            <h2>Faults by dice</h2><p>{{now}} The same seed makes the same faults for every endpoint.</p><div class="row"><label>Seed<input id="seed" type="number" value="1" size="6"></label>
            <label>Percent<input id="rate" type="number" min="0" max="100" value="20" size="4"></label>
            <button onclick="send('POST','/sim/faults/seed',{seed:+seed.value,rate:rate.value/100})">Throw dice</button><button onclick="send('DELETE','/sim/faults')">Put the dice away</button></div>
            <h2>Faults that took effect</h2><div class="row">{{struck}}<button onclick="send('DELETE','/sim/faults/struck')">Count from nought</button></div>
            """);
    }

    /// <summary>Every switch with its default, the changed ones first.</summary>
    private static Html.Raw Turned(World world)
    {
        var (values, defaults) = (Json(world.Switches), Json(new Switches()));
        var rows = values.Select(s => (s.Key, Value: s.Value?.ToJsonString() ?? "null", Default: defaults[s.Key]?.ToJsonString() ?? "null"))
            .OrderBy(s => s.Value == s.Default).Select(s => Html.Of($$"""
                <tr><th scope="row"><code>{{s.Key}}</code></th><td><input aria-label="{{s.Key}}" value="{{s.Value}}" size="24"></td><td><code>{{s.Default}}</code></td><td>{{(s.Value == s.Default ? "" : "changed")}}</td>
                <td><button onclick="send('POST','/sim/switches',{'{{s.Key}}':JSON.parse(this.closest('tr').querySelector('input').value)})">Set</button></td></tr>
                """));
        return Html.Of($"""
            <h2>Switches</h2><p>What nobody has seen for certain at Apple or Centercode. Values are JSON: a word stands in quotes.</p>
            <div class="scroll"><table><thead><tr><th>Switch</th><th>Value</th><th>Default</th><th></th><th></th></tr></thead><tbody>{rows}</tbody></table></div>
            """);
    }

    private static JsonObject Json(Switches switches) => JsonSerializer.SerializeToNode(switches, Switches.Json)!.AsObject();
}
