using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.TestFlight.Events;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Events;

/// <summary>Whether what came was Apple's.</summary>
public enum WebhookReceipt
{
    /// <summary>Apple's; also when it came before.</summary>
    Taken,
    /// <summary>Not signed with the secret of this address, or the address is none.</summary>
    Refused,
    /// <summary>Signed, and no event.</summary>
    Unreadable,
}

/// <summary>
/// Takes what Apple tells. A signed event is a hint: the app is looked at through Apple's API, whatever the event says. What is not
/// signed writes nothing, so nobody can fill anything by knocking.
/// </summary>
public sealed class WebhookInbox
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);
    private static readonly byte[] NobodysSecret = RandomNumberGenerator.GetBytes(32);
    private readonly Database _database;
    private readonly WebhookSecrets _secrets;
    private readonly AppleReads _reads;
    private readonly BuildNudge _nudge;
    private readonly TimeProvider _time;

    internal WebhookInbox(Database database, WebhookSecrets secrets, AppleReads reads, BuildNudge nudge, TimeProvider time) => (_database, _secrets, _reads, _nudge, _time) = (database, secrets, reads, nudge, time);

    /// <summary>Takes one delivery.</summary>
    /// <param name="webhookId">From the address.</param>
    /// <param name="signature">The header <c>x-apple-signature</c>.</param>
    /// <param name="body">The body as it came, byte for byte; at most <see cref="AppleEvent.LargestBody"/>.</param>
    public async Task<WebhookReceipt> ReceiveAsync(Guid webhookId, string? signature, ReadOnlyMemory<byte> body, CancellationToken cancel = default)
    {
        await using var db = _database.Open();
        var hook = await db.AppleWebhooks.SingleOrDefaultAsync(w => w.Id == webhookId, cancel);
        // An address that is none is answered like a wrong signature, and takes as long.
        var secret = hook is null ? null : _secrets.Open(hook.Id, hook.SealedSecret);
        if (!AppleSignature.IsValid(secret ?? NobodysSecret, body.Span, signature) || hook is null || secret is null) return WebhookReceipt.Refused;
        if (AppleEvent.Read(body) is not { } what) return WebhookReceipt.Unreadable;
        var now = _time.GetUtcNow();
        if (await db.AppleWebhookEvents.AnyAsync(e => e.WebhookId == webhookId && e.EventId == what.Id, cancel)) return WebhookReceipt.Taken;
        db.AppleWebhookEvents.Add(new AppleWebhookEventRow { WebhookId = webhookId, EventId = what.Id, ReceivedAt = now });
        hook.LastEventAt = now;
        if (!what.IsPing) await AppLooks.WantAsync(db, hook.AppId, hook.CredentialId, now, cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException same) when (same is DbUpdateConcurrencyException || Database.IsUniqueViolation(same))
        {
            // The same event, or another of the same app, at the same moment: Apple sends again what is not taken.
            return await db.AppleWebhookEvents.AsNoTracking().AnyAsync(e => e.WebhookId == webhookId && e.EventId == what.Id, cancel) ? WebhookReceipt.Taken : WebhookReceipt.Unreadable;
        }
        var old = now - KeptFor;
        await db.AppleWebhookEvents.Where(e => e.ReceivedAt < old).ExecuteDeleteAsync(cancel);
        if (what.IsPing) return WebhookReceipt.Taken;
        _reads.Changed(hook.AppId, null);
        _nudge.Tell();
        return WebhookReceipt.Taken;
    }
}

/// <summary>Seals the secrets Apple signs with; each opens for its own webhook only.</summary>
internal sealed class WebhookSecrets(VaultRing ring)
{
    public static string[] Purposes(Guid webhookId) => ["apple-webhook", webhookId.ToString("D")];

    /// <summary>Null while the vault is locked.</summary>
    public (string Secret, byte[] Sealed)? Make(Guid webhookId)
    {
        if (!ring.IsOpen) return null;
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (secret, ring.Protector(Purposes(webhookId)).Protect(AppleSignature.SecretBytes(secret)));
    }

    /// <summary>Null while the vault is locked, or where it was sealed with another certificate.</summary>
    public byte[]? Open(Guid webhookId, byte[] isSealed)
    {
        try
        {
            return ring.IsOpen ? ring.Protector(Purposes(webhookId)).Unprotect(isSealed) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
