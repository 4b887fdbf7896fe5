using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Rules;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.TestFlight.Rules;

/// <summary>Auto-build rules of external groups, which Apple's API lacks.</summary>
public sealed class AutoBuildService
{
    private const int Shown = 20;
    private static readonly string[] Platforms = ["", "IOS", "MAC_OS", "TV_OS", "VISION_OS"];
    private readonly AccessGuard _guard;
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AppleShelf _shelf;
    private readonly BuildNudge _nudge;
    private readonly TimeProvider _time;

    internal AutoBuildService(AccessGuard guard, Database database, AuditLog audit, AppleShelf shelf, BuildNudge nudge, TimeProvider time) =>
        (_guard, _database, _audit, _shelf, _nudge, _time) = (guard, database, audit, shelf, nudge, time);

    /// <summary>A group's rule with what it did last; null: it has none.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<RuleView?> FindAsync(string groupId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var row = await db.AutoBuildRules.AsNoTracking().SingleOrDefaultAsync(r => r.GroupId == groupId, cancel);
        if (row is null) return null;
        var look = await db.AppLooks.AsNoTracking().SingleOrDefaultAsync(l => l.AppId == row.AppId, cancel);
        var outcomes = await db.AutoBuildOutcomes.AsNoTracking().Where(o => o.GroupId == groupId).OrderByDescending(o => o.UploadedAt).Take(Shown).ToListAsync(cancel);
        return new(row.GroupId, WantedOf(row), row.ComplianceByName, row.ComplianceAt, row.Since, row.ChangedByName, row.ChangedAt, look?.LookedAt, StoredProblem.Of(look?.ProblemCode, look?.ProblemSentence),
            [.. outcomes.Select(outcome => ViewOf(outcome, row.GroupName))]);
    }

    /// <summary>What rules have done with a build, group by group.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<RuleOutcomeView>> OfBuildAsync(string buildId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var outcomes = await db.AutoBuildOutcomes.AsNoTracking().Where(o => o.BuildId == buildId).ToListAsync(cancel);
        var groups = outcomes.Select(o => o.GroupId).ToList();
        var names = await db.AutoBuildRules.AsNoTracking().Where(r => groups.Contains(r.GroupId)).ToDictionaryAsync(r => r.GroupId, r => r.GroupName, cancel);
        return [.. outcomes.Select(o => ViewOf(o, names.GetValueOrDefault(o.GroupId, o.GroupId))).OrderBy(o => o.GroupName, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>What a rule would do with each of the app's newest builds, had they come now. Changes nothing.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>, <c>rule-group-internal</c>, or what cannot be read in the form.</exception>
    public async Task<IReadOnlyList<DryRunLine>> DryRunAsync(string groupId, RuleWanted wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var rule = Read(wanted) with { Since = DateTimeOffset.MinValue };
        var (group, key) = await GroupAsync(actor, groupId, cancel);
        var builds = await _shelf.BuildsAsync(actor, key, group.AppId, refresh: false, cancel);
        var now = _time.GetUtcNow();
        return [.. builds.Value.Where(build => !build.IsExpired(now)).OrderByDescending(build => build.UploadedDate).Take(Shown)
            .Select(build => new DryRunLine(build, RuleDecisions.Of(rule, build, groupId, newerGiven: false, now)))];
    }

    /// <summary>Makes or changes a group's rule. It acts on builds uploaded from the moment it was switched on.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>, <c>rule-group-internal</c>, or what cannot be read in the form.</exception>
    public async Task<RuleView> SaveAsync(string groupId, RuleWanted wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var rule = Read(wanted);
        var (group, key) = await GroupAsync(actor, groupId, cancel);
        await using var db = _database.Open();
        var now = _time.GetUtcNow();
        var row = await db.AutoBuildRules.SingleOrDefaultAsync(r => r.GroupId == groupId, cancel);
        var before = row is null ? new RuleWanted() : WantedOf(row);
        if (row is null) db.AutoBuildRules.Add(row = new AutoBuildRuleRow { GroupId = groupId, GroupName = group.Name, AppId = group.AppId, CredentialId = key.Id, Versions = "", ChangedById = actor.Id, ChangedByName = actor.Name });
        // Apple's times are whole seconds.
        if (wanted.Enabled && !before.Enabled) row.Since = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        if (wanted.Compliance != before.Compliance) Answer(db, row, wanted.Compliance, actor, now);
        (row.GroupName, row.CredentialId, row.Enabled, row.Versions, row.Platform, row.SubmitForReview) = (group.Name, key.Id, wanted.Enabled, rule.Versions.Text, rule.Platform, wanted.SubmitForReview);
        (row.QuietFrom, row.QuietTo, row.TimeZone) = rule.Quiet is null ? ("", "", "") : (wanted.QuietFrom.Trim(), wanted.QuietTo.Trim(), rule.Quiet.Zone.Id);
        (row.ChangedById, row.ChangedByName, row.ChangedAt) = (actor.Id, actor.Name, now);
        _audit.Append(db, new AuditEntry(AuditCodes.RuleChanged, actor, "group", groupId)
        {
            CredentialId = key.Id,
            Facts = new Dictionary<string, object?>
            {
                ["app"] = group.AppId, ["enabled"] = $"{before.Enabled} → {wanted.Enabled}", ["versions"] = rule.Versions.Text, ["platform"] = rule.Platform,
                ["quiet"] = rule.Quiet?.InWords, ["submitForReview"] = $"{before.SubmitForReview} → {wanted.SubmitForReview}",
            },
        });
        if (wanted.Enabled) await AppLooks.WantAsync(db, group.AppId, key.Id, now, cancel);
        await db.SaveChangesAsync(cancel);
        _nudge.Tell();
        return (await FindAsync(groupId, actor, cancel))!;
    }

    /// <summary>Removes a group's rule; builds it gave stay.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>rule-not-found</c>.</exception>
    public async Task RemoveAsync(string groupId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var row = await db.AutoBuildRules.SingleOrDefaultAsync(r => r.GroupId == groupId, cancel) ?? throw new ProblemException(RuleProblems.NotFound);
        db.AutoBuildRules.Remove(row);
        _audit.Append(db, new AuditEntry(AuditCodes.RuleRemoved, actor, "group", groupId) { CredentialId = row.CredentialId, Facts = new Dictionary<string, object?> { ["app"] = row.AppId } });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The answer is a named person's: who changes it, and when, stands beside it and in every use.</summary>
    private void Answer(PortalDbContext db, AutoBuildRuleRow row, ComplianceAnswer answer, Actor actor, DateTimeOffset now)
    {
        (row.Compliance, row.ComplianceById, row.ComplianceByName, row.ComplianceAt) = answer is ComplianceAnswer.None ? (answer, null, null, null) : (answer, actor.Id, actor.Name, (DateTimeOffset?)now);
        _audit.Append(db, new AuditEntry(AuditCodes.RuleComplianceStored, actor, "group", row.GroupId) { Facts = new Dictionary<string, object?> { ["app"] = row.AppId, ["answer"] = answer.ToString() } });
    }

    private async Task<(BetaGroup Group, KeyLabel Key)> GroupAsync(Actor actor, string groupId, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var holder = await db.Links.AsNoTracking().Where(l => l.GroupId == groupId && l.State != LinkState.Retired).Select(l => (Guid?)l.CredentialId).SingleOrDefaultAsync(cancel);
        var (group, key) = await _shelf.FindAsync(inner => _shelf.GroupAsync(actor, inner, groupId, false, cancel), cancel, first: holder);
        return group.Value.IsInternal ? throw new ProblemException(RuleProblems.GroupIsInternal) : (group.Value, key);
    }

    private static AutoBuildRule Read(RuleWanted wanted) => new()
    {
        Versions = VersionPattern.Read(wanted.Versions), Platform = Platforms.Contains(wanted.Platform) ? wanted.Platform : throw new ProblemException(RuleProblems.PlatformUnknown),
        Compliance = wanted.Compliance, Quiet = QuietHours.Read(wanted.QuietFrom, wanted.QuietTo, wanted.TimeZone), SubmitForReview = wanted.SubmitForReview,
    };

    private static RuleWanted WantedOf(AutoBuildRuleRow row) => new()
    {
        Enabled = row.Enabled, Versions = row.Versions, Platform = row.Platform, Compliance = row.Compliance, QuietFrom = row.QuietFrom, QuietTo = row.QuietTo, TimeZone = row.TimeZone, SubmitForReview = row.SubmitForReview,
    };

    private static RuleOutcomeView ViewOf(AutoBuildOutcomeRow row, string groupName) => new(row.GroupId, groupName, row.BuildId, row.BuildName, row.Verdict, row.Refused, row.Code, row.Because,
        string.Join(", ", new[] { (row.ComplianceAnswered, "encryption answered"), (row.AutoNotifySet, "auto-notify on"), (row.Assigned, "assigned"), (row.Submitted, "submitted for review") }.Where(done => done.Item1).Select(done => done.Item2)), row.FirstSeenAt, row.ChangedAt);
}
