namespace Portal.Benchmarks;

/// <summary>What teams have without the portal, kept honest: no waiting of their own, one connection kept open, one token.</summary>
internal static class Baselines
{
    /// <summary>(a) One POST after the other, each for one person; Apple takes a new person and one it knows alike.</summary>
    public static async Task OnePostAtATimeAsync(AppleCaller apple, string groupId, IReadOnlyList<string> emails)
    {
        foreach (var email in emails) await apple.CreateTesterAsync(groupId, email);
    }

    /// <summary>(b) An import as teams use it: for each person, look them up, make them where they are not there, put them into the group.</summary>
    public static async Task ThreeCallsAPersonAsync(AppleCaller apple, string appId, string anyGroupId, string groupId, IReadOnlyList<string> emails)
    {
        foreach (var email in emails)
        {
            string id;
            using (var found = await apple.GetAsync($"/v1/betaTesters?filter[apps]={appId}&filter[email]={Uri.EscapeDataString(email)}&limit=1"))
            {
                var rows = found.RootElement.GetProperty("data");
                id = rows.GetArrayLength() > 0 ? rows[0].GetProperty("id").GetString()! : await apple.CreateTesterAsync(anyGroupId, email);
            }
            await apple.PostAsync($"/v1/betaGroups/{groupId}/relationships/betaTesters", new[] { new { type = "betaTesters", id } });
        }
    }
}
