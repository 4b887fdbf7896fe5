using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Rules;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Rules;

/// <summary>What a rule's steps are done for.</summary>
/// <param name="LastCode">What stood in the way last time.</param>
internal sealed record StepsFor(AutoBuildRuleRow Rule, KeyUse Use, Build Build, string? LastCode);

/// <summary>A rule's steps at Apple, each on record.</summary>
internal sealed class AutoBuildSteps(Database database, AuditLog audit, AppStoreConnectClient apple)
{
    private static readonly string[] Passing = [AppleProblems.AnotherBuildInReview.Code, AppleProblems.SubmissionLimit.Code];

    /// <summary>Does them in order and stops at the first that was not done, or after an answer about encryption, which changes what comes next.</summary>
    /// <returns>Why it stopped; null: everything was taken.</returns>
    public async Task<RuleDecision?> DoAsync(StepsFor on, IReadOnlyList<RuleStep> steps)
    {
        foreach (var step in steps)
        {
            var problem = await DoAsync(on, step);
            if (problem is not null) return problem;
            if (step is RuleStep.AnswerCompliance) return null;
        }
        return null;
    }

    private async Task<RuleDecision?> DoAsync(StepsFor on, RuleStep step)
    {
        AppleException? refused = null;
        try
        {
            await SendAsync(on, step);
        }
        catch (AppleException failure)
        {
            refused = failure;
        }
        var problem = refused is null ? null : refused.MayHaveCommitted ? RuleProblems.StepUnconfirmed : refused.Problem;
        // The same again is said once, not at every look.
        if (problem is null || problem.Code != on.LastCode) await RecordAsync(on, step, problem);
        return problem is null ? null : refused!.MayHaveCommitted || refused.Reach is not FailureReach.Request || Passing.Contains(problem.Code) ? AutoBuildRunner.Later(problem) : AutoBuildRunner.Refusal(problem);
    }

    private Task SendAsync(StepsFor on, RuleStep step) => step switch
    {
        RuleStep.AnswerCompliance => apple.AnswerComplianceAsync(on.Use, on.Build.Id, on.Rule.Compliance is ComplianceAnswer.OwnEncryption, CancellationToken.None),
        // Apple's detail of a build bears the build's id where nothing else is said.
        RuleStep.SetAutoNotify => apple.SetAutoNotifyAsync(on.Use, on.Build.DetailId ?? on.Build.Id, on: true, CancellationToken.None),
        RuleStep.Assign => apple.AssignBuildAsync(on.Use, on.Rule.GroupId, on.Build.Id, CancellationToken.None),
        _ => apple.SubmitForReviewAsync(on.Use, on.Build.Id, CancellationToken.None),
    };

    private async Task RecordAsync(StepsFor on, RuleStep step, Problem? problem)
    {
        var code = (step, problem) switch
        {
            (RuleStep.AnswerCompliance, null) => AuditCodes.BuildComplianceAnswered,
            (RuleStep.AnswerCompliance, _) => AuditCodes.BuildComplianceFailed,
            (RuleStep.SetAutoNotify, null) => AuditCodes.BuildAutoNotifySet,
            (RuleStep.SetAutoNotify, _) => AuditCodes.BuildAutoNotifyFailed,
            (RuleStep.Assign, null) => AuditCodes.BuildAssigned,
            (RuleStep.Assign, _) => AuditCodes.BuildAssignFailed,
            (_, null) => AuditCodes.BuildSubmitted,
            _ => AuditCodes.BuildSubmitFailed,
        };
        var isAnswer = step is RuleStep.AnswerCompliance;
        await using var db = database.Open();
        audit.Append(db, new AuditEntry(code, AutoBuildRunner.Job, "build", on.Build.Id)
        {
            LinkId = on.Use.LinkId, CredentialId = on.Use.CredentialId,
            Facts = new Dictionary<string, object?>
            {
                ["app"] = on.Rule.AppId, ["group"] = on.Rule.GroupId, ["number"] = $"{on.Build.Version} ({on.Build.Number})", ["rule"] = true,
                ["answer"] = isAnswer ? on.Rule.Compliance.ToString() : null, ["answerStoredAt"] = isAnswer ? on.Rule.ComplianceAt : null, ["problem"] = problem?.Code,
            },
            // Who answered is a person: kept where it can be erased.
            Personal = isAnswer ? new Dictionary<string, object?> { ["answeredBy"] = on.Rule.ComplianceByName, ["answeredById"] = on.Rule.ComplianceById } : new Dictionary<string, object?>(),
        });
        await db.SaveChangesAsync();
    }
}
