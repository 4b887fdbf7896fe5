namespace Portal.Simulator;

/// <summary>Throws the dice of one <see cref="FaultSeed"/>. Caller holds the gate of the faults.</summary>
internal sealed class FaultDice(FaultSeed seed)
{
    private readonly Dictionary<(string? Key, string Method, string Template), (int Turn, string? Last)> turns = [];

    public FaultSeed Seed => seed;

    public string? Roll(string method, string template, string? keyId)
    {
        var endpoint = (keyId, method, template);
        var (turn, last) = turns.GetValueOrDefault(endpoint);
        var dice = Mix(Text($"{method} {template}") ^ Mix((ulong)seed.Seed) ^ Mix((ulong)turn * 0x9E3779B97F4A7C15));
        var fault = (dice >> 11) * (1.0 / (1UL << 53)) < seed.Rate ? Choose(Mix(dice), method, template, last) : null;
        turns[endpoint] = (turn + 1, fault);
        return fault;
    }

    /// <summary>A spurious 401 does not come twice running: Apple's do not survive a second try.</summary>
    private string? Choose(ulong dice, string method, string template, string? last)
    {
        var kinds = (seed.Kinds ?? Faults.RandomKinds).Where(k => CanStrike(k, method, template) && !(k == "401" && last == "401")).ToList();
        return kinds.Count == 0 ? null : kinds[(int)(dice % (ulong)kinds.Count)];
    }

    private static bool CanStrike(string kind, string method, string template)
    {
        var isRead = method == "GET";
        var hasBody = isRead || (method is "POST" or "PATCH" && !template.Contains("/relationships/", StringComparison.Ordinal));
        return kind switch
        {
            "next-foreign" or "next-loop" or "short-page" or "repeated-row" => isRead,
            "truncated" or "truncated-json" or "html" or "words-of-later" => hasBody,
            _ => !isRead || !kind.EndsWith("-after-commit", StringComparison.Ordinal),
        };
    }

    private static ulong Text(string text) => text.Aggregate(14695981039346656037UL, (hash, letter) => (hash ^ letter) * 1099511628211UL);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
