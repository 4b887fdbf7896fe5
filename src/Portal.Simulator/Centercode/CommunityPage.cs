namespace Portal.Simulator.Centercode;

/// <summary>What a community manager would copy from Centercode: addresses, keys of projects and release types, the API key.</summary>
internal static class CommunityPage
{
    public static IResult Show(World world, HttpRequest request)
    {
        var origin = $"{request.Scheme}://{request.Host}/centercode";
        Html.Raw[] projects, packages;
        int releases;
        lock (world.Gate)
        {
            var community = world.Community;
            projects = [.. community.Projects.Values.SelectMany(p => p.ReleaseTypes.Select(r => Html.Of(
                $"<tr><td>{p.Name}</td><td><code>{p.Key}</code></td><td>{r.Name}</td><td><code>{r.Key}</code></td><td>{community.Teams[r.TeamKey].Name}</td><td class=\"n\">{community.Teams[r.TeamKey].Members.Count}</td></tr>")))];
            packages = [.. community.Packages.Values.Select(p => Html.Of(
                $"<tr><td>{(p.TeamKey is null ? "All teams" : community.Teams[p.TeamKey].Name)}</td><td><code>{origin}/api/data/{p.Name}?format=json</code></td><td>{string.Join(", ", p.Columns)}</td></tr>"))];
            releases = community.Releases.Count;
        }
        return Html.Page("Community", "Centercode (simulated)", Html.Of($"""
            <p>The community's address is <code data-testid="community-address">{origin}</code>. Data packages also come as CSV: <code>format=csv</code>. Releases made so far: {releases}.</p>
            <details class="card"><summary>Show the demo API key</summary><p>Made when the simulator started. It goes in the Authorization header as it is.</p><code data-testid="api-key">{world.CentercodeApiKey}</code></details>
            <h2>Projects and release types</h2><div class="scroll"><table><thead><tr><th>Project</th><th>Key</th><th>Release type</th><th>Key</th><th>Team</th><th class="n">Members</th></tr></thead><tbody>{projects}</tbody></table></div>
            <h2>Data packages</h2><div class="scroll"><table><thead><tr><th>Who</th><th>Address</th><th>Columns</th></tr></thead><tbody>{packages}</tbody></table></div>
            """));
    }
}
