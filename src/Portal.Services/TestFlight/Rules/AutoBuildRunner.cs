using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Rules;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Rules;

/// <summary>Carries a group's auto-build rule out: each build decided by the same rule a dry run shows, each step read back, each outcome stored once.</summary>
internal sealed class AutoBuildRunner(Database database, AppStoreConnectClient apple, AutoBuildSteps steps, TimeProvider time)
{
    /// <summary>Who acts for a rule.</summary>
    public static readonly Actor Job = new("job:auto-build", "Auto-build rule", ActorKind.Job, ImmutableHashSet<Role>.Empty, "job");

    /// <summary>What Apple did not do and may do later is asked for again after this long.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(30);
    private const int MostRounds = 3;

    /// <summary>The stored rule as the domain reads it.</summary>
    public static AutoBuildRule RuleOf(AutoBuildRuleRow row) => new()
    {
        Versions = VersionPattern.Read(row.Versions), Platform = row.Platform, Compliance = row.Compliance, Quiet = QuietHours.Read(row.QuietFrom, row.QuietTo, row.TimeZone),
        SubmitForReview = row.SubmitForReview, Since = row.Since,
    };

    /// <summary>Reads the rule against the app's builds, newest first, and does what it says.</summary>
    public async Task ApplyAsync(AutoBuildRuleRow row, IReadOnlyList<Build> builds, CancellationToken cancel)
    {
        var rule = RuleOf(row);
        await using var db = database.Open();
        var known = await db.AutoBuildOutcomes.Where(o => o.GroupId == row.GroupId).ToDictionaryAsync(o => o.BuildId, StringComparer.Ordinal, cancel);
        var given = builds.Where(build => build.GroupIds.Contains(row.GroupId)).ToList();
        foreach (var build in builds.Where(build => build.UploadedDate >= rule.Since).OrderByDescending(build => build.UploadedDate))
        {
            var outcome = known.GetValueOrDefault(build.Id);
            var now = time.GetUtcNow();
            // Refused stays refused until the build is another than it was.
            if (outcome is { Refused: true } && outcome.RefusedInState == (build.ExternalState ?? "")) continue;
            var decision = RuleDecisions.Of(rule, build, row.GroupId, given.Any(newer => newer.Platform == build.Platform && newer.UploadedDate > build.UploadedDate), now);
            if (decision.Verdict is RuleVerdict.Act && outcome?.TriedAt is { } tried && now - tried < AskAgain) continue;
            var (last, after) = decision.Verdict is RuleVerdict.Act ? await ActAsync(row, rule, build, decision, outcome?.Code) : (decision, build);
            if (after.GroupIds.Contains(row.GroupId)) given.Add(after);
            if (outcome is null) db.AutoBuildOutcomes.Add(outcome = NewOutcome(row, build, now));
            Store(outcome, last, build, after, row.GroupId, decision.Steps, now);
            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    /// <summary>Does the steps, looks at the build again, and goes on while there is something to do.</summary>
    /// <param name="lastCode">What stood in the way last time: the same again is not recorded again.</param>
    private async Task<(RuleDecision Decision, Build Build)> ActAsync(AutoBuildRuleRow row, AutoBuildRule rule, Build build, RuleDecision decision, string? lastCode)
    {
        var use = await UseAsync(row);
        try
        {
            var group = await apple.GetGroupAsync(use, row.GroupId, CancellationToken.None);
            if (group is null) return (Refusal(AppleProblems.NotFound), build);
            if (group.IsInternal) return (Refusal(RuleProblems.GroupIsInternal), build);
            for (var round = 0; round < MostRounds && decision.Verdict is RuleVerdict.Act; round++)
            {
                var failed = await steps.DoAsync(new(row, use, build, lastCode), decision.Steps);
                // What is seen decides, whatever Apple answered.
                build = await apple.GetBuildAsync(use, build.Id, CancellationToken.None) ?? build;
                decision = RuleDecisions.Of(rule, build, row.GroupId, newerGiven: false, time.GetUtcNow());
                if (failed is not null && decision.Verdict is RuleVerdict.Act) return (failed, build);
            }
            return (decision.Verdict is RuleVerdict.Act ? Later(RuleProblems.StepUnconfirmed) : decision, build);
        }
        catch (AppleException refused)
        {
            return (Later(refused.Problem), build);
        }
        catch (ProblemException refused)
        {
            return (Later(refused.Problem), build);
        }
    }

    /// <summary>Asked for again later.</summary>
    public static RuleDecision Later(Problem problem) => new(RuleVerdict.Wait, [], problem.Code, problem.Sentence);

    /// <summary>Not asked for again until the build changes. Steps are kept empty, and the verdict is to act: it is what the rule wants.</summary>
    public static RuleDecision Refusal(Problem problem) => new(RuleVerdict.Act, [], problem.Code, problem.Sentence);

    /// <summary>The link that holds the group writes there, with its key; else the key the rule was made with.</summary>
    private async Task<KeyUse> UseAsync(AutoBuildRuleRow row)
    {
        await using var db = database.Open();
        var holder = await db.Links.AsNoTracking().Where(l => l.GroupId == row.GroupId && l.State != LinkState.Retired).Select(l => new { l.Id, l.CredentialId }).SingleOrDefaultAsync();
        return new KeyUse(holder?.CredentialId ?? row.CredentialId, Job, "auto-build") { AppId = row.AppId, GroupId = row.GroupId, LinkId = holder?.Id };
    }

    private static AutoBuildOutcomeRow NewOutcome(AutoBuildRuleRow row, Build build, DateTimeOffset now) => new()
    {
        GroupId = row.GroupId, BuildId = build.Id, BuildName = $"{build.Version} ({build.Number})", Platform = build.Platform, UploadedAt = build.UploadedDate, Code = "", Because = "", FirstSeenAt = now, ChangedAt = now,
    };

    private static void Store(AutoBuildOutcomeRow outcome, RuleDecision last, Build before, Build after, string groupId, IReadOnlyList<RuleStep> steps, DateTimeOffset now)
    {
        var acted = steps.Count > 0;
        outcome.Refused = acted && last.Verdict is RuleVerdict.Act;
        outcome.RefusedInState = outcome.Refused ? after.ExternalState ?? "" : null;
        outcome.TriedAt = acted && last.Verdict is not RuleVerdict.InOrder ? now : null;
        outcome.ComplianceAnswered |= steps.Contains(RuleStep.AnswerCompliance) && after.ExternalState is not "MISSING_EXPORT_COMPLIANCE";
        outcome.AutoNotifySet |= before.AutoNotifyEnabled is not true && after.AutoNotifyEnabled is true;
        outcome.Assigned |= !before.GroupIds.Contains(groupId) && after.GroupIds.Contains(groupId);
        outcome.Submitted |= before.ReviewState is null && after.ReviewState is not null && acted;
        if ((outcome.Verdict, outcome.Code, outcome.Because) != (last.Verdict, last.Code, last.Because)) outcome.ChangedAt = now;
        (outcome.Verdict, outcome.Code, outcome.Because) = (last.Verdict, last.Code, last.Because);
    }
}
