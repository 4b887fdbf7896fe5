using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.Sync.Foreign;
using Portal.Services.TestFlight.Releases;

namespace Portal.Services.Sync;

/// <summary>Both sides read to their end, the plan made of them and what the guard says of it.</summary>
internal sealed record Cycle(PlanInputs Inputs, SyncPlan Plan, SyncVerdict Verdict, BetaGroup Group)
{
    /// <summary>What was read of the group for it.</summary>
    public required GroupReading Reading { get; init; }
    public MirrorPlace Place => Reading.Place;
    public AppProbe Probe => Reading.Probe;

    /// <summary>Whether every tester of the group was read for this cycle, not taken from the mirror.</summary>
    public required bool IsExact { get; init; }

    /// <summary>What of the group is not the portal's own doing.</summary>
    public required GroupCompared Compared { get; init; }

    /// <summary>Whom of the people to add the app knows.</summary>
    public required KnownTesters Known { get; init; }

    private readonly Lazy<Dictionary<string, PlanItem>> _adds = new(() => Plan.Items.Where(i => i.Action is PlanAction.Add).ToDictionary(i => i.PersonKey, StringComparer.Ordinal));

    /// <summary>The planned add of a person.</summary>
    public PlanItem? PlannedAdd(string personKey) => _adds.Value.GetValueOrDefault(personKey);
}

/// <summary>No plan could be made. <paramref name="blocks"/>: a person has to do something first; otherwise the next check tries again.</summary>
internal sealed class CycleException(Problem problem, bool blocks) : Exception(problem.ToString())
{
    public Problem Problem { get; } = problem;
    public bool Blocks { get; } = blocks;
}

/// <summary>Who reads for what: a run, or a check of the schedule that has none.</summary>
internal sealed record Reader(Actor Actor, Guid? RunId, string Purpose, LinkLease? Lease, string? OnlyPersonKey = null)
{
    /// <summary>Whether every tester of the group has to be read. The schedule may plan from mirror and probe while they agree; who asks by hand gets what is there now.</summary>
    public bool Exact { get; init; } = true;

    /// <summary>Whether only a plan is wanted: then nobody has to be looked up.</summary>
    public bool OnlyLooks { get; init; }

    /// <summary>Whether everyone the link put in goes: then the team is not read, for it may be gone.</summary>
    public bool EndsProject { get; init; }

    /// <summary>The run to undo; the team is not read for it.</summary>
    public Guid? Undoes { get; init; }

    /// <summary>The run whose failures alone are tried again.</summary>
    public Guid? Retries { get; init; }

    /// <summary>What others read of the same app since then serves too; null: only what is read from now on.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Reads a link's team and group and plans. Writes nothing anywhere but in the mirror and in what was seen of the group's builds.</summary>
internal sealed partial class SyncReader(Database database, AppStoreConnectClient apple, AppProbes probes, MembershipReader memberships, GroupBuilds builds, KnownTesterReader knowing, TeamDirectories directories, BuildWatch watch, GroupWatch hands, QuietChecks quiet, TimeProvider time)
{
    public async Task<Cycle> ReadAsync(SyncLinkRow link, Reader reader, CancellationToken cancel) => (await ReadAsync(link, reader, plansAlways: true, cancel))!;

    /// <summary>For the schedule: both sides are read, and nothing is planned where all is as it was when nothing was to do.</summary>
    /// <returns>Null: as before.</returns>
    public Task<Cycle?> CheckAsync(SyncLinkRow link, Reader reader, CancellationToken cancel) => ReadAsync(link, reader, plansAlways: false, cancel);

    private async Task<Cycle?> ReadAsync(SyncLinkRow link, Reader reader, bool plansAlways, CancellationToken cancel)
    {
        var credential = await CredentialAsync(link, cancel);
        var use = UseOf(link, reader);
        var now = time.GetUtcNow();
        reader = reader with { Since = reader.Since is { } since && since < now ? since : now };
        try
        {
            var probe = await probes.GetAsync(use, link.AppId, reader.Since.Value, cancel);
            if (probe.Problem is { } shortProbe) throw new CycleException(shortProbe, blocks: false);
            var group = await GroupAsync(link, use, probe, cancel);
            // Whatever becomes of the team: a new build is seen with what was read anyway.
            await watch.SeeAsync(link, group.Builds, group.AllBuilds, cancel);
            var team = reader.EndsProject || reader.Undoes is not null ? new TeamSnapshot([], now, null) : await directories.For(link).ReadAsync(link, reader.Actor, reader.RunId, cancel);
            // Whoever's turn it is decides: a source that mends itself is tried again, one that needs a person blocks (invariant 13).
            // A refused key may be a hiccup: when it stays, the connection fails and blocks its links (invariant 23).
            if (team.Problem is { } source) throw new CycleException(source, blocks: source.Turn is not Turn.Nobody && source != SourceProblems.KeyRefused);
            var place = new MirrorPlace(link.IssuerId, link.AppId);
            if (!plansAlways && await quiet.IsAsBeforeAsync(link, reader.Lease!, new BothSides(credential, group, place, team), cancel)) return null;
            var reading = new GroupReading(link, reader, use, place, probe, group);
            var membership = await memberships.ReadAsync(reading, team, cancel);
            var compared = await hands.CompareAsync(reading, membership, cancel);
            return await PlanAsync(reading, credential, membership, compared, team, cancel);
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

    /// <summary>Invariants 3 to 5, from the probe; a group that is not among the app's is asked about by its id.</summary>
    private async Task<ProbedGroup> GroupAsync(SyncLinkRow link, KeyUse use, AppProbe probe, CancellationToken cancel)
    {
        if (!probe.Groups.TryGetValue(link.GroupId, out var probed))
        {
            var group = await apple.GetGroupAsync(use with { Purpose = $"{use.Purpose}: read group" }, link.GroupId, cancel) ?? throw new CycleException(SyncProblems.GroupGone(link.GroupName), blocks: true);
            probed = new ProbedGroup(group, [], AllBuilds: false);
        }
        if (probed.Group.IsInternal) throw new CycleException(SyncProblems.GroupIsInternal, blocks: true);
        return probed.Group.AppId == link.AppId ? probed : throw new CycleException(SyncProblems.GroupOfOtherApp, blocks: true);
    }

    private async Task<Cycle> PlanAsync(GroupReading reading, CredentialRow credential, Membership membership, GroupCompared compared, TeamSnapshot team, CancellationToken cancel)
    {
        var (link, reader) = (reading.Link, reading.Reader);
        await using var db = database.Open();
        var now = time.GetUtcNow();
        var ledger = await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id)
            .Select(m => new LedgerEntry(m.PersonKey, m.MemberId, m.Origin, m.ConfirmedAt != null, m.RemovedAt != null, m.EndsAt <= now)).ToDictionaryAsync(m => m.PersonKey, StringComparer.Ordinal, cancel);
        var suppressed = await db.Suppressions.AsNoTracking().Where(s => s.LinkId == link.Id && (s.Until == null || s.Until > now)).Select(s => s.PersonKey).ToListAsync(cancel);
        var observed = new GroupSnapshot(link.GroupId, membership.Testers, membership.ReadAt, null);
        // Without a build nobody can be invited; nor while Apple sends no invitation again.
        var mayInvite = !membership.Testers.Any(t => t.State == "NOT_INVITED") || !InvitationOffer.IsRefused(credential, now) && await builds.HasTestableAsync(reading, cancel);
        var inputs = new PlanInputs(team, observed, ledger, suppressed.ToHashSet(StringComparer.Ordinal), link.Policy, credential.ActiveVersion, HasTestableBuild: mayInvite, Resting: await PersonRests.ReadAsync(db, link.Id, now, but: reader.OnlyPersonKey, cancel));
        if (reader.EndsProject)
        {
            var end = SyncPlan.EndOfProject(inputs);
            return CycleOf(inputs, end, new SyncVerdict.NeedsApproval(SyncProblems.EndsProject(end.Removals)), KnownTesters.None);
        }
        var done = reader.Undoes is { } undone ? await DoneActsAsync(db, link.Id, undone, reader.RunId, cancel) : null;
        var plan = Made();
        var (known, freePlaces) = await knowing.ReadAsync(reading, membership, plan, cancel);
        if (freePlaces is not null)
        {
            inputs = inputs with { FreePlaces = freePlaces, KnownToApp = known.Keys };
            plan = Made();
        }
        if (reader.OnlyPersonKey is { } person) plan = plan.For(person);
        if (reader.Retries is { } retried) plan = await OfFailedAsync(db, plan, retried, cancel);
        var today = await ActsOfADay.ReadAsync(db, link, reader.RunId, plan, now, cancel);
        var facts = new GuardFacts(team.Members.Count, link.LastGoodTeamCount, observed.Testers.Count, today.Removals, FirstFill: link.FirstAppliedAt is null, today.Adds);
        return CycleOf(inputs, plan, done is null ? SyncGuard.Check(plan, link.Policy, facts) : SyncGuard.Limits(plan, link.Policy, facts with { FirstFill = false }), known);

        SyncPlan Made() => done is null ? SyncPlan.Calculate(inputs) : SyncPlan.Undo(inputs, reader.Undoes!.Value, done);

        Cycle CycleOf(PlanInputs of, SyncPlan made, SyncVerdict verdict, KnownTesters testers) =>
            new(of, made, verdict, reading.Probed.Group) { Reading = reading, IsExact = membership.IsExact, Compared = compared, Known = testers };
    }
}
