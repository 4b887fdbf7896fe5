using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>What the portal and the outside world look like when the fortnight is over.</summary>
internal sealed class FortnightLook(FortnightStage stage, FortnightClock clock, FortnightScript script)
{
    /// <summary>Rows of every table but what is counted by call.</summary>
    public static Task<IReadOnlyDictionary<string, int>> CountRowsAsync(FortnightStage stage) => stage.DataAsync(async db => (IReadOnlyDictionary<string, int>)new Dictionary<string, int>
    {
        [nameof(RunRow)] = await db.Runs.CountAsync(), [nameof(RunItemRow)] = await db.RunItems.CountAsync(), [nameof(MembershipRow)] = await db.Memberships.CountAsync(), [nameof(GroupMemberRow)] = await db.GroupMembers.CountAsync(),
        [nameof(ForeignChangeRow)] = await db.ForeignChanges.CountAsync(), [nameof(ForeignQuestionRow)] = await db.ForeignQuestions.CountAsync(), [nameof(PersonRestRow)] = await db.PersonRests.CountAsync(), [nameof(ApprovalRow)] = await db.Approvals.CountAsync(),
        [nameof(MirrorTesterRow)] = await db.MirrorTesters.CountAsync(), [nameof(SeenBuildRow)] = await db.SeenBuilds.CountAsync(), [nameof(AlertRow)] = await db.Alerts.CountAsync(), [nameof(AlertNoticeRow)] = await db.AlertNotices.CountAsync(),
        [nameof(AuditEventRow)] = await db.AuditEvents.CountAsync(a => a.Code != AuditCodes.KeyUsed.Name && a.Code != AuditCodes.KeyUseFailed.Name), [nameof(CredentialVersionRow)] = await db.CredentialVersions.CountAsync(), [nameof(MirrorGroupRow)] = await db.MirrorGroups.CountAsync(),
    });

    /// <summary>Every group is its team by policy, and who is not is explained with what the script did.</summary>
    public async Task<List<string>> GroupsAsync()
    {
        var wrong = new List<string>();
        foreach (var link in stage.Links)
        {
            var view = await stage.Sync.LinkAsync(link.Id, Actors.ProgramManager);
            if (view.State is not LinkState.Active || view.Problem is not null) wrong.Add($"{link.Team} is {view.State}: {view.Problem}");
            var asked = await stage.Sync.RequestAsync(link.Id, SyncMode.Preview, Actors.ProgramManager);
            await clock.RunAsync(asked.RunId);
            var plan = await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager);
            var reasons = await stage.DataAsync(db => db.RunItems.Where(i => i.RunId == asked.RunId && i.Email != null).Select(i => new { i.Email, i.ReasonCode, i.Action }).ToListAsync());
            var of = reasons.ToLookup(i => i.Email!.ToLowerInvariant(), i => i.ReasonCode);
            if (plan.ToAdd + plan.ToRemove > 0) wrong.Add($"{link.Team} still has {plan.ToAdd} to add and {plan.ToRemove} to remove: {string.Join(' ', reasons.Where(i => i.Action is PlanAction.Add or PlanAction.Remove).Take(5).Select(i => $"{i.Email} {i.ReasonCode}"))}, {plan.Problem}");
            var (team, group) = (stage.InTeam(link), stage.InGroup(link));
            wrong.AddRange(team.Except(group).Where(e => !(script.RemovedByHand.Contains(e) && of[e].Contains(PlanReasons.LeftAtApple.Code))).Select(e => $"{link.Team}: {e} is missing, {string.Join(' ', of[e])}"));
            wrong.AddRange(group.Except(team).Where(e => !(script.AddedByHand.Contains(e) && of[e].Contains(PlanReasons.Unmanaged.Code))).Select(e => $"{link.Team}: {e} is too many, {string.Join(' ', of[e])}"));
        }
        return wrong;
    }

    /// <summary>One alert per cause, and none without.</summary>
    public async Task<List<string>> AlertsAsync()
    {
        var alerts = await stage.DataAsync(db => db.Alerts.AsNoTracking().OrderBy(a => a.OpenedAt).ToListAsync());
        var held = await stage.DataAsync(db => db.Approvals.CountAsync(a => a.RunId != null));
        var asked = await stage.DataAsync(db => db.ForeignQuestions.CountAsync());
        var wrong = new List<string>();
        foreach (var of in alerts.GroupBy(a => a.CauseKey.Split(':')[0] is "key" ? a.CauseKey : a.CauseKey.Split(':')[0] + ":"))
        {
            var most = of.Key switch
            {
                "held:" => held,
                "other-hands:" => asked,
                "link:" => script.Thrown.GetValueOrDefault("link:") * stage.Links.Count,
                _ => script.Thrown.GetValueOrDefault(of.Key),
            };
            if (of.Count() > most) wrong.Add($"{of.Count()} alerts about {of.Key}, {most} at most: {string.Join(", ", of.Select(a => $"{a.OpenedAt:dd HH:mm} {a.ProblemCode} {a.Title}"))}");
        }
        foreach (var of in alerts.GroupBy(a => a.CauseKey))
            wrong.AddRange(of.Zip(of.Skip(1)).Where(pair => pair.First.ResolvedAt is null || pair.First.ResolvedAt > pair.Second.OpenedAt).Select(pair => $"{of.Key} had two alerts at one time"));
        wrong.AddRange(alerts.Where(a => a.State is Domain.Alerts.AlertState.Open).Select(a => $"still open: {a.Title}: {a.ProblemSentence}"));
        foreach (var cause in script.Thrown.Keys.Where(k => k.StartsWith("key:", StringComparison.Ordinal) || k is "team:"))
            if (!alerts.Any(a => a.CauseKey.StartsWith(cause, StringComparison.Ordinal))) wrong.Add($"nobody was told of {cause}");
        return wrong;
    }

    /// <summary>Apple's limits were kept, and nobody was invited more often than they came.</summary>
    public IEnumerable<string> Calls()
    {
        var refused = stage.World.Ledger.Entries.Count(call => call.Status == 429);
        if (refused != stage.World.Faults.Struck.GetValueOrDefault("429")) yield return $"{refused} calls were refused for the limit";
    }

    /// <summary>A run is there because something was to be done or went wrong.</summary>
    public async Task<List<string>> RowsAsync()
    {
        var runs = await stage.DataAsync(db => db.Runs.AsNoTracking().Where(r => r.Mode == SyncMode.Real).ToListAsync());
        var wrong = runs.Where(r => r.ToAdd + r.ToRemove == 0 && r.ProblemCode is null).GroupBy(r => $"{r.Trigger} {r.State}").Select(g => $"{g.Count()} runs without anything to do: {g.Key}").ToList();
        wrong.AddRange(runs.Where(r => r.ProblemCode == SyncProblems.Unforeseen.Code).Select(r => $"unforeseen at {r.FinishedAt:dd HH:mm}"));
        // Each person who changed is on record once as done, and again where somebody had to allow it or Apple failed in between.
        var acts = await stage.DataAsync(db => db.RunItems.CountAsync(i => (i.Action == PlanAction.Add || i.Action == PlanAction.Remove) && i.Outcome == ItemOutcome.Confirmed));
        if (acts > script.Changes + stage.Scale.People) wrong.Add($"{acts} people were added or removed for {script.Changes} changes");
        return wrong;
    }
}
