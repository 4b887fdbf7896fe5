using Microsoft.AspNetCore.WebUtilities;

namespace Portal.Web.Layout;

/// <summary>The address of every page; markup never spells one out. Ids of Apple and row ids are escaped here.</summary>
public static class PortalUrls
{
    /// <summary><c>/</c></summary>
    public const string Home = "/";

    /// <summary><c>/apps</c></summary>
    public const string Apps = "/apps";

    /// <summary><c>/credentials</c></summary>
    public const string Credentials = "/credentials";

    /// <summary><c>/credentials/add</c></summary>
    public const string AddCredential = "/credentials/add";

    /// <summary><c>/links/new</c></summary>
    public const string NewLink = "/links/new";

    /// <summary><c>/settings</c></summary>
    public const string Settings = "/settings";

    /// <summary><c>/sessions</c>: one's own sign-ins, or everybody's.</summary>
    public static string Sessions(bool everybody = false) => With("/sessions", ("whose", everybody ? "everybody" : null));

    /// <summary><c>/links</c>, filtered by state when given.</summary>
    public static string Links(string? state = null) => With("/links", ("state", state));

    /// <summary><c>/links/{id}</c></summary>
    public static string Link(Guid id) => $"/links/{id}";

    /// <summary><c>/runs</c>, of one link or state when given.</summary>
    public static string Runs(Guid? link = null, string? state = null) => With("/runs", ("link", link?.ToString()), ("state", state));

    /// <summary><c>/runs/{id}</c>, narrowed to an outcome or a search when given.</summary>
    public static string Run(Guid id, string? outcome = null, string? q = null) => With($"/runs/{id}", ("outcome", outcome), ("q", q));

    /// <summary><c>/runs/{id}</c>, narrowed to an action of the plan or an outcome.</summary>
    public static string RunPeople(Guid id, string? action = null, string? outcome = null) => With($"/runs/{id}", ("action", action), ("outcome", outcome));

    /// <summary><c>/runs/{id}/people.csv</c>, narrowed like the page.</summary>
    public static string RunPeopleCsv(Guid id, string? action = null, string? outcome = null) => With($"/runs/{id}/people.csv", ("action", action), ("outcome", outcome));

    /// <summary><c>/runs/{id}/plan.html</c>, one file that needs nothing else.</summary>
    public static string RunPlanHtml(Guid id) => $"/runs/{id}/plan.html";

    /// <summary><c>/alerts</c>, those that are over too.</summary>
    public static string Alerts(bool all = false) => With("/alerts", ("state", all ? "all" : null));

    /// <summary><c>/alerts/{id}</c>, beside the list.</summary>
    public static string Alert(Guid id, bool all = false) => With($"/alerts/{id}", ("state", all ? "all" : null));

    /// <summary><c>/approvals</c>, decided ones too, of one link when given.</summary>
    public static string Approvals(bool all = false, Guid? link = null) => With("/approvals", ("state", all ? "all" : null), ("link", link?.ToString()));

    /// <summary><c>/break-glass</c></summary>
    public const string BreakGlass = "/break-glass";

    /// <summary><c>/approvals/{id}</c></summary>
    public static string Approval(Guid id) => $"/approvals/{id}";

    /// <summary><c>/runs/{id}</c> with a side panel open: <c>undo</c>.</summary>
    public static string RunPanel(Guid id, string panel) => With($"/runs/{id}", ("panel", panel));

    /// <summary><c>/links/{id}</c> with a side panel open: <c>policy</c>, <c>releases</c>, <c>others</c> or <c>upload</c>.</summary>
    public static string LinkPanel(Guid id, string panel) => With($"/links/{id}", ("panel", panel));

    /// <summary><c>/links/{id}/unmanaged</c>: testers nobody manages, narrowed, with a side panel open: <c>adopt</c> or <c>leave</c>.</summary>
    public static string Unmanaged(Guid id, string? team = null, string? show = null, string? panel = null) => With($"/links/{id}/unmanaged", ("team", team), ("show", show), ("panel", panel));

    /// <summary><c>/links/new</c> at a step.</summary>
    public static string NewLinkStep(string step) => With(NewLink, ("step", step));

    /// <summary><c>/people</c>, with what was asked for.</summary>
    public static string People(string? q = null) => With("/people", ("q", q));

    /// <summary><c>/apps/{id}</c>; Apple's id.</summary>
    public static string App(string id) => $"/apps/{Uri.EscapeDataString(id)}";

    /// <summary><c>/groups/{id}</c>; Apple's id.</summary>
    public static string Group(string id) => $"/groups/{Uri.EscapeDataString(id)}";

    /// <summary><c>/builds/{id}</c> with a side panel open: <c>assign</c> or <c>unassign</c>.</summary>
    public static string BuildPanel(string id, string panel) => With(Build(id), ("panel", panel));

    /// <summary><c>/groups/{id}</c> with a side panel open: <c>assign</c>, <c>unassign</c> or <c>rule</c>.</summary>
    public static string GroupPanel(string id, string panel) => With(Group(id), ("panel", panel));

    /// <summary><c>/builds/{id}</c>; Apple's id.</summary>
    public static string Build(string id) => $"/builds/{Uri.EscapeDataString(id)}";

    /// <summary><c>/credentials/{id}</c></summary>
    public static string Credential(Guid id) => $"/credentials/{id}";

    /// <summary><c>/deposit/{token}</c></summary>
    public static string Deposit(string token) => $"/deposit/{Uri.EscapeDataString(token)}";

    /// <summary><c>/key-uses</c>, of one credential, run or person when given.</summary>
    public static string KeyUses(Guid? credential = null, Guid? run = null, string? actor = null, string? flag = null) =>
        With("/key-uses", ("credential", credential?.ToString()), ("run", run?.ToString()), ("actor", actor), ("flag", flag));

    /// <summary>A person's page with a panel: <c>remove</c>, <c>keep-out</c> or <c>extend</c>.</summary>
    public static string PersonPanel(Guid link, string id, string panel) => With(Person(link, id), ("panel", panel));

    /// <summary><c>/people/{link}/{id}</c>; the id is opaque, for an e-mail address does not belong into an address.</summary>
    public static string Person(Guid link, string id) => $"/people/{link}/{Uri.EscapeDataString(id)}";

    /// <summary><c>/links/{id}/invitations</c>: send invitations again, or one sending of them.</summary>
    public static string Invitations(Guid link, Guid? round = null) => With($"/links/{link}/invitations", ("round", round?.ToString()));

    /// <summary>A person's page with a run of theirs, step by step.</summary>
    public static string PersonRun(Guid link, string id, Guid run) => With(Person(link, id), ("run", run.ToString()));

    /// <summary><c>/audit</c>, of one target (<c>kind:id</c>), run, actor, code, link or credential when given, with one event open.</summary>
    public static string Audit(string? target = null, Guid? run = null, string? actor = null, string? code = null, Guid? link = null, Guid? credential = null, Guid? openEvent = null) =>
        With("/audit", ("target", target), ("run", run?.ToString()), ("actor", actor), ("code", code), ("link", link?.ToString()), ("credential", credential?.ToString()), ("event", openEvent?.ToString()));

    /// <summary><c>/sign-in</c>, coming back to <paramref name="returnUrl"/>.</summary>
    public static string SignIn(string? returnUrl = null) => With("/sign-in", ("returnUrl", returnUrl));

    private static string With(string path, params ReadOnlySpan<(string Key, string? Value)> query)
    {
        foreach (var (key, value) in query)
        {
            path = string.IsNullOrEmpty(value) ? path : QueryHelpers.AddQueryString(path, key, value);
        }

        return path;
    }
}
