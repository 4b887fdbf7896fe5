using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>
/// Tries a key with harmless reads, each a recorded key use (invariants 26, 27). A new version is tried before it takes the
/// place of the old one (invariant 29); 401 to several fresh tokens means no (invariant 23).
/// </summary>
internal sealed class CredentialCheck(Database database, CredentialVault vault, AppStoreConnectClient apple, CentercodeClient centercode, CredentialVerdicts verdicts)
{
    private const string Purpose = "credentials: verify";

    /// <summary>Tries the newest version that is not retired.</summary>
    /// <param name="credentialId">Whose.</param>
    /// <param name="actor">Who tries it.</param>
    /// <param name="cancel">Stops the trying.</param>
    /// <param name="package">A Data Package to read with a Centercode key; null: one of a link that uses it, where there is any.</param>
    /// <returns>Null when it works, or nothing speaks against it; otherwise why not.</returns>
    /// <exception cref="ProblemException"><c>credential-not-found</c>, <c>credential-is-retired</c>, <c>credential-locked</c>.</exception>
    public async Task<Problem?> VerifyAsync(Guid credentialId, Actor actor, CancellationToken cancel, string? package = null)
    {
        var (credential, version) = await FindAsync(credentialId, cancel);
        if (vault.LockedBecause(version, credential.Kind) is { } locked) throw new ProblemException(locked);
        var use = new KeyUse(credentialId, actor, Purpose) { Version = version.Number };
        var verdict = credential.Kind is CredentialKind.AppleTeamKey ? await ProbeAppleAsync(use, cancel) : await ProbeCentercodeAsync(use, package, cancel);
        return await verdicts.ApplyAsync(credentialId, version.Number, verdict, actor, cancel);
    }

    private async Task<(CredentialRow, CredentialVersionRow)> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = database.Open();
        var credential = await db.Credentials.AsNoTracking().Include(c => c.Versions).SingleOrDefaultAsync(c => c.Id == id, cancel)
            ?? throw new ProblemException(CredentialProblems.NotFound);
        if (credential.Status is CredentialStatus.Retired) throw new ProblemException(CredentialProblems.Retired);
        return (credential, credential.Versions.Where(v => v.RetiredAt is null).MaxBy(v => v.Number) ?? throw new ProblemException(CredentialProblems.Retired));
    }

    private async Task<Verdict> ProbeAppleAsync(KeyUse use, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var probe = await apple.ProbeAsync(use, cancel);
                return new Verdict(VerdictKind.Works, null) { IsAdmin = probe.IsAdmin };
            }
            catch (AppleException refused) when (refused.Status == 401)
            {
                // Each try signs afresh: the client forgets a token Apple refused.
                if (tries == CredentialHealth.RefusalsThatFail) return new Verdict(VerdictKind.Refused, null);
            }
            catch (AppleException failed)
            {
                return new Verdict(failed.Reach is FailureReach.Credential ? VerdictKind.AuthenticatesOnly : VerdictKind.Unknown, failed.Problem);
            }
        }
    }

    private async Task<Verdict> ProbeCentercodeAsync(KeyUse use, string? package, CancellationToken cancel)
    {
        package = string.IsNullOrWhiteSpace(package) ? await PackageOfALinkAsync(use.CredentialId, cancel) : package;
        for (var tries = 1; ; tries++)
        {
            var problem = package is null ? await centercode.ProbeAsync(use, cancel) : (await centercode.ReadRowsAsync(use, package, cancel)).Problem;
            if (problem is null) return new Verdict(package is null ? VerdictKind.NotRefused : VerdictKind.Works, null);
            if (problem == SourceProblems.Forbidden) return new Verdict(VerdictKind.AuthenticatesOnly, problem);
            if (problem != SourceProblems.KeyRefused) return new Verdict(VerdictKind.Unknown, problem);
            if (tries == CredentialHealth.RefusalsThatFail) return new Verdict(VerdictKind.Refused, CredentialProblems.ApiKeyRefused);
        }
    }

    // Centercode offers no call that only checks a key: reading what is read anyway is the one harmless thing that shows it.
    private async Task<string?> PackageOfALinkAsync(Guid connectionId, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Links.Where(l => l.ConnectionId == connectionId && l.State != LinkState.Retired && l.SourceUrl != "")
            .OrderBy(l => l.Id).Select(l => l.SourceUrl).FirstOrDefaultAsync(cancel);
    }
}

/// <summary>What a try told.</summary>
internal enum VerdictKind
{
    /// <summary>Authenticates and reads.</summary>
    Works,
    /// <summary>Nothing speaks against it, and nothing shows that it may read: Centercode, as long as no Data Package was read.</summary>
    NotRefused,
    /// <summary>Refused with several fresh tokens.</summary>
    Refused,
    /// <summary>Known to the other side, but it may not read: agreement, membership, role.</summary>
    AuthenticatesOnly,
    /// <summary>No answer worth the name; nothing is known.</summary>
    Unknown,
}

/// <summary>What a try told, and the other side's reason where it gave one.</summary>
internal sealed record Verdict(VerdictKind Kind, Problem? Problem)
{
    public bool? IsAdmin { get; init; }
}
