namespace Portal.Simulator;

/// <summary>Faults by script and by dice, what they did, and the requests held at an exact point.</summary>
public sealed partial class Faults
{
    /// <summary>The kinds there are. "-after-commit" does the work first and breaks the answer.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "429", "401", "403-agreement", "500", "500-after-commit", "500-parallel", "502", "502-text", "503", "503-html", "504", "504-after-commit", "504-html",
        "timeout", "timeout-after-commit", "reset", "reset-after-commit", "slow", "truncated", "truncated-json", "hold", "hold-after-commit",
        "html", "next-foreign", "next-loop", "short-page", "repeated-row", "words-of-later",
    ];

    /// <summary>What dice may choose when nobody says otherwise: what passes by itself and what a caller can notice, without waiting to be released.</summary>
    public static readonly IReadOnlyList<string> RandomKinds =
    [
        "429", "401", "500", "500-after-commit", "502", "502-text", "503", "503-html", "504", "504-after-commit", "504-html", "reset", "reset-after-commit",
        "slow", "truncated", "truncated-json", "html", "next-foreign", "next-loop", "words-of-later",
    ];

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> struck = [];
    private readonly Dictionary<string, int> open = [];
    private FaultDice? dice;
    private readonly List<Fault> waiting = [];

    public IReadOnlyList<Fault> Waiting { get { lock (gate) { return [.. waiting]; } } }

    /// <summary>The dice that are being thrown, if any.</summary>
    public FaultSeed? Seed { get { lock (gate) { return dice?.Seed; } } }

    /// <summary>How often each kind has taken effect, by dice or by script; kinds that never did are missing.</summary>
    public IReadOnlyDictionary<string, int> Struck { get { lock (gate) { return new Dictionary<string, int>(struck); } } }

    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public void Add(Fault fault)
    {
        Demand(fault.Kind);
        lock (gate)
        {
            waiting.Add(fault);
        }
    }

    /// <summary>Throws dice for every call from now on, after the faults by script had their turn; null stops.</summary>
    /// <exception cref="ArgumentException">A kind is unknown, or the rate is no share.</exception>
    public void Throw(FaultSeed? seed)
    {
        foreach (var kind in seed?.Kinds ?? [])
        {
            Demand(kind);
        }
        if (seed is { Rate: not (>= 0 and <= 1) })
        {
            throw new ArgumentException("The rate is a share from 0 to 1.");
        }
        lock (gate)
        {
            dice = seed is null ? null : new(seed);
        }
    }

    /// <summary>Forgets the faults that have not struck, puts the dice away and lets held requests go on. What struck stays counted.</summary>
    public void Clear()
    {
        lock (gate)
        {
            waiting.Clear();
            dice = null;
        }
        Release();
    }

    /// <summary>Counts from nought again.</summary>
    public void ForgetStruck()
    {
        lock (gate)
        {
            struck.Clear();
        }
    }

    internal string? Strike(string method, string path, string template, string? keyId)
    {
        lock (gate)
        {
            return Scripted(method, path, keyId)
                ?? (dice is { Seed: var seed } && Matches(seed.Method, seed.PathContains, seed.KeyId, method, path, keyId) ? dice.Roll(method, template, keyId) : null);
        }
    }

    /// <summary>Counts a fault in the moment it takes effect.</summary>
    internal void Count(string kind)
    {
        lock (gate)
        {
            struck[kind] = struck.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>A request comes in.</summary>
    /// <returns>How many of this key are open now, this one included.</returns>
    internal int Enter(string? keyId)
    {
        lock (gate)
        {
            return open[keyId ?? ""] = open.GetValueOrDefault(keyId ?? "") + 1;
        }
    }

    internal void Leave(string? keyId)
    {
        lock (gate)
        {
            open[keyId ?? ""]--;
        }
    }

    private string? Scripted(string method, string path, string? keyId)
    {
        for (var i = 0; i < waiting.Count; i++)
        {
            var fault = waiting[i];
            if (!Matches(fault.Method, fault.PathContains, fault.KeyId, method, path, keyId))
            {
                continue;
            }
            if (fault.After > 0)
            {
                waiting[i] = fault with { After = fault.After - 1 };
                continue;
            }
            if (fault.Times <= 1)
            {
                waiting.RemoveAt(i);
            }
            else
            {
                waiting[i] = fault with { Times = fault.Times - 1 };
            }
            return fault.Kind;
        }
        return null;
    }

    private static void Demand(string kind)
    {
        if (!Kinds.Contains(kind))
        {
            throw new ArgumentException($"'{kind}' is no kind of fault. Kinds are {string.Join(", ", Kinds)}.");
        }
    }

    private static bool Matches(string? wantedMethod, string? pathContains, string? wantedKey, string method, string path, string? keyId) =>
        (wantedMethod is null || wantedMethod.Equals(method, StringComparison.OrdinalIgnoreCase)) && (wantedKey is null || wantedKey == keyId)
        && (pathContains is null ? path.StartsWith("/v1/", StringComparison.Ordinal) : path.Contains(pathContains, StringComparison.Ordinal));
}
