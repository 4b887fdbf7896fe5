using System.Net;
using System.Text;

namespace Portal.Simulator.Identity;

/// <summary>The provider's three small pages: choose who you are, type a device code, who is there.</summary>
internal static class IdentityPages
{
    private const string Style = """
        :root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}
        h1{font-size:20px;margin:0 0 .25rem}p{margin:.25rem 0 1rem;opacity:.8}ul{list-style:none;padding:0;margin:0;border:1px solid #8884;border-radius:8px;overflow:hidden}
        li+li{border-top:1px solid #8884}li>a,li>div{display:flex;gap:1rem;justify-content:space-between;padding:.6rem .9rem;color:inherit;text-decoration:none}
        li>a:hover,li>a:focus-visible{background:#8882}code{font-size:12px;opacity:.75;text-align:right}input{font:inherit;padding:.4rem}button{font:inherit;padding:.4rem .8rem}
        """;

    public static Task WriteChoiceAsync(HttpContext http, string title, Func<string, string> linkOf)
    {
        var rows = new StringBuilder();
        foreach (var user in DirectoryOf(http).All)
        {
            rows.Append("<li><a data-user=\"").Append(user.Name).Append("\" href=\"").Append(WebUtility.HtmlEncode(linkOf(user.Name))).Append("\"><span><b>")
                .Append(user.Name).Append("</b><br>").Append(user.DisplayName).Append("</span><code>").Append(GroupsOf(user)).Append("</code></a></li>");
        }

        return WriteAsync(http, title, $"<p>A demo provider: nobody here has a password. Choose who you are.</p><ul>{rows}</ul>");
    }

    public static Task WriteUsersAsync(HttpContext http)
    {
        var directory = DirectoryOf(http);
        var rows = string.Concat(IdentityUsers.All.Select(user => directory.Find(user.Name) is { } there
            ? $"<li><div><span><b>{user.Name}</b><br>{Button(user.Name, "groups", "Take groups away")} {Button(user.Name, "end", $"End {directory.SessionsOf(user.Name).Count} sessions")} {Button(user.Name, "remove", "Remove")}</span><code>{GroupsOf(there)}</code></div></li>"
            : $"<li><div><span><b>{user.Name}</b><br>removed</span>{Button(user.Name, "restore", "Bring back")}</div></li>"));
        return WriteAsync(http, "Demo sign-in provider", $"<p>Everyone it knows, and their groups. What you change here the portal learns within a minute; ended sessions it is told of at once.</p><ul>{rows}</ul>");
    }

    private static string Button(string user, string act, string words) =>
        $"<form method=\"post\" style=\"display:inline\"><input type=\"hidden\" name=\"user\" value=\"{user}\"><button name=\"act\" value=\"{act}\">{words}</button></form>";

    private static IdentityDirectory DirectoryOf(HttpContext http) => http.RequestServices.GetRequiredService<IdentityDirectory>();

    public static Task WriteCodeAsync(HttpContext http, string? complaint) => WriteAsync(http, "Sign the command line in",
        $"<p>{WebUtility.HtmlEncode(complaint ?? "Type the code the command line shows.")}</p><form><input name=\"user_code\" aria-label=\"Code\" autofocus> <button>Continue</button></form>");

    private static string GroupsOf(IdentityUser user) => user switch
    {
        { GroupsOverflow: true } => "groups claim overflows",
        { Groups.Count: 0 } => "no groups",
        _ => string.Join("<br>", user.Groups),
    };

    private static Task WriteAsync(HttpContext http, string title, string body)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        var encoded = WebUtility.HtmlEncode(title);
        return http.Response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"><title>{encoded}</title><style>{Style}</style><h1>{encoded}</h1>{body}</html>");
    }
}
