using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>What a fault does to a request, by the moment it strikes.</summary>
internal static class FaultAct
{
    /// <summary>Holds or breaks the request while nothing has been done yet.</summary>
    public static async Task BeforeCommitAsync(World world, HttpContext context, string? fault)
    {
        if (fault is "hold" or "timeout")
        {
            await HoldAsync(world, context, committed: false);
        }
        if (fault == "reset")
        {
            Abort(context);
        }
    }

    /// <summary>The answer given in place of doing anything.</summary>
    public static AppleAnswer? Instead(string? fault) => fault switch
    {
        "401" => new AppleException(AppleError.NotAuthorized).Answer,
        "403-agreement" => new AppleException(AppleError.AgreementMissing).Answer,
        "429" => new AppleException(AppleError.RateLimit).Answer,
        "500" => new AppleException(AppleError.Unexpected).Answer,
        "503" => new(503),
        _ => null,
    };

    /// <summary>Holds or breaks the request when its work is done and the answer is not sent.</summary>
    public static async Task AfterCommitAsync(World world, HttpContext context, string? fault)
    {
        if (fault is "hold-after-commit" or "timeout-after-commit")
        {
            await HoldAsync(world, context, committed: true);
        }
        if (fault == "reset-after-commit")
        {
            Abort(context);
        }
    }

    /// <summary>The answer given in place of the true one.</summary>
    public static AppleAnswer? Spoil(string? fault) => fault == "500-after-commit" ? new AppleException(AppleError.Unexpected).Answer : null;

    /// <summary>A list that leads astray, leaves a row out or repeats one, or speaks of things a client has never heard of.</summary>
    public static AppleAnswer Distort(string? fault, AppleAnswer answer)
    {
        if (answer.Body is not { } body || body["data"] is not { } data)
        {
            return answer;
        }
        var rows = data as JsonArray;
        switch (fault)
        {
            case "next-foreign": body["links"]!["next"] = "https://foreign.example/v1/apps?cursor=AA"; break;
            case "next-loop": body["links"]!["next"] = body["links"]!["self"]!.GetValue<string>(); break;
            case "short-page": rows?.RemoveAt(rows.Count - 1); break;
            case "repeated-row": rows?.Add(rows[0]!.DeepClone()); break;
            case "words-of-later": SpeakOfLater(body); break;
        }
        return answer;
    }

    private static void SpeakOfLater(JsonObject body)
    {
        string[] words = ["state", "inviteType", "processingState", "internalBuildState", "externalBuildState", "betaReviewState", "platform"];
        var resources = (body["data"] as JsonArray ?? [body["data"]!.DeepClone()]).Concat(body["included"] as JsonArray ?? []).OfType<JsonObject>();
        foreach (var resource in resources)
        {
            resource["kindOfLater"] = new JsonObject { ["deep"] = new JsonArray(1, null, "x") };
            if (resource["attributes"] is not JsonObject attributes)
            {
                continue;
            }
            foreach (var word in words.Where(attributes.ContainsKey))
            {
                attributes[word] = "WORD_OF_LATER";
            }
            attributes["attributeOfLater"] = 7;
            attributes.Remove("createdDate");
            attributes.Remove("firstName");
        }
    }

    private static Task HoldAsync(World world, HttpContext context, bool committed) =>
        world.Faults.HoldAsync(new(context.Request.Method, context.Request.Path, committed), context.RequestAborted);

    private static void Abort(HttpContext context)
    {
        context.Abort();
        context.RequestAborted.ThrowIfCancellationRequested();
        throw new OperationCanceledException("The connection was reset by a fault.");
    }
}
