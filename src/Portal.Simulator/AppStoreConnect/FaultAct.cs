using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>What a fault does to a request, by the moment it strikes. Each counts itself when it takes effect.</summary>
internal static class FaultAct
{
    /// <summary>Holds or breaks the request while nothing has been done yet.</summary>
    public static async Task BeforeCommitAsync(World world, HttpContext context, string? fault)
    {
        if (fault is "hold" or "timeout")
        {
            await HoldAsync(world, context, fault, committed: false);
        }
        if (fault == "reset")
        {
            Abort(world, context, fault);
        }
    }

    /// <summary>The answer given in place of doing anything.</summary>
    public static AppleAnswer? Instead(World world, string? fault) => Counted(world, fault, fault switch
    {
        "401" => new AppleException(AppleError.NotAuthorized).Answer,
        "403-agreement" => new AppleException(AppleError.AgreementMissing).Answer,
        "429" => new AppleException(AppleError.RateLimit).Answer,
        "500" or "500-parallel" => new AppleException(AppleError.Unexpected).Answer,
        "502" or "502-text" => new(502),
        "503" or "503-html" => new(503),
        "504" or "504-html" => new(504),
        _ => null,
    });

    /// <summary>Holds or breaks the request when its work is done and the answer is not sent.</summary>
    public static async Task AfterCommitAsync(World world, HttpContext context, string? fault)
    {
        if (fault is "hold-after-commit" or "timeout-after-commit")
        {
            await HoldAsync(world, context, fault, committed: true);
        }
        if (fault == "slow")
        {
            world.Faults.Count(fault);
            await Task.Delay(TimeSpan.FromMilliseconds(world.Switches.SlowMilliseconds), world.Time, context.RequestAborted);
        }
        if (fault == "reset-after-commit")
        {
            Abort(world, context, fault);
        }
    }

    /// <summary>The answer given in place of the true one.</summary>
    public static AppleAnswer? Spoil(World world, string? fault) => Counted(world, fault, fault switch
    {
        "500-after-commit" => new AppleException(AppleError.Unexpected).Answer,
        "504-after-commit" => new(504),
        _ => null,
    });

    /// <summary>What is sent where a JSON document should be.</summary>
    public static (string ContentType, string Text)? Words(string? fault) => fault switch
    {
        "502" or "503-html" or "504-html" => ("text/html", "<html>\r\n<head><title>Service Temporarily Unavailable</title></head>\r\n<body><center><h1>Service Temporarily Unavailable</h1></center></body>\r\n</html>"),
        "502-text" => ("text/plain", "Could not process this request"),
        "html" => ("text/html", "<html><body>Please sign in to the network.</body></html>"),
        _ => null,
    };

    /// <summary>A list that leads astray, leaves a row out or repeats one, or speaks of things a client has never heard of.</summary>
    public static AppleAnswer Distort(World world, string? fault, AppleAnswer answer)
    {
        if (fault is null || answer.Body is not { } body || body["data"] is not { } data)
        {
            return answer;
        }
        var rows = data as JsonArray;
        Action? distort = fault switch
        {
            "next-foreign" when rows is not null => () => body["links"]!["next"] = "https://foreign.example/v1/apps?cursor=AA",
            "next-loop" when rows is not null => () => body["links"]!["next"] = body["links"]!["self"]!.GetValue<string>(),
            "short-page" when rows?.Count > 0 => () => rows.RemoveAt(rows.Count - 1),
            // Where there is no row to leave out, the total says that one is missing.
            "short-page" when rows is not null && body["meta"]?["paging"]?["total"] is { } total => () => body["meta"]!["paging"]!["total"] = total.GetValue<int>() + 1,
            "repeated-row" when rows?.Count > 0 => () => rows.Add(rows[0]!.DeepClone()),
            "words-of-later" => () => SpeakOfLater(body),
            _ => null,
        };
        if (distort is not null)
        {
            world.Faults.Count(fault);
            distort();
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

    private static AppleAnswer? Counted(World world, string? fault, AppleAnswer? answer)
    {
        if (answer is not null)
        {
            world.Faults.Count(fault!);
        }
        return answer;
    }

    private static Task HoldAsync(World world, HttpContext context, string fault, bool committed)
    {
        world.Faults.Count(fault);
        return world.Faults.HoldAsync(new(context.Request.Method, context.Request.Path, committed), context.RequestAborted);
    }

    private static void Abort(World world, HttpContext context, string fault)
    {
        world.Faults.Count(fault);
        context.Abort();
        context.RequestAborted.ThrowIfCancellationRequested();
        throw new OperationCanceledException("The connection was reset by a fault.");
    }
}
