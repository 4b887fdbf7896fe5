using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Rows as people see them. *Locked* is found out here, at every read: the stored status is kept for the day the certificate is back (F33).</summary>
internal sealed class CredentialReader(Database database, CredentialVault vault, IOptions<AppStoreConnectOptions> apple)
{
    public async Task<IReadOnlyList<CredentialSummary>> ListAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var rows = await db.Credentials.AsNoTracking().Include(c => c.Versions).OrderBy(c => c.Label).ThenBy(c => c.Id).ToListAsync(cancel);
        var links = await db.Links.AsNoTracking().Where(l => l.State != LinkState.Retired).Select(l => new { l.CredentialId, l.ConnectionId }).ToListAsync(cancel);
        return [.. rows.Select(row => Summary(row, links.Count(l => l.CredentialId == row.Id || l.ConnectionId == row.Id)))];
    }

    /// <exception cref="ProblemException"><c>credential-not-found</c>.</exception>
    public async Task<CredentialDetails> GetAsync(Guid id, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.Credentials.AsNoTracking().Include(c => c.Versions).SingleOrDefaultAsync(c => c.Id == id, cancel)
            ?? throw new ProblemException(CredentialProblems.NotFound);
        var links = await UsersAsync(db, id, cancel);
        return new CredentialDetails
        {
            Summary = Summary(row, links.Count),
            Versions = [.. row.Versions.OrderByDescending(v => v.Number).Select(v => Version(row, v))],
            UsedBy = links,
            Capability = new Capability(row.ReadSeenAt, row.WriteSeenAt, row.IsAdmin),
            Usage = new KeyUsage(row.ScopedReads, row.ParallelRequests ?? apple.Value.ParallelRequests, row.PassingRefusals, row.PassingRefusalAt, row.ForeignCalls, row.ForeignCallsAt) { InvitationRefusedAt = row.InvitationRefusedAt },
        };
    }

    /// <summary>The links that are not retired and use this credential.</summary>
    public static async Task<IReadOnlyList<CredentialUser>> UsersAsync(PortalDbContext db, Guid id, CancellationToken cancel)
    {
        var links = await db.Links.AsNoTracking().Where(l => (l.CredentialId == id || l.ConnectionId == id) && l.State != LinkState.Retired)
            .OrderBy(l => l.ProjectName).ThenBy(l => l.ReleaseTypeName).ToListAsync(cancel);
        return [.. links.Select(l => new CredentialUser(l.Id, $"{l.ProjectName}, {l.ReleaseTypeName} → {l.GroupName}", l.State))];
    }

    private CredentialSummary Summary(CredentialRow row, int links)
    {
        var active = row.Versions.Single(v => v.Number == row.ActiveVersion);
        var locked = row.Status is CredentialStatus.Retired ? null : vault.LockedBecause(active, row.Kind);
        return new CredentialSummary
        {
            Id = row.Id, Label = row.Label, Kind = row.Kind, KeyId = row.KeyId, IssuerId = row.IssuerId, CommunityAddress = row.CommunityAddress,
            Fingerprint = row.Fingerprint, OwnerId = row.OwnerId, OwnerName = row.OwnerName,
            Status = locked is null ? row.Status : CredentialStatus.Locked,
            Problem = locked ?? StoredProblem.Of(row.ProblemCode, row.ProblemSentence),
            CreatedAt = row.CreatedAt, KeyStoredAt = active.CreatedAt, VerifiedAt = row.VerifiedAt, LastUsedAt = row.LastUsedAt, RetiredAt = row.RetiredAt,
            ActiveVersion = row.ActiveVersion, LinkCount = links,
        };
    }

    private static CredentialVersion Version(CredentialRow row, CredentialVersionRow version) => new(version.Number,
        version.RetiredAt is not null ? VersionState.Retired : version.Number > row.ActiveVersion ? VersionState.Pending : VersionState.Active,
        version.KeyId, version.Fingerprint, version.CreatedAt, version.CreatedBy, version.RetiredAt);
}
