using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>What every request to /v1 passes: ledger, faults, token, budget, then the API itself.</summary>
internal sealed class ApplePipeline(World world)
{
    private readonly AppleApi api = new(world);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        var token = TokenCheck.Bearer(request.Headers.Authorization);
        var entry = new LedgerEntry(0, world.Now, token is null ? null : TokenCheck.KeyId(token), token is null ? null : TokenCheck.Hash(token),
            request.Method, path, AppleApi.Template(path), request.QueryString.Value ?? "", 0, 0);
        var number = world.Ledger.Open(entry);
        var fault = world.Faults.Strike(request.Method, path);
        var body = await BodyAsync(context);
        await FaultAct.BeforeCommitAsync(world, context, fault);
        var answer = FaultAct.Instead(fault) ?? Answer(context, token, path, body);
        await FaultAct.AfterCommitAsync(world, context, fault);
        answer = FaultAct.Distort(fault, FaultAct.Spoil(fault) ?? answer);
        world.Ledger.Close(number, answer.Status, answer.Items);
        await WriteAsync(context, answer, fault);
    }

    private AppleAnswer Answer(HttpContext context, string? token, string path, RequestText body)
    {
        var request = context.Request;
        var query = Query.Split(request.QueryString.Value ?? "");
        if (request.Headers.Accept.ToString() is { Length: > 0 } accepted && !accepted.Contains("json", StringComparison.OrdinalIgnoreCase) && !accepted.Contains('*'))
        {
            return new(406, Text: "Not Acceptable");
        }
        try
        {
            lock (world.Gate)
            {
                var key = TokenCheck.Verify(world, token, request.Method, path, query);
                RateLimit.Count(world, key, request.Method, AppleApi.Template(path), context.Response);
                if (world.Switches.AgreementMissing)
                {
                    throw new AppleException(AppleError.AgreementMissing);
                }
                if (world.Switches.MembershipLapsed)
                {
                    throw new AppleException(AppleError.MembershipLapsed);
                }
                return api.Answer(new(key, request.Method, path, query, body.Parse(), world.Switches.Origin is { Length: > 0 } origin ? origin : $"{request.Scheme}://{request.Host}"));
            }
        }
        catch (AppleException refusal)
        {
            return refusal.Answer;
        }
    }

    private static async Task<RequestText> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return new(await reader.ReadToEndAsync(context.RequestAborted), context.Request.ContentType);
    }

    private static async Task WriteAsync(HttpContext context, AppleAnswer answer, string? fault)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["X-Apple-Jingle-Correlation-Key"] = context.TraceIdentifier.Replace(":", "");
        response.Headers.Server = "daiquiri/3.0.0";
        if (answer.Location is { } location)
        {
            response.Headers.Location = location;
        }
        if (answer.Text is { } text)
        {
            response.ContentType = "text/plain";
            await response.WriteAsync(text, context.RequestAborted);
        }
        if (answer.Body is null)
        {
            return;
        }
        var bytes = fault == "html" ? "<html><body>Please sign in to the network.</body></html>"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(answer.Body);
        response.ContentType = fault == "html" ? "text/html" : "application/json";
        response.ContentLength = bytes.Length;
        if (fault == "truncated")
        {
            await response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private sealed record RequestText(string Text, string? ContentType)
    {
        public JsonObject? Parse()
        {
            if (Text.Length == 0)
            {
                return null;
            }
            if (ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            {
                throw new AppleException(AppleError.NotJson);
            }
            try
            {
                return JsonNode.Parse(Text) as JsonObject ?? throw new AppleException(AppleError.BadJson);
            }
            catch (JsonException)
            {
                throw new AppleException(AppleError.BadJson);
            }
        }
    }
}
