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
        var keyId = token is null ? null : TokenCheck.KeyId(token);
        var template = AppleApi.Template(path);
        var atOnce = world.Faults.Enter(keyId);
        AppleAnswer answer;
        string? fault;
        try
        {
            fault = world.Faults.Strike(request.Method, path, template, keyId) ?? (IsCrowd(atOnce) ? "500-parallel" : null);
            var number = world.Ledger.Open(new(0, world.Now, keyId, token is null ? null : TokenCheck.Hash(token), request.Method, path, template, request.QueryString.Value ?? "", 0, 0)
            {
                Fault = fault, AtOnce = atOnce,
            });
            answer = await AnswerAsync(context, token, path, template, fault);
            world.Ledger.Close(number, answer.Status, answer.Items);
        }
        finally
        {
            // Before the first byte of the answer, as its reader may send the next request at once.
            world.Faults.Leave(keyId);
        }
        await AppleResponse.WriteAsync(world, context, answer, fault);
    }

    private bool IsCrowd(int atOnce) => world.Switches.ParallelCallsBefore500 is var most and > 0 && atOnce > most;

    private async Task<AppleAnswer> AnswerAsync(HttpContext context, string? token, string path, string template, string? fault)
    {
        var body = await BodyAsync(context);
        if (world.Switches.LatencyMilliseconds is var latency and > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(latency), world.Time, context.RequestAborted);
        }
        await FaultAct.BeforeCommitAsync(world, context, fault);
        var answer = FaultAct.Instead(world, fault);
        if (answer is null)
        {
            answer = Answer(context, token, path, template, body);
        }
        else if (answer.Status is 403 or 429 or 500)
        {
            TellBudget(context, token, template, answer.Status);
        }
        await FaultAct.AfterCommitAsync(world, context, fault);
        return FaultAct.Distort(world, fault, FaultAct.Spoil(world, fault) ?? answer);
    }

    /// <summary>These come from behind Apple's gateway, which has told of the budget by then.</summary>
    private void TellBudget(HttpContext context, string? token, string template, int status)
    {
        lock (world.Gate)
        {
            if (token is not null && TokenCheck.KeyId(token) is { } keyId && world.Keys.Find(keyId) is { } key)
            {
                RateLimit.Tell(world, key, context.Request.Method, template, context.Response);
            }
            if (status == 429)
            {
                RateLimit.AskToWait(world.Switches, context.Response);
            }
        }
    }

    private AppleAnswer Answer(HttpContext context, string? token, string path, string template, RequestText body)
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
                world.Agenda.CatchUp();
                var key = TokenCheck.Verify(world, token, request.Method, path, query);
                RateLimit.Count(world, key, request.Method, template, context.Response);
                if (world.IsAgreementMissing)
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
