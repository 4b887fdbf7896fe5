using System.Globalization;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Filters and sorts: OR inside one filter, AND between filters.</summary>
internal static class Selection
{
    public static IReadOnlyList<object> Select(World world, Kind kind, Query query)
    {
        if (kind.Type == "betaTesters" && world.Switches.OneRelationshipFilter
            && query.Filters.Keys.Where(k => k is "apps" or "betaGroups" or "builds").Skip(1).FirstOrDefault() is { } second)
        {
            throw new AppleException(AppleError.Illegal($"filter[{second}]"));
        }
        var rows = kind.All(world, query.Filters);
        if (query.Filters.Count > 0 || query.Exists.Count > 0)
        {
            rows = Narrow(world, kind, rows, query);
        }
        return query.Sort.Length == 0 ? rows : Sort(world, kind, rows, query.Sort);
    }

    /// <summary>The rows every filter lets pass.</summary>
    public static IReadOnlyList<object> Narrow(World world, Kind kind, IReadOnlyList<object> rows, Query query)
    {
        var tests = query.Filters.Select(f => Test(world, kind, f.Key, f.Value))
            .Concat(query.Exists.Select(e => (Func<object, bool>)(o => kind.Read(world, o, e.Key) is not null == e.Value))).ToList();
        return [.. rows.Where(row => tests.TrueForAll(test => test(row)))];
    }

    private static Func<object, bool> Test(World world, Kind kind, string name, string[] values)
    {
        var wanted = values.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (kind.Type == "webhookDeliveries" && name.StartsWith("createdDate", StringComparison.Ordinal))
        {
            var bound = DateTimeOffset.TryParse(values[0], CultureInfo.InvariantCulture, out var at) ? at : throw new AppleException(AppleError.Invalid($"filter[{name}]", $"'{values[0]}' is not a valid date"));
            return row => ((WebhookDelivery)row).Created < bound == (name == "createdDateLessThan");
        }
        if (name == "id")
        {
            return row => wanted.Contains(kind.Id(row));
        }
        if (kind.Type == "betaTesters" && name == "email" && world.Switches.LooseEmailFilter)
        {
            return row => row is BetaTester { Email: { } email } && values.Any(v => email.Contains(v, StringComparison.OrdinalIgnoreCase));
        }
        if (kind.Type == "betaGroups" && name == "builds")
        {
            return row => row is BetaGroup { HasAccessToAllBuilds: false } group && values.Any(group.Builds.ContainsKey);
        }
        if (kind.Type == "betaTesters" && name == "betaGroups" && values.Length == 1)
        {
            return _ => true;
        }
        if (name.Split('.') is [var relationship, var attribute])
        {
            var other = Catalogue.Find(kind.Schema.Relationships[relationship].Target ?? "");
            return row => other is not null && kind.Related(world, row, relationship).Any(o => wanted.Contains(Text(other.Read(world, o, attribute))));
        }
        if (kind.Schema.Relationships.TryGetValue(name, out var linked))
        {
            var other = Catalogue.Find(linked.Target ?? "");
            return row => other is not null && kind.Related(world, row, name).Any(o => wanted.Contains(other.Id(o)));
        }
        return row => wanted.Contains(Text(kind.Read(world, row, name)));
    }

    private static IReadOnlyList<object> Sort(World world, Kind kind, IReadOnlyList<object> rows, string[] keys)
    {
        IOrderedEnumerable<object>? sorted = null;
        foreach (var key in keys)
        {
            var name = key.TrimStart('-');
            IComparable? Value(object row) => (IComparable?)(name == "preReleaseVersion" ? Version(((Build)row).PreRelease.Version)
                : name == "version" ? Version(Text(kind.Read(world, row, name))) : kind.Read(world, row, name));
            var comparer = Comparer<IComparable?>.Create((a, b) => a is null || b is null ? (a is null ? 0 : 1) - (b is null ? 0 : 1) : a is string x ? string.CompareOrdinal(x, (string)b) : a.CompareTo(b));
            sorted = (sorted, key.StartsWith('-')) switch
            {
                (null, false) => rows.OrderBy(Value, comparer),
                (null, true) => rows.OrderByDescending(Value, comparer),
                ({ } s, false) => s.ThenBy(Value, comparer),
                ({ } s, true) => s.ThenByDescending(Value, comparer),
            };
        }
        return [.. sorted!];
    }

    private static Version Version(string text) =>
        System.Version.TryParse(text.Contains('.') ? text : text + ".0", out var version) ? version : new Version(0, 0);

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
