using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Mail;
using Portal.Services.SignIn;

namespace Portal.Services.Credentials;

/// <summary>A request that was made, with the one sight of its link's token: only its hash is stored.</summary>
/// <param name="Id">The request.</param>
/// <param name="Token">What the link ends with.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record DepositLink(Guid Id, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the token, so that it does not slip into a log.</summary>
    public override string ToString() => $"Deposit link {Id}";
}

/// <summary>Asking for a key, and depositing it by the request's link: whoever holds the link and is signed in sees that one request and nothing else.</summary>
public sealed partial class DepositService
{
    private static readonly TimeSpan Lives = TimeSpan.FromDays(7);
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly CredentialParts _parts;
    private readonly Mailer _mailer;
    private readonly RefusalBudget _refusals;
    private readonly TimeProvider _time;

    internal DepositService(Database database, AccessGuard guard, CredentialParts parts, Mailer mailer, RefusalBudget refusals, TimeProvider time) =>
        (_database, _guard, _parts, _mailer, _refusals, _time) = (database, guard, parts, mailer, refusals, time);

    /// <summary>Whether <see cref="MailAsync"/> can be used: section <c>Mail</c> is set up.</summary>
    public bool CanMail => _mailer.IsSetUp;

    /// <summary>Asks for a key; the link works until a key deposited by it was seen to work, at most seven days.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>label-missing</c>, <c>label-too-long</c>, <c>note-too-long</c>, <c>key-in-words</c>.</exception>
    public async Task<DepositLink> AskAsync(CredentialKind kind, string? label, string? note, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.AskForCredential, cancel);
        var cleanNote = CredentialIntake.ReadNote(note);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = _time.GetUtcNow();
        var row = new DepositRequestRow
        {
            Id = Guid.CreateVersion7(), TokenHash = Hash(token), Kind = kind, Label = CredentialIntake.ReadLabel(label), Note = cleanNote,
            RequestedById = actor.Id, RequestedByName = actor.Name, CreatedAt = now, ExpiresAt = now + Lives,
        };
        await using var db = _database.Open();
        db.DepositRequests.Add(row);
        Append(db, AuditCodes.DepositRequested, row, actor);
        await db.SaveChangesAsync(cancel);
        return new DepositLink(row.Id, token, row.ExpiresAt);
    }

    /// <summary>Sends the link to somebody, right after asking.</summary>
    /// <param name="link">What <see cref="AskAsync"/> gave.</param>
    /// <param name="address">The whole address of the deposit page.</param>
    /// <param name="to">Who is to deposit the key.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancel">Stops the sending.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>deposit-unknown</c>, <c>mail-not-sent</c>.</exception>
    public async Task MailAsync(DepositLink link, Uri address, EmailAddress to, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.AskForCredential, cancel);
        await using var db = _database.Open();
        var hash = Hash(link.Token);
        var row = await db.DepositRequests.AsNoTracking().SingleOrDefaultAsync(d => d.Id == link.Id && d.TokenHash == hash && d.RequestedById == actor.Id, cancel)
            ?? throw new ProblemException(CredentialProblems.DepositUnknown);
        await _mailer.SendAsync(to, $"{actor.Name} asks you for a key: {row.Label}", DepositMail.Text(row, address), cancel);
        Append(db, AuditCodes.DepositMailed, row, actor, to);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Every request, newest first.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<DepositRequest>> ListAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeCredentials, cancel);
        await using var db = _database.Open();
        var rows = await db.DepositRequests.AsNoTracking().OrderByDescending(d => d.CreatedAt).Take(200).ToListAsync(cancel);
        var now = _time.GetUtcNow();
        return [.. rows.Select(row => new DepositRequest
        {
            Id = row.Id, Kind = row.Kind, Label = row.Label, Note = row.Note, RequestedByName = row.RequestedByName, CreatedAt = row.CreatedAt,
            ExpiresAt = row.ExpiresAt, State = State(row, now), FulfilledByName = row.FulfilledByName, CredentialId = row.CredentialId,
        })];
    }

    /// <summary>Takes a request back; its link stops working.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, or why it is not open any more.</exception>
    public async Task WithdrawAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.AskForCredential, cancel);
        await using var db = _database.Open();
        var row = await db.DepositRequests.SingleOrDefaultAsync(d => d.Id == id, cancel);
        DemandOpen(row);
        var now = _time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // One statement, so that a deposit at the same moment wins or loses as a whole.
        if (await db.DepositRequests.Where(d => d.Id == id && d.FulfilledAt == null && d.WithdrawnAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.WithdrawnAt, now), cancel) != 1) throw new ProblemException(CredentialProblems.DepositFulfilled);
        Append(db, AuditCodes.DepositWithdrawn, row, actor);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private void DemandOpen([System.Diagnostics.CodeAnalysis.NotNull] DepositRequestRow? row)
    {
        if (row is null) throw new ProblemException(CredentialProblems.DepositUnknown);
        var problem = State(row, _time.GetUtcNow()) switch
        {
            DepositState.Fulfilled => CredentialProblems.DepositFulfilled,
            DepositState.Withdrawn => CredentialProblems.DepositWithdrawn,
            DepositState.Expired => CredentialProblems.DepositExpired,
            _ => null,
        };
        if (problem is not null) throw new ProblemException(problem);
    }

    private void Append(PortalDbContext db, AuditCode code, DepositRequestRow row, Actor actor, EmailAddress? to = null) =>
        _parts.Audit.Append(db, new AuditEntry(code, actor, "deposit", row.Id.ToString())
        {
            Facts = new Dictionary<string, object?> { ["kind"] = row.Kind.ToString() },
            Personal = to is null ? new() { ["label"] = row.Label } : new Dictionary<string, object?> { ["label"] = row.Label, ["to"] = to.Text },
            Addresses = to is null ? [] : [to],
        });

    private static DepositState State(DepositRequestRow row, DateTimeOffset now) =>
        row.FulfilledAt is not null ? DepositState.Fulfilled
        : row.WithdrawnAt is not null ? DepositState.Withdrawn
        : row.ExpiresAt <= now ? DepositState.Expired : DepositState.Open;

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
