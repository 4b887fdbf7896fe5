using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;

namespace Portal.Services.Sync;

/// <summary>What a link stands on, as far as the portal knows without asking Apple or Centercode again. Times are UTC.</summary>
/// <param name="KeyLabel">The Apple key's label.</param>
/// <param name="KeyStatus">Where the key stands.</param>
/// <param name="SourceName">Label of the Centercode connection, or the name of the uploaded file; null: neither is there.</param>
/// <param name="ConnectionStatus">Where the connection stands; null for a file.</param>
/// <param name="UploadedAt">When the file came, for a CSV link.</param>
/// <param name="UploadedByName">Who sent the file.</param>
public sealed record LinkFooting(string KeyLabel, CredentialStatus KeyStatus, string? SourceName, CredentialStatus? ConnectionStatus, DateTimeOffset? UploadedAt, string? UploadedByName)
{
    /// <summary>Why the key cannot be used; null when it can.</summary>
    public Problem? KeyProblem => KeyStatus is CredentialStatus.Active ? null : SyncProblems.CredentialNotActive(KeyLabel, KeyStatus.ToString());

    /// <summary>Why the connection cannot be used; null when it can, may (not yet used), and for a file.</summary>
    public Problem? ConnectionProblem => ConnectionStatus is null or CredentialStatus.Active or CredentialStatus.Unverified ? null : SyncProblems.CredentialNotActive(SourceName ?? "", ConnectionStatus.Value.ToString());
}

public sealed partial class SyncService
{
    /// <summary>The key and source a link stands on.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>.</exception>
    public async Task<LinkFooting> FootingAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        var credentials = await db.Credentials.AsNoTracking().Where(c => c.Id == link.CredentialId || c.Id == link.ConnectionId)
            .ToDictionaryAsync(c => c.Id, c => (c.Label, c.Status), cancel);
        var key = credentials[link.CredentialId];
        if (link.SourceKind is SourceKind.Csv)
        {
            var file = await db.CsvUploads.AsNoTracking().Where(u => u.LinkId == linkId).OrderByDescending(u => u.UploadedAt)
                .Select(u => new { u.FileName, u.UploadedAt, u.UploadedByName }).FirstOrDefaultAsync(cancel);
            return new(key.Label, key.Status, file?.FileName, null, file?.UploadedAt, file?.UploadedByName);
        }
        var connection = link.ConnectionId is { } id && credentials.TryGetValue(id, out var found) ? found : default;
        return new(key.Label, key.Status, connection.Label, connection.Status, null, null);
    }
}
