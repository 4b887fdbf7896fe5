using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Releases;

/// <summary>
/// Creates releases in Centercode, at most once each: the attempt is committed before it is sent, and what may have been made is
/// never sent again but by a person's word.
/// </summary>
internal sealed class ReleaseSender(Database database, AuditLog audit, AppStoreConnectClient apple, CentercodeClient centercode, IOptions<CentercodeOptions> options, TimeProvider time)
{
    private const int MostDelays = 8;
    private const int AtOnce = 50;
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(1);

    /// <summary>Sends what is due and gives up on what was sent by a portal that is no more.</summary>
    public async Task SendDueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var given = now - options.Value.Timeout - Spare;
        await using var db = database.Open();
        var open = await db.BuildReleases.AsNoTracking().Where(r => r.State == ReleaseState.Wanted && (r.NextTryAt == null || r.NextTryAt <= now) || r.State == ReleaseState.Sending && r.AttemptedAt < given)
            .OrderBy(r => r.AskedAt).Take(AtOnce).ToListAsync(cancel);
        foreach (var release in open)
        {
            if (release.State is ReleaseState.Sending) await EndAsync(release, new(ReleaseAnswerKind.Unknown, ReleaseProblems.Interrupted), null);
            else await SendAsync(release, cancel);
        }
    }

    private async Task SendAsync(BuildReleaseRow release, CancellationToken cancel)
    {
        await using var db = database.Open();
        var link = await db.Links.AsNoTracking().SingleAsync(l => l.Id == release.LinkId, cancel);
        var connection = link.ConnectionId ?? await db.BuildMonitors.Where(m => m.LinkId == link.Id).Select(m => m.ConnectionId).SingleOrDefaultAsync(cancel);
        var (text, problem) = await TextAsync(link, release, cancel);
        if (text is null)
        {
            await DelayAsync(release, problem!, sent: false);
            return;
        }
        if (problem is not null || connection is null)
        {
            if (await ClaimAsync(release, link, text.Title, cancel)) await EndAsync(release, new(ReleaseAnswerKind.Refused, problem ?? ReleaseProblems.NoConnection), text.Title);
            return;
        }
        // Another machine may have it by now.
        if (!await ClaimAsync(release, link, text.Title, cancel)) return;
        var use = new KeyUse(connection.Value, Actor.Schedule, "release: create") { AppId = link.AppId, GroupId = link.GroupId, LinkId = link.Id };
        var answer = await centercode.CreateReleaseAsync(use, link.ProjectKey, link.ReleaseTypeKey, text, release.Mode, time.GetUtcNow(), CancellationToken.None);
        if (answer.Kind is ReleaseAnswerKind.Later) await DelayAsync(release, answer.Problem!, sent: true);
        else await EndAsync(release, answer, text.Title);
    }

    /// <summary>What the release says. Null: Apple could not be read now. With a problem: there is no such build.</summary>
    private async Task<(ReleaseText? Text, Problem? Problem)> TextAsync(SyncLinkRow link, BuildReleaseRow release, CancellationToken cancel)
    {
        var use = new KeyUse(link.CredentialId, Actor.Schedule, "release: read build") { AppId = link.AppId, GroupId = link.GroupId, LinkId = link.Id };
        try
        {
            var build = await apple.GetBuildAsync(use, release.BuildId, cancel);
            if (build is null || build.AppId != link.AppId) return (new(release.Title, "", "", ""), ReleaseProblems.BuildOfOtherApp);
            var texts = await apple.ListBuildTextsAsync(use, release.BuildId, cancel);
            var toTest = texts.Items.OrderByDescending(text => text.Locale.StartsWith("en", StringComparison.Ordinal)).Select(text => text.Text).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
            return (ReleaseText.Of(link.AppName, build, toTest), null);
        }
        catch (AppleException failed)
        {
            return (null, failed.Problem);
        }
        catch (ProblemException failed)
        {
            return (null, failed.Problem);
        }
    }

    /// <summary>Writes the attempt down before it is sent; false: somebody else has it.</summary>
    private async Task<bool> ClaimAsync(BuildReleaseRow release, SyncLinkRow link, string title, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var now = time.GetUtcNow();
        var mine = await db.BuildReleases.Where(r => r.Id == release.Id && r.State == ReleaseState.Wanted && r.Attempts == release.Attempts).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, ReleaseState.Sending).SetProperty(r => r.Attempts, r => r.Attempts + 1).SetProperty(r => r.AttemptedAt, now).SetProperty(r => r.Title, title).SetProperty(r => r.SettledByName, (string?)null), cancel);
        if (mine != 1) return false;
        (release.State, release.Attempts) = (ReleaseState.Sending, release.Attempts + 1);
        audit.Append(db, BuildWatch.EventOf(AuditCodes.ReleaseAttempted, Actor.Schedule, link, release));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private Task EndAsync(BuildReleaseRow release, ReleaseAnswer answer, string? title) => SettleAsync(release, (row, now) =>
    {
        row.State = answer.Kind switch { ReleaseAnswerKind.Created => ReleaseState.Created, ReleaseAnswerKind.Unknown => ReleaseState.Unconfirmed, _ => ReleaseState.Refused };
        (row.CentercodeId, row.ProblemCode, row.ProblemSentence, row.EndedAt, row.NextTryAt) = (answer.Id, answer.Problem?.Code, answer.Problem?.Sentence, now, null);
        row.Title = title ?? row.Title;
        return row.State switch { ReleaseState.Created => AuditCodes.ReleaseCreated, ReleaseState.Unconfirmed => AuditCodes.ReleaseUnconfirmed, _ => AuditCodes.ReleaseRefused };
    });

    /// <summary>Nothing was made: tried again by itself, later each time, until a person has to look.</summary>
    private Task DelayAsync(BuildReleaseRow release, Problem problem, bool sent) => SettleAsync(release, (row, now) =>
    {
        row.Delays++;
        (row.ProblemCode, row.ProblemSentence) = (problem.Code, problem.Sentence);
        if (row.Delays < MostDelays)
        {
            (row.State, row.NextTryAt) = (ReleaseState.Wanted, now + TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, row.Delays - 1))));
            return null;
        }
        if (!sent) row.Attempts++;
        (row.State, row.NextTryAt, row.EndedAt) = (ReleaseState.Refused, null, now);
        return AuditCodes.ReleaseRefused;
    });

    /// <summary>Changes the row unless somebody else has moved it on since it was read. An answer that comes late is an answer still.</summary>
    private async Task SettleAsync(BuildReleaseRow release, Func<BuildReleaseRow, DateTimeOffset, AuditCode?> change)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        // Holds the row until the end of the transaction.
        var still = await db.BuildReleases.Where(r => r.Id == release.Id && (r.State == release.State || r.State == ReleaseState.Unconfirmed && r.SettledByName == null) && r.Attempts == release.Attempts).ExecuteUpdateAsync(set => set.SetProperty(r => r.Attempts, r => r.Attempts));
        if (still != 1) return;
        var row = await db.BuildReleases.SingleAsync(r => r.Id == release.Id);
        if (change(row, time.GetUtcNow()) is { } code) audit.Append(db, BuildWatch.EventOf(code, Actor.Schedule, await db.Links.AsNoTracking().SingleAsync(l => l.Id == row.LinkId), row));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}
