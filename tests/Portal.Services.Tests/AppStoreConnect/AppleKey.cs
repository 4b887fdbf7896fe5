using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>A key made at the simulator and stored in the vault, and the client that uses it.</summary>
internal sealed class AppleKey
{
    private AppleKey(PortalFixture portal, CredentialRow row, string keyId) => (Portal, Row, KeyId) = (portal, row, keyId);

    public PortalFixture Portal { get; }
    public CredentialRow Row { get; }
    public string KeyId { get; }
    public World World => Portal.Simulator.World;
    public AppStoreConnectClient Client => Portal.Get<AppStoreConnectClient>();

    /// <summary>The private key, for another client that uses it past the portal.</summary>
    public string P8 { get; private init; } = "";

    /// <summary>As a job uses it: it waits for Apple's limit as long as it takes.</summary>
    public KeyUse JobUse => new(Row.Id, Actor.Schedule, "test");
    public KeyUse Use => new(Row.Id, Actors.ProgramManager, "test");

    public static async Task<AppleKey> StoreAsync(PortalFixture portal, string role = "APP_MANAGER")
    {
        var issued = portal.Simulator.World.CreateKey("Portal", role);
        var parsed = PrivateKey.Parse(Encoding.UTF8.GetBytes(issued.P8), $"AuthKey_{issued.KeyId}.p8");
        using var key = parsed.Value!;
        var id = Guid.CreateVersion7();
        var row = new CredentialRow
        {
            Id = id, Kind = CredentialKind.AppleTeamKey, Label = "Team key", KeyId = issued.KeyId, IssuerId = issued.IssuerId, Fingerprint = key.Fingerprint,
            OwnerId = Actors.KeyCustodian.Id, OwnerName = Actors.KeyCustodian.Name, Status = CredentialStatus.Active, ActiveVersion = 1, CreatedAt = portal.Clock.GetUtcNow(),
            Versions =
            [
                new CredentialVersionRow
                {
                    Id = Guid.CreateVersion7(), CredentialId = id, Number = 1, KeyId = issued.KeyId, Fingerprint = key.Fingerprint, CreatedBy = Actors.KeyCustodian.Id, CreatedAt = portal.Clock.GetUtcNow(),
                    Sealed = portal.Get<CredentialVault>().Seal(id, 1, key),
                },
            ],
        };
        await using var db = portal.Get<Database>().Open();
        db.Credentials.Add(row);
        await db.SaveChangesAsync();
        return new AppleKey(portal, row, issued.KeyId) { P8 = issued.P8 };
    }

    /// <summary>What the portal recorded, in the order of intent.</summary>
    public async Task<List<KeyUseRow>> UsesAsync()
    {
        await using var db = Portal.Get<Database>().Open();
        return await db.KeyUses.AsNoTracking().Where(use => use.CredentialId == Row.Id).OrderBy(use => use.Id).ToListAsync();
    }

    public async Task<CredentialRow> ReloadAsync()
    {
        await using var db = Portal.Get<Database>().Open();
        return await db.Credentials.AsNoTracking().SingleAsync(row => row.Id == Row.Id);
    }

    /// <summary>What the simulator saw of this key.</summary>
    public IReadOnlyList<LedgerEntry> Calls() => [.. World.Ledger.Entries.Where(entry => entry.KeyId == KeyId)];
}
