namespace Portal.Services.AppStoreConnect;

/// <summary>
/// Reads by a filter of many values. How many Apple takes in one it does not say: what is refused is halved, like a batch of
/// writes, and never again so many are asked for at once.
/// </summary>
/// <param name="most">Values in one filter while Apple takes them.</param>
/// <param name="longest">Characters in one filter.</param>
internal sealed class FilterValues(int most, int longest)
{
    private volatile int _most = most;

    /// <summary>How many requests these values take.</summary>
    public int Count(IEnumerable<string> values) => Parts(values).Count();

    /// <summary>Reads them all; what a part could not be read to its end for is said of the whole.</summary>
    /// <param name="values">As they stand in the address, escaped.</param>
    /// <param name="read">Reads what one filter finds.</param>
    /// <exception cref="AppleException">Apple refused one value alone, or something else is wrong.</exception>
    public async Task<Reading<T>> ReadAsync<T>(IEnumerable<string> values, Func<string, Task<Reading<T>>> read)
    {
        var found = new List<T>();
        var open = new Stack<string[]>(Parts(values).Reverse());
        var refused = int.MaxValue;
        while (open.TryPop(out var some))
        {
            if (some.Length > _most)
            {
                Halve(open, some);
                continue;
            }
            Reading<T> part;
            try
            {
                part = await read(string.Join(',', some));
            }
            catch (AppleException refusal) when (some.Length > 1 && IsOfTheFilter(refusal))
            {
                refused = Math.Min(refused, some.Length);
                Halve(open, some);
                continue;
            }
            // It was their number, not one of them.
            if (refused < int.MaxValue) _most = Math.Min(_most, Math.Max(1, refused / 2));
            found.AddRange(part.Items);
            if (!part.Complete) return new(found, false, part.Because);
        }
        return new(found, true, null);
    }

    private static bool IsOfTheFilter(AppleException refusal) => refusal.Status is 413 or 414
        || refusal.Status == 400 && refusal.AppleCode?.StartsWith("PARAMETER_ERROR", StringComparison.Ordinal) is true;

    private static void Halve(Stack<string[]> open, string[] some)
    {
        open.Push(some[(some.Length / 2)..]);
        open.Push(some[..(some.Length / 2)]);
    }

    private IEnumerable<string[]> Parts(IEnumerable<string> values)
    {
        var some = new List<string>();
        var length = 0;
        foreach (var value in values)
        {
            if (some.Count == _most || length + value.Length > longest && some.Count > 0)
            {
                yield return [.. some];
                some.Clear();
                length = 0;
            }
            some.Add(value);
            length += value.Length + 1;
        }
        if (some.Count > 0) yield return [.. some];
    }
}
