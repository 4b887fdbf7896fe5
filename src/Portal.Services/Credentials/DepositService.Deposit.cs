using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

public sealed partial class DepositService
{
    /// <summary>What the link asks for. Anybody signed in may look, with or without a role.</summary>
    /// <exception cref="ProblemException"><c>deposit-sign-in</c>, <c>deposit-unknown</c>, <c>deposit-fulfilled</c>, <c>deposit-withdrawn</c>, <c>deposit-expired</c>.</exception>
    public async Task<DepositInvitation> OpenDepositAsync(string token, Actor actor, CancellationToken cancel = default)
    {
        var row = await FindAsync(token, actor, cancel);
        return new DepositInvitation(row.Kind, row.Label, row.Note, row.RequestedByName, row.ExpiresAt) { WasTried = row.CredentialId is not null };
    }

    /// <summary>Deposits the Apple key the link asks for, then tries it.</summary>
    /// <exception cref="ProblemException">Why the link does not work, or what is wrong with the form. The link works on until the key was seen to work.</exception>
    public Task<DepositReceipt> DepositAsync(string token, NewAppleKey form, Actor actor, CancellationToken cancel = default) =>
        DepositAsync(token, CredentialKind.AppleTeamKey, () => _parts.Intake.Read(form), null, actor, cancel);

    /// <summary>Deposits the Centercode key the link asks for, then tries it.</summary>
    /// <exception cref="ProblemException">Why the link does not work, or what is wrong with the form. The link works on until the key was seen to work.</exception>
    public Task<DepositReceipt> DepositAsync(string token, NewCentercodeKey form, Actor actor, CancellationToken cancel = default) =>
        DepositAsync(token, CredentialKind.CentercodeApiKey, () => _parts.Intake.Read(form), form.DataPackage, actor, cancel);

    private async Task<DepositReceipt> DepositAsync(string token, CredentialKind kind, Func<IncomingSecret> read, string? package, Actor actor, CancellationToken cancel)
    {
        var request = await FindAsync(token, actor, cancel);
        if (request.Kind != kind) throw new ProblemException(CredentialProblems.OtherKind);
        var id = await _parts.ReadAsync(read, actor, secret => _parts.Store.DepositAsync(secret, actor, request, cancel), cancel);
        var problem = await _parts.Check.VerifyAsync(id, actor, cancel, package);
        return new DepositReceipt(problem is null, problem);
    }

    private async Task<DepositRequestRow> FindAsync(string token, Actor actor, CancellationToken cancel)
    {
        if (actor.Kind is ActorKind.Anonymous) throw new ProblemException(CredentialProblems.SignInToDeposit);
        var hash = Hash(token);
        await using var db = _database.Open();
        var row = await db.DepositRequests.AsNoTracking().SingleOrDefaultAsync(d => d.TokenHash == hash, cancel);
        try
        {
            DemandOpen(row);
            return row;
        }
        catch (ProblemException refused)
        {
            await RecordRefusalAsync(row, refused.Problem, actor, cancel);
            throw;
        }
    }

    // Anybody signed in may try tokens: within the budget for refusals, so that nobody can fill the audit.
    private async Task RecordRefusalAsync(DepositRequestRow? row, Problem problem, Actor actor, CancellationToken cancel)
    {
        if (_refusals.Take(actor) is not { } missed) return;
        await _parts.Audit.WriteAsync(new AuditEntry(AuditCodes.DepositRefused, actor, "deposit", row?.Id.ToString())
        {
            Facts = new Dictionary<string, object?> { ["problem"] = problem.Code, ["unrecorded-before"] = missed },
        }, cancel);
    }
}
