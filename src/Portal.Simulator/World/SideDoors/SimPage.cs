namespace Portal.Simulator;

/// <summary>The simulator's own page: what there is, what will go wrong, what came in, what went out.</summary>
internal static partial class SimPage
{
    private const int Shown = 50;

    private static readonly Html.Raw Script = new("""
        <script>const send=async(method,url,body)=>{await fetch(url,{method,headers:{'content-type':'application/json'},body:body&&JSON.stringify(body)});location.reload()}</script>
        """);

    public static IResult Show(World world)
    {
        Html.Raw apps, teams;
        lock (world.Gate)
        {
            apps = Join(world.Apps.Values.Select(a => Html.Of(
                $"<tr><th scope=\"row\">{a.Name}</th><td><code>{a.Id}</code></td><td>{Join(a.Groups.Values.Select(g => Html.Of($"<div>{g.Name} ({g.Testers.Count}) <code>{g.Id}</code></div>")))}</td><td class=\"n\">{a.Builds.Count}</td><td class=\"n\">{a.Testers.Count}</td></tr>")));
            teams = Join(world.Community.Teams.Values.Select(t => Html.Of($"<tr><th scope=\"row\">{t.Name}</th><td><code>{t.Key}</code></td><td class=\"n\">{t.Members.Count}</td></tr>")));
        }
        return Html.Page("Simulator", "Simulator", Html.Of($"""
            {Script}{Clock(world)}{Faulty(world)}{Dice(world)}{Calls(world)}{Mails(world)}{Turned(world)}
            <h2>Apps ({world.Apps.Count}), groups ({world.Groups.Count}), builds ({world.Builds.Count}), testers ({world.Testers.Count})</h2>
            <div class="scroll"><table><thead><tr><th>App</th><th>Id</th><th>Groups</th><th class="n">Builds</th><th class="n">Testers</th></tr></thead><tbody>{apps}</tbody></table></div>
            <h2>Centercode teams</h2><table><thead><tr><th>Team</th><th>Key</th><th class="n">Members</th></tr></thead><tbody>{teams}</tbody></table>
            """));
    }

    private static Html.Raw Clock(World world) => Html.Of($$"""
        <p>Everything here is made up. As JSON: <a href="/sim/state">state</a>, <a href="/sim/clock">clock</a>, <a href="/sim/faults">faults</a>, <a href="/sim/switches">switches</a>,
        <a href="/sim/ledger">ledger</a> and its <a href="/sim/ledger/sums">sums</a>, <a href="/sim/outbox">outbox</a>, <a href="/sim/releases">releases</a>.</p>
        <h2>Clock</h2><div class="row"><span class="mono">{{world.Now}}</span>
        <button onclick="send('POST','/sim/clock',{advanceSeconds:3600})">Advance 1 hour</button><button onclick="send('POST','/sim/clock',{advanceSeconds:86400})">Advance 1 day</button>
        <button onclick="if(confirm('Forget everything but the keys and begin with the first day?'))send('POST','/sim/reset',{})">Reset the world</button></div>
        """);

    private static Html.Raw Faulty(World world)
    {
        var kinds = Faults.Kinds.Select(k => Html.Of($"<option>{k}</option>"));
        var waiting = world.Faults.Waiting.Select(f => Html.Of($"<li>{f.Kind} for {f.Method ?? "any method"} {f.PathContains ?? "/v1"}, {f.Times} times, after {f.After}</li>"));
        var held = world.Faults.Held.Select(h => Html.Of($"<li>Held {(h.Committed ? "after" : "before")} commit: {h.Method} {h.Path}</li>"));
        return Html.Of($$"""
            <h2>Faults</h2><ul>{{waiting}}{{held}}</ul><div class="row"><label>Kind<select id="kind">{{kinds}}</select></label><label>Method<input id="method" size="8"></label>
            <label>Path contains<input id="path" size="20"></label><label>Times<input id="times" type="number" min="1" value="1" size="4"></label>
            <button onclick="send('POST','/sim/faults',{kind:kind.value,method:method.value||null,pathContains:path.value||null,times:+times.value})">Add fault</button>
            <button onclick="send('POST','/sim/faults/release')">Release held requests</button><button onclick="send('DELETE','/sim/faults')">Clear faults</button></div>
            """);
    }

    private static Html.Raw Calls(World world)
    {
        var all = world.Ledger.Entries;
        var rows = all.TakeLast(Shown).Reverse().Select(e => Html.Of(
            $"<tr><td class=\"n\">{e.N}</td><td>{e.At}</td><td><code>{e.KeyId}</code></td><td>{e.Method}</td><td><code>{e.Path}{e.Query}</code></td><td class=\"n\">{e.Status}</td><td class=\"n\">{e.Items}</td><td>{e.Fault}</td></tr>"));
        var sums = world.Ledger.Sums().Select(s => Html.Of($"<tr><td>{s.Method}</td><td><code>{s.PathTemplate}</code></td><td class=\"n\">{s.Status}</td><td class=\"n\">{s.Calls}</td><td class=\"n\">{s.Items}</td></tr>"));
        return Html.Of($"""
            <h2>Calls to Apple ({all.Count}, newest {Shown} shown)</h2><div class="row"><button onclick="send('DELETE','/sim/ledger')">Clear ledger</button></div>
            <details><summary>By endpoint and answer</summary><div class="scroll"><table><thead><tr><th>Method</th><th>Endpoint</th><th class="n">Status</th><th class="n">Calls</th><th class="n">Items</th></tr></thead><tbody>{sums}</tbody></table></div></details>
            <div class="scroll"><table><thead><tr><th class="n">#</th><th>At</th><th>Key</th><th>Method</th><th>Path</th><th class="n">Status</th><th class="n">Items</th><th>Fault</th></tr></thead><tbody>{rows}</tbody></table></div>
            """);
    }

    private static Html.Raw Mails(World world)
    {
        var all = world.Outbox;
        var rows = all.TakeLast(Shown).Reverse().Select(m => Html.Of($"<tr><td>{m.At}</td><td>{m.To}</td><td>{m.Subject}</td><td>{m.Kind}</td></tr>"));
        var twice = all.Where(m => m.Kind == "invitation").GroupBy(m => (m.AppId, m.To.ToLowerInvariant())).Count(g => g.Count() > 1);
        var kinds = all.GroupBy(m => m.Kind).Select(g => Html.Of($"<span>{g.Key}: {g.Count()}</span>"));
        return Html.Of($"""
            <h2>Mails Apple sent ({all.Count}, newest {Shown} shown)</h2><div class="row">{kinds}<span>Invited twice to one app: {twice}</span></div><div class="row"><button onclick="send('DELETE','/sim/outbox')">Clear outbox</button></div>
            <div class="scroll"><table><thead><tr><th>At</th><th>To</th><th>Subject</th><th>Kind</th></tr></thead><tbody>{rows}</tbody></table></div>
            """);
    }

    private static Html.Raw Join(IEnumerable<Html.Raw> parts) => new(string.Concat(parts.Select(p => p.Text)));
}
