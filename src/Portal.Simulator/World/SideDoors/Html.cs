using System.Net;
using System.Runtime.CompilerServices;

namespace Portal.Simulator;

/// <summary>The plain pages of the simulator. They need nothing from anywhere and follow the reader's light or dark.</summary>
internal static class Html
{
    private const string Style = """
        :root{color-scheme:light dark;--line:light-dark(#d8dadf,#3a3d44);--soft:light-dark(#5d636e,#a5abb6);--accent:light-dark(#0b5fc0,#6cb0ff);--card:light-dark(#fff,#1d1f24)}
        *{box-sizing:border-box}body{margin:0;font:14px/1.5 system-ui,sans-serif;background:light-dark(#f6f7f9,#141519);color:light-dark(#1a1c20,#e8eaee)}
        header{display:flex;gap:1.5rem;align-items:center;padding:.6rem 1.5rem;border-bottom:1px solid var(--line);background:var(--card)}header b{font-weight:600}
        header a{color:inherit;text-decoration:none}header a:hover{text-decoration:underline}main{max-width:70rem;margin:0 auto;padding:1.5rem}
        h1{font-size:22px;font-weight:600;margin:0 0 .25rem}h2{font-size:16px;font-weight:600;margin:2rem 0 .5rem}p{margin:.25rem 0 1rem;color:var(--soft);max-width:44rem}
        table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:.5rem .75rem;border-top:1px solid var(--line);vertical-align:middle}thead th{border-top:0;font-size:12px;font-weight:500;color:var(--soft)}
        .n{text-align:right}code,.mono{font:12px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:.75rem 0}
        label{display:grid;gap:.2rem;font-size:12px;color:var(--soft)}label>input,label>select{font-size:14px;color:light-dark(#1a1c20,#e8eaee)}.row>code,.row>.mono{align-self:center}input,select,button,.button{font:inherit;padding:.35rem .7rem;border:1px solid var(--line);border-radius:6px;background:var(--card);color:inherit}
        button,.button{cursor:pointer;text-decoration:none;display:inline-block}.primary{background:var(--accent);border-color:var(--accent);color:light-dark(#fff,#0c1320)}a{color:var(--accent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0}
        .bad{color:light-dark(#b3261e,#ff8a80)}.good{color:light-dark(#1c6b3c,#7fd6a2)}.scroll{overflow-x:auto}td form{display:inline}
        """;

    /// <summary>Encodes every hole that is not <see cref="Raw"/>.</summary>
    public static Raw Of(FormattableString text)
    {
        var arguments = Array.ConvertAll(text.GetArguments(), a => a switch
        {
            Raw raw => (object)raw.Text,
            IEnumerable<Raw> many => string.Concat(many.Select(r => r.Text)),
            DateTimeOffset at => at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'"),
            null => "",
            _ => WebUtility.HtmlEncode(a.ToString()!),
        });
        return new(FormattableStringFactory.Create(text.Format, arguments).ToString());
    }

    public static IResult Page(string title, string product, Raw body, int status = 200) => Results.Content(Of($"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title><link rel="icon" href="data:,"><style>{new Raw(Style)}</style></head>
        <body><header><b>{product}</b><a href="/sim">Simulator</a><a href="/apple/access/integrations/api">Apple keys</a><a href="/centercode">Centercode</a><a href="/identity">Sign-in provider</a></header>
        <main><h1>{title}</h1>{body}</main></body></html>
        """).Text, "text/html; charset=utf-8", statusCode: status);

    internal sealed record Raw(string Text);
}
