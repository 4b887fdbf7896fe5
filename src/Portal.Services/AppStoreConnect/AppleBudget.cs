namespace Portal.Services.AppStoreConnect;

/// <summary>Reads <c>X-Rate-Limit</c>: parts split by semicolons and commas, the header maybe there twice or not at all.</summary>
internal static class AppleBudget
{
    /// <summary>Requests left in the rolling hour; null where Apple did not say.</summary>
    public static int? RemainingThisHour(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("X-Rate-Limit", out var values)) return null;
        foreach (var part in values.SelectMany(value => value.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var colon = part.IndexOf(':');
            if (colon > 0 && part[..colon].Trim() == "user-hour-rem" && int.TryParse(part.AsSpan(colon + 1).Trim(), out var left)) return left;
        }
        return null;
    }
}
