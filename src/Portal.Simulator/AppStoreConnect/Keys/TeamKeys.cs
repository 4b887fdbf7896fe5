using System.Security.Cryptography;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A key of the team, or of one person in it. The private half stays only until it is taken, once.</summary>
internal sealed class TeamKey(string keyId, string name, string role, DateTimeOffset created)
{
    private string? privateKey;

    public string KeyId => keyId;
    public string Name => name;

    /// <summary>Never changes at Apple; an individual key's follows its person, and a side door changes either.</summary>
    public string Role { get; set; } = role;

    /// <summary>Its tokens carry <c>sub: "user"</c> and no issuer.</summary>
    public bool IsIndividual { get; init; }
    public DateTimeOffset Created => created;
    public DateTimeOffset? LastUsed { get; set; }
    public DateTimeOffset? Revoked { get; set; }
    public required ECDsa PublicKey { get; init; }
    public bool CanBeDownloaded => privateKey is not null;
    public CallWindows Calls { get; } = new();

    public string? TakePrivateKey()
    {
        var taken = privateKey;
        privateKey = null;
        return taken;
    }

    public void Hold(string p8) => privateKey = p8;
}

/// <summary>The keys under "Users and Access", Integrations. Caller holds the world's gate.</summary>
internal sealed class TeamKeys(World world)
{
    public static readonly IReadOnlyDictionary<string, string> Roles = new Dictionary<string, string>
    {
        ["ACCOUNT_HOLDER"] = "Account Holder",
        ["ADMIN"] = "Admin",
        ["APP_MANAGER"] = "App Manager",
        ["DEVELOPER"] = "Developer",
        ["MARKETING"] = "Marketing",
        ["CUSTOMER_SUPPORT"] = "Customer Support",
        ["SALES"] = "Sales",
        ["FINANCE"] = "Finance",
        ["ACCESS_TO_REPORTS"] = "Access to Reports",
    };

    private readonly OrderedDictionary<string, TeamKey> keys = [];

    public string IssuerId { get; private set; } = world.NewId();

    public IEnumerable<TeamKey> All => keys.Values;

    public TeamKey? Find(string keyId) => keys.GetValueOrDefault(keyId);

    public TeamKey Generate(string name, string role, bool individual = false)
    {
        DemandRole(role);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new TeamKey(NewKeyId(), name, role, world.Now)
        {
            PublicKey = ECDsa.Create(pair.ExportParameters(includePrivateParameters: false)),
            IsIndividual = individual,
        };
        key.Hold(pair.ExportPkcs8PrivateKeyPem());
        keys.Add(key.KeyId, key);
        return key;
    }

    public bool Revoke(string keyId)
    {
        if (Find(keyId) is not { } key)
        {
            return false;
        }
        key.Revoked ??= world.Now;
        key.TakePrivateKey();
        return true;
    }

    public bool ChangeRole(string keyId, string role)
    {
        DemandRole(role);
        if (Find(keyId) is not { } key)
        {
            return false;
        }
        key.Role = role;
        return true;
    }

    /// <summary>Puts saved keys in place of all there are.</summary>
    public void Restore(string issuerId, IEnumerable<TeamKey> saved)
    {
        IssuerId = issuerId;
        keys.Clear();
        foreach (var key in saved)
        {
            keys.Add(key.KeyId, key);
        }
    }

    private static void DemandRole(string role)
    {
        if (!Roles.ContainsKey(role))
        {
            throw new ArgumentException($"'{role}' is no role. Roles are {string.Join(", ", Roles.Keys)}.");
        }
    }

    private static string NewKeyId() => RandomNumberGenerator.GetString("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10);
}
