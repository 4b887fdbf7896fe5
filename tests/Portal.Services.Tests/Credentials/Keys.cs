using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Simulator;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>Forms as a custodian fills them in, with keys the simulator issued.</summary>
internal static class Keys
{
    public static NewAppleKey Form(IssuedKey key, string? label = null, string? issuer = null) => new()
    {
        Label = label, KeyId = key.KeyId, IssuerId = issuer ?? key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8",
    };

    public static Task<CredentialSummary> AddAsync(this PortalFixture portal, IssuedKey? key = null, Actor? actor = null) =>
        portal.Get<CredentialService>().AddAppleKeyAsync(Form(key ?? portal.World.CreateKey()), actor ?? Actors.KeyCustodian, TestContext.Current.CancellationToken);

    public static async Task<T> QueryAsync<T>(this PortalFixture portal, Func<PortalDbContext, Task<T>> query)
    {
        await using var db = portal.Get<Database>().Open();
        return await query(db);
    }

    public static Task<List<string>> AuditCodesAsync(this PortalFixture portal, Guid credential) =>
        portal.QueryAsync(db => db.AuditEvents.Where(e => e.CredentialId == credential && !e.Code.StartsWith("key.")).OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => e.Code).ToListAsync());

    /// <summary>A link as the wizard would make it, in this state.</summary>
    public static async Task<Guid> LinkAsync(this PortalFixture portal, Guid credential, LinkState state = LinkState.Active)
    {
        var id = Guid.CreateVersion7();
        await using var db = portal.Get<Database>().Open();
        db.Links.Add(new SyncLinkRow
        {
            Id = id, ProjectKey = $"p-{id}", ProjectName = "Aurora", ReleaseTypeKey = "beta", ReleaseTypeName = "Public beta", TeamName = "Testers", Mapping = new ColumnMapping("id", "email"),
            CredentialId = credential, IssuerId = "i", AppId = "a", AppName = "Aurora", GroupId = $"g-{id}", GroupName = "Everyone", Policy = new SyncPolicy(),
            State = state, CreatedByName = "t", LastEditorId = "t", LastEditorName = "t", CreatedAt = portal.Clock.GetUtcNow(),
        });
        await db.SaveChangesAsync();
        return id;
    }
}
