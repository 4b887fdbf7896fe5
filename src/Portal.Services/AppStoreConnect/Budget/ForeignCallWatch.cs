using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>
/// Apple's counter running ahead of ours: somebody else uses the key (invariant 40). Compared with what is recorded, so that
/// other machines of this portal and attempts that died are ours; said once, and again when it has doubled.
/// </summary>
internal sealed class ForeignCallWatch(Database database, AuditLog audit, TimeProvider time, IOptions<AppStoreConnectOptions> options)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _looked = new();

    /// <param name="use">The call whose answer said it.</param>
    /// <param name="version">The key's version.</param>
    /// <param name="beyond">Calls Apple counted beyond those this machine knows of.</param>
    /// <param name="rate">What Apple said.</param>
    public async Task NoticeAsync(KeyUse use, int version, int beyond, RateReport rate)
    {
        if (beyond <= ForeignCallRule.Tolerance) return;
        var now = time.GetUtcNow();
        if (_looked.TryGetValue(use.CredentialId, out var last) && now - last < LookEvery) return;
        _looked[use.CredentialId] = now;
        await using var db = database.Open();
        var hourAgo = now - CallBudget.Hour;
        var diedAfter = hourAgo - TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        var ours = await db.KeyUses.CountAsync(u => u.CredentialId == use.CredentialId && u.Version == version
            && (u.OutcomeAt > hourAgo || u.OutcomeAt == null && u.IntentAt > diedAfter));
        // A version on trial or out of use says nothing of the key people see.
        if (await db.Credentials.SingleOrDefaultAsync(c => c.Id == use.CredentialId && c.ActiveVersion == version) is not { } row) return;
        var foreign = rate.UsedThisHour!.Value - ours;
        var said = row.ForeignCallsAt > hourAgo ? row.ForeignCalls : 0;
        if (!ForeignCallRule.IsNews(foreign, said)) return;
        (row.ForeignCalls, row.ForeignCallsAt) = (foreign, now);
        audit.Append(db, new AuditEntry(AuditCodes.KeyForeignCalls, use.Actor, "credential", use.CredentialId.ToString())
        {
            CredentialId = use.CredentialId,
            Facts = new Dictionary<string, object?> { ["version"] = version, ["foreign"] = foreign, ["apple"] = rate.UsedThisHour, ["ours"] = ours },
        });
        await db.SaveChangesAsync();
    }
}
