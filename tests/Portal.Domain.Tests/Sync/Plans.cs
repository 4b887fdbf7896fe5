using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Sync;

/// <summary>
/// Plans written as text, so that a case reads as one line.
/// Team: <c>1=ana@x.org 2=</c> (member id = Apple e-mail). Group: <c>ana@x.org bo@x.org/NOT_INVITED ?9</c> (address/state, ?id: anonymous).
/// Ledger: <c>ana@x.org/Sync/1</c> (address/origin/member id or "-"), with <c>/unseen</c>, <c>/removed</c> or <c>/ended</c> behind it.
/// Plan: <c>Add ana@x.org joined-team</c>, with <c>after bo@x.org</c> and <c>invite</c> behind it, cut by <c>; </c>.
/// </summary>
internal static class Plans
{
    public static readonly DateTimeOffset Then = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    public static readonly Problem CutShort = new("cut-short", "It ended in the middle.");

    public static PlanInputs Inputs(string team = "", string group = "", string ledger = "", string suppressed = "", SyncPolicy? policy = null, int? places = null, bool build = true) => new(
        new TeamSnapshot([.. Words(team).Select(MemberOf)], Then, null),
        new GroupSnapshot("group-1", [.. Words(group).Select(TesterOf)], Then, null),
        Words(ledger).Select(EntryOf).ToDictionary(entry => entry.PersonKey),
        Words(suppressed).ToHashSet(),
        policy ?? new SyncPolicy(), KeyVersion: 1, places, build);

    public static string Told(SyncPlan plan) => string.Join("; ", plan.Items.Select(Told));

    public static string Told(PlanItem item) => $"{item.Action} {item.PersonKey} {item.Reason.Code}{(item.After is null ? "" : $" after {item.After}")}{(item.NeedsInvitation ? " invite" : "")}";

    public static Member MemberOf(string word, int index)
    {
        var parts = word.Split('=', 2);
        return new Member(index + 1, parts[0], parts[1].Length == 0 ? null : parts[1]);
    }

    public static BetaTester TesterOf(string word)
    {
        if (word.StartsWith('?')) return new BetaTester(word[1..], null, null, null, "PUBLIC_LINK", "INSTALLED");
        var parts = word.Split('/');
        return new BetaTester($"t-{parts[0]}", parts[0], null, null, "EMAIL", parts.ElementAtOrDefault(1) ?? "ACCEPTED");
    }

    public static LedgerEntry EntryOf(string word)
    {
        var parts = word.Split('/');
        return new LedgerEntry(parts[0], parts[2] == "-" ? null : parts[2], Enum.Parse<MembershipOrigin>(parts[1]), !parts.Contains("unseen"), parts.Contains("removed"), parts.Contains("ended"));
    }

    public static Dictionary<string, PersonRest> Resting(string keys) => Words(keys).ToDictionary(key => key, _ => new PersonRest(Then.AddHours(1), "Apple said no."));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
