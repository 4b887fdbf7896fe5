using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// Whether Apple still sends one tester an invitation again: its document marks that as deprecated. Once it refuses, nothing of
/// the kind is asked for a day, by nobody: each cycle of each link would be refused the same again.
/// </summary>
internal sealed class InvitationOffer(Database database, TimeProvider time)
{
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromDays(1);

    public static bool IsRefused(CredentialRow credential, DateTimeOffset now) => now - credential.InvitationRefusedAt < AskAgainAfter;

    public Task RefusedAsync(Guid credentialId) => WriteAsync(credentialId, time.GetUtcNow());

    public Task TakenAsync(Guid credentialId) => WriteAsync(credentialId, null);

    // Not to be cancelled: the answer was given.
    private async Task WriteAsync(Guid credentialId, DateTimeOffset? refusedAt)
    {
        await using var db = database.Open();
        await db.Credentials.Where(c => c.Id == credentialId && (refusedAt != null || c.InvitationRefusedAt != null))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.InvitationRefusedAt, refusedAt), CancellationToken.None);
    }
}
