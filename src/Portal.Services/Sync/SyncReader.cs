using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Both sides read to their end, the plan made of them and what the guard says of it.</summary>
internal sealed record Cycle(PlanInputs Inputs, SyncPlan Plan, SyncVerdict Verdict, BetaGroup Group);

/// <summary>No plan could be made. <paramref name="blocks"/>: a person has to do something first; otherwise the next check tries again.</summary>
internal sealed class CycleException(Problem problem, bool blocks) : Exception(problem.ToString())
{
    public Problem Problem { get; } = problem;
    public bool Blocks { get; } = blocks;
}

/// <summary>Who reads for what: a run, or a check of the schedule that has none.</summary>
internal sealed record Reader(Actor Actor, Guid? RunId, string Purpose, LinkLease? Lease, string? OnlyPersonKey = null);

/// <summary>Reads a link's team and group and plans. Writes nothing anywhere.</summary>
internal sealed class SyncReader(Database database, AppStoreConnectClient apple, TeamDirectories directories, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public async Task<Cycle> ReadAsync(SyncLinkRow link, Reader reader, CancellationToken cancel)
    {
        var credential = await CredentialAsync(link, cancel);
        var use = UseOf(link, reader);
        try
        {
            var group = await GroupAsync(link, use, cancel);
            var testers = await apple.ListGroupTestersAsync(use with { Purpose = $"{reader.Purpose}: read testers" }, link.GroupId, cancel);
            var observed = new GroupSnapshot(link.GroupId, testers.Items, time.GetUtcNow(), testers.Complete ? null : testers.Because ?? SyncProblems.ShortRead("The group"));
            if (observed.Problem is { } shortRead) throw new CycleException(shortRead, blocks: false);
            var builds = await apple.ListGroupBuildsAsync(use with { Purpose = $"{reader.Purpose}: read builds" }, link.GroupId, cancel);
            var team = await directories.For(link).ReadAsync(link, reader.Actor, reader.RunId, cancel);
            // Whoever's turn it is decides: a source that mends itself is tried again, one that needs a person blocks (invariant 13).
            // A refused key may be a hiccup: when it stays, the connection fails and blocks its links (invariant 23).
            if (team.Problem is { } source) throw new CycleException(source, blocks: source.Turn is not Turn.Nobody && source != SourceProblems.KeyRefused);
            var hasTestableBuild = builds.Items.Any(build => build.IsTestable(isInternal: false, time.GetUtcNow()));
            return await PlanAsync(link, reader, credential, group, observed, team, hasTestableBuild, cancel);
        }
        catch (AppleException refusal)
        {
            throw new CycleException(refusal.Problem, blocks: refusal.Reach is FailureReach.Credential && refusal.Problem.Turn is not Turn.Nobody);
        }
        catch (ProblemException refusal)
        {
            throw new CycleException(refusal.Problem, blocks: refusal.Problem.Turn is not Turn.Nobody);
        }
    }

    public static KeyUse UseOf(SyncLinkRow link, Reader reader) => new(link.CredentialId, reader.Actor, reader.Purpose)
    {
        LinkId = link.Id, RunId = reader.RunId, ForOnePerson = reader.OnlyPersonKey is not null, AppId = link.AppId, GroupId = link.GroupId, LeaseNumber = reader.Lease?.Number,
        Fence = reader.Lease is { } lease ? lease.FenceAsync : null,
    };

    private async Task<CredentialRow> CredentialAsync(SyncLinkRow link, CancellationToken cancel)
    {
        await using var db = database.Open();
        var credential = await db.Credentials.AsNoTracking().SingleAsync(c => c.Id == link.CredentialId, cancel);
        if (credential.Status is not CredentialStatus.Active) throw new CycleException(SyncProblems.CredentialNotActive(credential.Label, credential.Status.ToString()), blocks: true);
        // Invariant 4: a link never moves silently to another team's credential.
        return credential.IssuerId == link.IssuerId ? credential : throw new CycleException(SyncProblems.OtherAppleTeam, blocks: true);
    }

    private async Task<BetaGroup> GroupAsync(SyncLinkRow link, KeyUse use, CancellationToken cancel)
    {
        var group = await apple.GetGroupAsync(use with { Purpose = $"{use.Purpose}: read group" }, link.GroupId, cancel) ?? throw new CycleException(SyncProblems.GroupGone(link.GroupName), blocks: true);
        if (group.IsInternal) throw new CycleException(SyncProblems.GroupIsInternal, blocks: true);
        return group.AppId == link.AppId ? group : throw new CycleException(SyncProblems.GroupOfOtherApp, blocks: true);
    }

    private async Task<Cycle> PlanAsync(SyncLinkRow link, Reader reader, CredentialRow credential, BetaGroup group, GroupSnapshot observed, TeamSnapshot team, bool hasTestableBuild, CancellationToken cancel)
    {
        await using var db = database.Open();
        var now = time.GetUtcNow();
        var ledger = await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id)
            .Select(m => new LedgerEntry(m.PersonKey, m.MemberId, m.Origin, m.ConfirmedAt != null, m.RemovedAt != null)).ToDictionaryAsync(m => m.PersonKey, StringComparer.Ordinal, cancel);
        var suppressed = await db.Suppressions.AsNoTracking().Where(s => s.LinkId == link.Id && (s.Until == null || s.Until > now)).Select(s => s.PersonKey).ToListAsync(cancel);
        var inputs = new PlanInputs(team, observed, ledger, suppressed.ToHashSet(StringComparer.Ordinal), link.Policy, credential.ActiveVersion, HasTestableBuild: hasTestableBuild);
        var plan = SyncPlan.Calculate(inputs);
        if (plan.Adds > 0) plan = SyncPlan.Calculate(inputs = inputs with { FreePlaces = await FreePlacesAsync(link, reader, cancel) });
        if (reader.OnlyPersonKey is { } person) plan = plan.For(person);
        var dayAgo = now - Day;
        var removedToday = await db.RunItems.AsNoTracking().CountAsync(i => i.Action == PlanAction.Remove && i.OutcomeAt > dayAgo
            && (i.Outcome == ItemOutcome.Confirmed || i.Outcome == ItemOutcome.PendingAtApple || i.Outcome == ItemOutcome.Sent)
            && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == link.Id), cancel);
        var facts = new GuardFacts(team.Members.Count, link.LastGoodTeamCount, observed.Testers.Count, removedToday, FirstFill: link.FirstAppliedAt is null);
        return new Cycle(inputs, plan, SyncGuard.Check(plan, link.Policy, facts), group);
    }

    /// <summary>Invariant 15: 10,000 testers per app over all groups; not known when Apple leaves the total out.</summary>
    private async Task<int?> FreePlacesAsync(SyncLinkRow link, Reader reader, CancellationToken cancel)
    {
        var use = UseOf(link, reader);
        var total = await apple.CountTestersAsync(use with { Purpose = $"{reader.Purpose}: count testers" }, link.AppId, cancel);
        return total is { } count ? Math.Max(0, TestFlightLimits.ExternalTestersPerApp - count) : null;
    }
}
