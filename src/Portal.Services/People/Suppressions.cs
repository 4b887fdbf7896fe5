using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.People;

/// <summary>Keeps one person out of one link, until a day or until somebody ends it, with a reason.</summary>
internal sealed class Suppressions(Database database, AuditLog audit, PersonIds ids, TimeProvider time)
{
    private const int LongestReason = 500;

    /// <summary>The reason, cleaned.</summary>
    /// <exception cref="ProblemException"><c>person-reason-missing</c>, <c>person-until-passed</c>.</exception>
    public string Check(string? reason, DateTimeOffset? until)
    {
        var clean = (reason ?? "").Trim();
        if (clean.Length is 0 or > LongestReason) throw new ProblemException(PersonProblems.ReasonMissing);
        return until <= time.GetUtcNow() ? throw new ProblemException(PersonProblems.UntilPassed) : clean;
    }

    /// <summary>From now on no plan adds them; a suppression that stands is replaced.</summary>
    public async Task SetAsync(SyncLinkRow link, string key, string reason, DateTimeOffset? until, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Suppressions.Where(s => s.LinkId == link.Id && s.PersonKey == key).ExecuteDeleteAsync(cancel);
        db.Suppressions.Add(new SuppressionRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = key, Reason = reason, Until = until?.ToUniversalTime(), CreatedAt = time.GetUtcNow(), CreatedByName = actor.Name });
        Append(db, AuditCodes.PersonSuppressed, link, key, actor, reason, until);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Plans add them again. Who is not kept out stays so, without an event.</summary>
    public async Task EndAsync(SyncLinkRow link, string key, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Suppressions.Where(s => s.LinkId == link.Id && s.PersonKey == key).ExecuteDeleteAsync(cancel) == 0) return;
        Append(db, AuditCodes.PersonSuppressionEnded, link, key, actor, null, null);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private void Append(PortalDbContext db, AuditCode code, SyncLinkRow link, string key, Actor actor, string? reason, DateTimeOffset? until) =>
        audit.Append(db, new AuditEntry(code, actor, "person", ids.Of(link.Id, key))
        {
            LinkId = link.Id, CredentialId = link.CredentialId, Sentence = $"{code.Sentence}: {key}",
            Facts = new Dictionary<string, object?> { ["until"] = until },
            Personal = new Dictionary<string, object?> { ["email"] = key, ["reason"] = reason },
            Addresses = EmailAddress.TryParse(key) is { } address ? [address] : [],
        });
}
