using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A request's parameters, checked against what Apple's document allows at that path.</summary>
internal sealed partial class Query
{
    private const int DefaultLimit = 50;
    private const int DefaultIncluded = 10;
    private static readonly byte[] CursorSalt = RandomNumberGenerator.GetBytes(16);

    private readonly string path;
    private readonly IReadOnlyList<KeyValuePair<string, string>> parameters;
    private int maxFilterValues;

    private Query(string path, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        this.path = path;
        this.parameters = parameters;
    }

    public Dictionary<string, string[]> Filters { get; } = [];
    public Dictionary<string, bool> Exists { get; } = [];
    public Dictionary<string, string[]> Fields { get; } = [];
    public Dictionary<string, int> IncludedLimits { get; } = [];
    public string[] Sort { get; private set; } = [];
    public string[] Include { get; private set; } = [];
    public int Limit { get; private set; } = DefaultLimit;
    public int Offset { get; private set; }

    /// <summary>Whether the request says which app's testers it means.</summary>
    public bool NamesAnApp => Filters.Keys.Any(f => f is "apps" or "betaGroups" or "builds") || path.Split('/').Length > 4;

    public bool IsLaterPage => parameters.Any(p => p.Key == "cursor");

    public int IncludedLimit(string relationship) => IncludedLimits.GetValueOrDefault(relationship, DefaultIncluded);

    /// <exception cref="AppleException">400 with every parameter that is wrong.</exception>
    public static Query Read(string path, IReadOnlyList<KeyValuePair<string, string>> parameters, ApiSchema.Operation allowed, int maxFilterValues = 0)
    {
        var query = new Query(path, parameters) { maxFilterValues = maxFilterValues };
        var errors = new List<AppleError>();
        foreach (var same in parameters.GroupBy(p => p.Key).Where(g => g.Count() > 1))
        {
            errors.Add(AppleError.Invalid(same.Key, $"The parameter '{same.Key}' was provided more than once"));
        }
        foreach (var (name, value) in parameters)
        {
            if (query.Take(name, value, allowed) is { } error)
            {
                errors.Add(error);
            }
        }
        foreach (var missing in (allowed.Required ?? []).Where(r => parameters.All(p => p.Key != r)))
        {
            errors.Add(AppleError.Required(missing));
        }
        return errors.Count == 0 ? query : throw new AppleException([.. errors]);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Split(string query) =>
        [.. query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .Select(p => KeyValuePair.Create(Uri.UnescapeDataString(p[0]), p.Length > 1 ? Uri.UnescapeDataString(p[1].Replace('+', ' ')) : ""))];

    /// <summary>This query as Apple writes it in links, with brackets encoded; <paramref name="offset"/> null leaves the cursor out.</summary>
    public string ToLink(int? offset, bool keepCursor = false)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters.Where(p => p.Key != "cursor" || keepCursor))
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value).Replace("%2C", ","));
            separator = '&';
        }
        if (offset is { } at)
        {
            text.Append(separator).Append("cursor=").Append(Cursor(at));
        }
        return text.ToString();
    }

    private AppleError? Take(string name, string value, ApiSchema.Operation allowed)
    {
        var values = value.Split(',');
        if (ParameterName().Match(name) is { Success: true } bracketed)
        {
            var subject = bracketed.Groups[2].Value;
            return bracketed.Groups[1].Value switch
            {
                "filter" => TakeFilter(name, subject, values, allowed),
                "fields" => TakeFields(name, subject, values, allowed),
                "limit" => TakeIncludedLimit(name, subject, value, allowed),
                "exists" when allowed.Exists?.Contains(subject) == true && bool.TryParse(value, out var exists) => Accept(() => Exists[subject] = exists),
                _ => AppleError.Illegal(name),
            };
        }
        return name switch
        {
            "sort" when allowed.Sort is null => AppleError.Illegal(name),
            "sort" => Unknown(name, values, allowed.Sort, "sort type") ?? Accept(() => Sort = values),
            "include" when allowed.Include is null => AppleError.Illegal(name),
            "include" => Unknown(name, values, allowed.Include, "relationship name") ?? Accept(() => Include = values),
            "limit" when allowed.Limit?.GetValueOrDefault("") is not { } maximum => AppleError.Illegal(name),
            "limit" => TakeLimit(name, value, allowed.Limit![""]!.Value, n => Limit = n),
            "cursor" when allowed.Limit?.ContainsKey("") != true => AppleError.Illegal(name),
            "cursor" => TakeCursor(value),
            _ => AppleError.Illegal(name),
        };
    }

    private AppleError? TakeFilter(string name, string subject, string[] values, ApiSchema.Operation allowed)
    {
        if (allowed.Filter is null)
        {
            return AppleError.Illegal(name);
        }
        if (!allowed.Filter.TryGetValue(subject, out var known))
        {
            return ApiSchema.Instance.IsFilter(subject) ? AppleError.Illegal(name) : AppleError.Invalid(name, $"'{subject}' is not a valid filter type");
        }
        if (maxFilterValues > 0 && values.Length > maxFilterValues)
        {
            return AppleError.Invalid(name, $"The filter '{subject}' holds more than {maxFilterValues} values");
        }
        return (known.Count > 0 ? Unknown(name, values, known, $"value for the filter '{subject}'") : null) ?? Accept(() => Filters[subject] = values);
    }

    private AppleError? TakeFields(string name, string type, string[] values, ApiSchema.Operation allowed)
    {
        if (allowed.Fields?.Contains(type) != true)
        {
            return ApiSchema.Instance.Fields(type) is null ? AppleError.Invalid(name, $"'{type}' is not a valid resource type") : AppleError.Illegal(name);
        }
        return ((allowed.OwnFields?.GetValueOrDefault(type) ?? ApiSchema.Instance.Fields(type)) is { } known ? Unknown(name, values, known, "field name") : null) ?? Accept(() => Fields[type] = values);
    }

    private AppleError? TakeIncludedLimit(string name, string relationship, string value, ApiSchema.Operation allowed) =>
        relationship.Length > 0 && allowed.Limit?.GetValueOrDefault(relationship) is { } maximum
            ? TakeLimit(name, value, maximum, n => IncludedLimits[relationship] = n)
            : AppleError.Illegal(name);

    private AppleError? TakeCursor(string value)
    {
        var digits = FromHex(value[..Math.Max(0, value.LastIndexOf('.'))]);
        return int.TryParse(Encoding.ASCII.GetString(digits), out var offset) && offset > 0 && Cursor(offset) == value
            ? Accept(() => Offset = offset)
            : AppleError.Invalid("cursor", $"'{value}' is not a valid cursor for this request");
    }

    private static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }

    /// <summary>The cursor of the page after this one.</summary>
    public string NextCursor => Cursor(Offset + Limit);

    /// <summary>Opaque, and bound to the query it was made for.</summary>
    private string Cursor(int offset)
    {
        var bound = string.Join('&', parameters.Where(p => p.Key != "cursor").Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal));
        var seal = SHA256.HashData([.. CursorSalt, .. Encoding.UTF8.GetBytes($"{path}?{bound}#{offset}")]);
        return $"{Convert.ToHexString(Encoding.ASCII.GetBytes(offset.ToString()))}.{Convert.ToHexString(seal.AsSpan(0, 6))}";
    }

    private static AppleError? TakeLimit(string name, string value, int maximum, Action<int> set) =>
        int.TryParse(value, out var limit) && limit >= 1 && limit <= maximum
            ? Accept(() => set(limit))
            : AppleError.Invalid(name, $"'{value}' is not a valid limit: it must be between 1 and {maximum}");

    private static AppleError? Unknown(string name, string[] values, IReadOnlyList<string> known, string what) =>
        values.FirstOrDefault(v => !known.Contains(v)) is { } wrong ? AppleError.Invalid(name, $"'{wrong}' is not a valid {what}") : null;

    private static AppleError? Accept(Action action)
    {
        action();
        return null;
    }

    [GeneratedRegex(@"^(\w+)\[([^\]]+)\]$")]
    private static partial Regex ParameterName();
}
