using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Sends an answer with the headers Apple's gateway adds, or as broken as a fault wants it.</summary>
internal static class AppleResponse
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static async Task WriteAsync(World world, HttpContext context, AppleAnswer answer, string? fault)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["X-Apple-Jingle-Correlation-Key"] = RandomNumberGenerator.GetString(Base32, 26);
        response.Headers["x-daiquiri-instance"] = "daiquiri:simulator:1";
        response.Headers.Server = "daiquiri/3.0.0";
        if (answer.Location is { } location)
        {
            response.Headers.Location = location;
        }
        if (FaultAct.Words(fault) is { } words && (answer.Body is null) == (fault != "html"))
        {
            CountPage(world, fault);
            await SendAsync(context, words.ContentType, Encoding.UTF8.GetBytes(words.Text));
        }
        else if (answer.Text is { } text)
        {
            await SendAsync(context, "text/plain", Encoding.UTF8.GetBytes(text));
        }
        else if (answer.Body is not null)
        {
            await SendAsync(world, context, JsonSerializer.SerializeToUtf8Bytes(answer.Body), fault);
        }
    }

    private static async Task SendAsync(World world, HttpContext context, byte[] document, string? fault)
    {
        if (fault == "truncated-json")
        {
            world.Faults.Count(fault);
            document = document[..(document.Length / 2)];
        }
        if (fault != "truncated")
        {
            await (IsKnown(world, context, document) ? Task.CompletedTask : SendAsync(context, "application/json", document));
            return;
        }
        world.Faults.Count(fault);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document.AsMemory(0, document.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private static async Task SendAsync(HttpContext context, string contentType, byte[] bytes)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Tags a read; when the caller has this very document, 304 and nothing else is the answer.</summary>
    private static bool IsKnown(World world, HttpContext context, byte[] document)
    {
        if (!world.Switches.ETags || context.Request.Method != "GET" || context.Response.StatusCode != 200)
        {
            return false;
        }
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, 8))}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch != tag)
        {
            return false;
        }
        context.Response.StatusCode = 304;
        return true;
    }

    /// <summary>The statuses 502 to 504 counted themselves where the answer was replaced.</summary>
    private static void CountPage(World world, string? fault)
    {
        if (fault == "html")
        {
            world.Faults.Count(fault);
        }
    }
}
