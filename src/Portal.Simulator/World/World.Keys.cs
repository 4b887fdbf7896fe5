namespace Portal.Simulator;

public sealed partial class World
{
    /// <summary>
    /// Makes a key past the page. Roles: ACCOUNT_HOLDER, ADMIN, APP_MANAGER, DEVELOPER, MARKETING, CUSTOMER_SUPPORT, SALES, FINANCE,
    /// ACCESS_TO_REPORTS. An individual key's issuer is empty: its tokens name none.
    /// </summary>
    /// <exception cref="ArgumentException">The role is unknown.</exception>
    public IssuedKey CreateKey(string name = "Portal", string role = "APP_MANAGER", bool individual = false)
    {
        lock (Gate)
        {
            var key = Keys.Generate(name, role, individual);
            return new(key.KeyId, individual ? "" : IssuerId, key.TakePrivateKey()!);
        }
    }

    /// <returns>False when there is no such key.</returns>
    public bool RevokeKey(string keyId)
    {
        lock (Gate)
        {
            return Keys.Revoke(keyId);
        }
    }

    /// <summary>Gives a key another role, which Apple does only to individual keys, with their person.</summary>
    /// <returns>False when there is no such key.</returns>
    /// <exception cref="ArgumentException">The role is unknown.</exception>
    public bool ChangeKeyRole(string keyId, string role)
    {
        lock (Gate)
        {
            return Keys.ChangeRole(keyId, role);
        }
    }
}
