using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>Marks a use as it is recorded, by the rules of that moment: whether it is the key's first on an app, and whether the hour is odd for a person.</summary>
internal sealed class KeyUseMarks(IOptions<KeyUsesOptions> options)
{
    private readonly ConcurrentDictionary<(Guid, string), byte> _known = new();

    /// <summary>Within the transaction that commits the intent.</summary>
    public async Task SetAsync(PortalDbContext db, KeyUseRow row, Actor actor, CancellationToken cancel)
    {
        row.OddHours = actor.Kind is ActorKind.Person && options.Value.Hours.Holds(row.IntentAt);
        row.FirstOnApp = row.AppId is { } app && !_known.ContainsKey((row.CredentialId, app)) && !await db.KeyUses.AnyAsync(use => use.CredentialId == row.CredentialId && use.AppId == app, cancel);
    }

    /// <summary>After the commit: an intent that was not committed is no use.</summary>
    public void Committed(KeyUseRow row)
    {
        if (row.AppId is { } app) _known.TryAdd((row.CredentialId, app), 0);
    }
}
