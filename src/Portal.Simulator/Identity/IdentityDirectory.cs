using System.Collections.Concurrent;

namespace Portal.Simulator.Identity;

/// <summary>A sign-in at the demo provider that still stands.</summary>
/// <param name="Id">The <c>sid</c> claim.</param>
/// <param name="User">Who signed in.</param>
/// <param name="Issuer">The provider's own address, as its tokens name it.</param>
/// <param name="Site">Origin of the site signed in at, which is told when the session ends.</param>
public sealed record IdentitySession(string Id, string User, string Issuer, string Site);

/// <summary>Who is there at this moment, in which groups, and which sign-ins stand. Each simulator has its own.</summary>
public sealed class IdentityDirectory
{
    private readonly ConcurrentDictionary<string, IdentityUser> _users = new(IdentityUsers.All.ToDictionary(user => user.Name), StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IdentitySession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _redeemed = new(StringComparer.Ordinal);

    /// <summary>Off: every request to the provider is answered 503.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Everyone, in the order the sign-in page lists them.</summary>
    public IReadOnlyList<IdentityUser> All => [.. IdentityUsers.All.Select(user => Find(user.Name)).OfType<IdentityUser>()];

    /// <summary>The user of that name, if there is one.</summary>
    public IdentityUser? Find(string? name) => name is null ? null : _users.GetValueOrDefault(name);

    /// <summary>Puts a user into these groups and no other.</summary>
    public void SetGroups(string name, params IReadOnlyList<string> groups) => _users[name] = IdentityUsers.All.Single(user => user.Name == name) with { Groups = groups };

    /// <summary>Removes a user; their refresh tokens open nothing any more.</summary>
    public void Remove(string name) => _users.TryRemove(name, out _);

    /// <summary>A user as at the beginning.</summary>
    public void Restore(string name) => _users[name] = IdentityUsers.All.Single(user => user.Name == name);

    /// <summary>How often this user's refresh tokens were redeemed.</summary>
    public int Redeemed(string name) => _redeemed.GetValueOrDefault(name);

    /// <summary>Sign-ins of this user that stand.</summary>
    public IReadOnlyList<IdentitySession> SessionsOf(string name) => [.. _sessions.Values.Where(session => session.User == name)];

    internal IdentitySession Begin(string user, string issuer, string site)
    {
        var session = new IdentitySession(Guid.NewGuid().ToString("N"), user, issuer, site);
        _sessions[session.Id] = session;
        return session;
    }

    internal bool Stands(string? session) => session is null || _sessions.ContainsKey(session);

    internal void End(string? session) => _sessions.TryRemove(session ?? "", out _);

    internal void CountRedeemed(string user) => _redeemed.AddOrUpdate(user, 1, (_, before) => before + 1);
}
