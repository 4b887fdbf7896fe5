using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Services.Sync.Approvals;

namespace Portal.Services.Credentials;

/// <summary>Credentials: see, add, replace, verify, rename, retire. A secret goes in and never comes out (invariant 25).</summary>
public sealed class CredentialService
{
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly CredentialParts _parts;
    private readonly ApprovalBook _approvals;
    private readonly TimeProvider _time;

    internal CredentialService(Database database, AuditLog audit, AccessGuard guard, CredentialParts parts, ApprovalBook approvals, TimeProvider time) =>
        (_database, _audit, _guard, _parts, _approvals, _time) = (database, audit, guard, parts, approvals, time);

    /// <summary>Every credential, by label.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<CredentialSummary>> ListAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeCredentials, cancel);
        return await _parts.Reader.ListAsync(cancel);
    }

    /// <summary>One credential with versions, capability and what uses it.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>.</exception>
    public async Task<CredentialDetails> GetAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeCredentials, cancel);
        return await _parts.Reader.GetAsync(id, cancel);
    }

    /// <summary>Stores an Apple team key, *Unverified*, then tries it: it comes back *Active*, *Failing* or, when Apple did not answer, still *Unverified*.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, or what is wrong with the form; nothing is stored then.</exception>
    public Task<CredentialSummary> AddAppleKeyAsync(NewAppleKey form, Actor actor, CancellationToken cancel = default) =>
        AddAsync(() => _parts.Intake.Read(form), null, actor, cancel);

    /// <summary>Stores a Centercode connection, *Unverified*, then tries it: *Active* only when a Data Package was read with it.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, or what is wrong with the form; nothing is stored then.</exception>
    public Task<CredentialSummary> AddCentercodeAsync(NewCentercodeKey form, Actor actor, CancellationToken cancel = default) =>
        AddAsync(() => _parts.Intake.Read(form), form.DataPackage, actor, cancel);

    /// <summary>Replaces an Apple key: the new version is tried first and takes the old one's place only when it works (invariant 29).</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, what is wrong with the form, or why the new key does not work; the old one stays in use then.</exception>
    public Task<CredentialSummary> AddVersionAsync(Guid id, NewAppleKey form, Actor actor, CancellationToken cancel = default) =>
        ReplaceAsync(id, CredentialKind.AppleTeamKey, row => _parts.Intake.Read(form, row.IssuerId), actor, cancel);

    /// <summary>Replaces a Centercode API key in the same way.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, what is wrong with the form, or why the new key does not work; the old one stays in use then.</exception>
    public Task<CredentialSummary> AddVersionAsync(Guid id, NewCentercodeKey form, Actor actor, CancellationToken cancel = default) =>
        ReplaceAsync(id, CredentialKind.CentercodeApiKey, row => _parts.Intake.Read(form, row.CommunityAddress), actor, cancel);

    /// <summary>Tries the key now with harmless reads.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>, <c>credential-is-retired</c>, <c>credential-locked</c>.</exception>
    public async Task<CredentialSummary> VerifyAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        await _parts.Check.VerifyAsync(id, actor, cancel);
        return (await _parts.Reader.GetAsync(id, cancel)).Summary;
    }

    /// <summary>Gives the credential another label.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>, <c>label-missing</c>, <c>label-too-long</c>.</exception>
    public async Task RenameAsync(Guid id, string label, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        var clean = CredentialIntake.ReadLabel(label);
        await using var db = _database.Open();
        var row = await FindAsync(db, id, cancel);
        if (row.Label == clean) return;
        Append(db, AuditCodes.CredentialChanged, id, actor, new() { ["labelBefore"] = row.Label, ["labelAfter"] = clean });
        row.Label = clean;
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>
    /// Changes how an Apple key is used: scoped tokens for fixed reads, and how many requests are in flight at a time (4 or 8).
    /// Switching scoped tokens off is asked for, not done: it holds once a second person allows it (invariant 31).
    /// </summary>
    /// <returns>The request, where it is one; null: all of it holds now.</returns>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>, <c>credential-is-retired</c>, <c>credential-other-kind</c>, <c>requests-in-flight</c>.</exception>
    public async Task<Guid?> ChangeUseAsync(Guid id, bool scopedReads, int parallelRequests, Actor actor, string? reason = null, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        if (parallelRequests is not (4 or 8)) throw new ProblemException(CredentialProblems.RequestsInFlight);
        await using var db = _database.Open();
        var row = await FindAsync(db, id, cancel);
        if (row.Kind is not CredentialKind.AppleTeamKey) throw new ProblemException(CredentialProblems.OtherKind);
        if (row.Status is CredentialStatus.Retired) throw new ProblemException(CredentialProblems.Retired);
        var asked = row.ScopedReads && !scopedReads ? await AskToWidenAsync(db, row, reason, actor, cancel) : (Guid?)null;
        if (asked is not null) scopedReads = true;
        if (row.ScopedReads == scopedReads && row.ParallelRequests == parallelRequests)
        {
            await db.SaveChangesAsync(cancel);
            return asked;
        }
        _audit.Append(db, new AuditEntry(AuditCodes.CredentialUseChanged, actor, "credential", id.ToString())
        {
            CredentialId = id,
            Facts = new Dictionary<string, object?>
            {
                ["scopedReadsBefore"] = row.ScopedReads, ["scopedReadsAfter"] = scopedReads, ["inFlightBefore"] = row.ParallelRequests, ["inFlightAfter"] = parallelRequests,
            },
        });
        (row.ScopedReads, row.ParallelRequests) = (scopedReads, parallelRequests);
        await db.SaveChangesAsync(cancel);
        return asked;
    }

    private async Task<Guid> AskToWidenAsync(PortalDbContext db, CredentialRow row, string? reason, Actor actor, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        if (await ApprovalBook.Open(db).FirstOrDefaultAsync(a => a.CredentialId == row.Id && a.Kind == ApprovalKind.ScopedReadsOff && a.ExpiresAt > now, cancel) is { } same)
            throw new ProblemException(ApprovalProblems.AlreadyAsked(same.RequestedByName));
        return _approvals.Ask(db, new ApprovalRow
        {
            Kind = ApprovalKind.ScopedReadsOff, CredentialId = row.Id, Count = 1, ProblemCode = ApprovalProblems.NarrowTokensOff.Code, ProblemSentence = ApprovalProblems.NarrowTokensOff.Sentence,
            RequestedById = actor.Id, RequestedByName = actor.Name, RequestReason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
        }, actor).Id;
    }

    /// <summary>Takes the credential out of use for good. The key lives on at Apple until somebody revokes it there.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-found</c>, <c>credential-is-retired</c>, <c>credential-still-used</c> naming the links.</exception>
    public async Task RetireAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        await using var db = _database.Open();
        // In one transaction with the look at the links, so that none is made meanwhile.
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var row = await FindAsync(db, id, cancel);
        if (row.Status is CredentialStatus.Retired) throw new ProblemException(CredentialProblems.Retired);
        var users = await CredentialReader.UsersAsync(db, id, cancel);
        if (users.Count > 0) throw new ProblemException(CredentialProblems.StillUsed([.. users.Select(user => user.Name)]));
        var now = _time.GetUtcNow();
        (row.Status, row.RetiredAt, row.ProblemCode, row.ProblemSentence) = (CredentialStatus.Retired, now, null, null);
        foreach (var version in row.Versions) version.RetiredAt ??= now;
        Append(db, AuditCodes.CredentialRetired, id, actor, []);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<CredentialSummary> AddAsync(Func<IncomingSecret> read, string? package, Actor actor, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        var id = await _parts.ReadAsync(read, actor, secret => _parts.Store.AddAsync(secret, actor, cancel), cancel);
        await _parts.Check.VerifyAsync(id, actor, cancel, package);
        return (await _parts.Reader.GetAsync(id, cancel)).Summary;
    }

    private async Task<CredentialSummary> ReplaceAsync(Guid id, CredentialKind kind, Func<CredentialRow, IncomingSecret> read, Actor actor, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.ManageCredentials, cancel);
        CredentialRow row;
        await using (var db = _database.Open()) row = await FindAsync(db, id, cancel);
        if (row.Kind != kind) throw new ProblemException(CredentialProblems.OtherKind);
        if (row.Status is CredentialStatus.Retired) throw new ProblemException(CredentialProblems.Retired);
        await _parts.ReadAsync(() => read(row), actor, secret => _parts.Store.AddVersionAsync(id, secret, actor, cancel), cancel);
        if (await _parts.Check.VerifyAsync(id, actor, cancel) is { } problem) throw new ProblemException(problem);
        return (await _parts.Reader.GetAsync(id, cancel)).Summary;
    }

    private static async Task<CredentialRow> FindAsync(PortalDbContext db, Guid id, CancellationToken cancel) =>
        await db.Credentials.Include(c => c.Versions).SingleOrDefaultAsync(c => c.Id == id, cancel) ?? throw new ProblemException(CredentialProblems.NotFound);

    private void Append(PortalDbContext db, AuditCode code, Guid id, Actor actor, Dictionary<string, object?> personal) =>
        _audit.Append(db, new AuditEntry(code, actor, "credential", id.ToString()) { CredentialId = id, Personal = personal });
}
