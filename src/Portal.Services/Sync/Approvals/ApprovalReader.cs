using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

/// <summary>Rows into what people see.</summary>
internal static class ApprovalReader
{
    public static ApprovalFacts FactsOf(ApprovalRow row) => new(row.Kind, row.State, row.RequestedById, row.ExpiresAt, row.Count);

    public static IReadOnlyList<ValueChange> ChangesOf(ApprovalRow row) => row switch
    {
        { PolicyBefore: { } before, PolicyAfter: { } after } => Loosening.Changes(before, after),
        { MappingBefore: { } before, MappingAfter: { } after } => Loosening.Changes(before, after),
        { Kind: ApprovalKind.ScopedReadsOff } => [new ValueChange("Tokens for lists can", "read that list and nothing else", "do all the key may")],
        _ => [],
    };

    public static ApprovalView ViewOf(ApprovalRow row, string subject, Actor actor, bool fourEyes, bool glassBroken, DateTimeOffset now)
    {
        var facts = FactsOf(row);
        var over = ApprovalRules.Over(facts, now);
        var mayDecide = ApprovalRules.DecidedBy(row.Kind).Any(actor.May);
        // Weighed with everything given: what is left is who asks.
        var (effect, refused) = ApprovalRules.Allow(facts, actor, new ApprovalAnswer("looks", row.Count), fourEyes, now, glassBroken);
        return new ApprovalView
        {
            Id = row.Id, Kind = row.Kind, State = over == ApprovalProblems.Expired ? ApprovalState.Expired : row.State, Subject = subject,
            LinkId = row.LinkId, RunId = row.RunId, CredentialId = row.CredentialId, PlanHash = row.PlanHash, Adds = row.Adds, Removals = row.Removals, Count = row.Count,
            Problem = StoredProblem.Of(row.ProblemCode, row.ProblemSentence)!, Changes = ChangesOf(row),
            RequestedById = row.RequestedById, RequestedByName = row.RequestedByName, RequestReason = row.RequestReason, RequestedAt = row.RequestedAt, ExpiresAt = row.ExpiresAt,
            DecidedByName = row.DecidedByName, DecisionReason = row.DecisionReason, DecidedAt = row.DecidedAt, NotFourEyes = row.NotFourEyes, TakesEffectAt = row.TakesEffectAt, ChosenCount = row.ChosenCount,
            MayReject = over is null && (mayDecide || row.RequestedById is { } requester && actor.Is(requester)),
            MayAllow = mayDecide && refused is null, Alone = effect is AnswerEffect.AfterDelay or AnswerEffect.BreakingGlass, BreaksGlass = effect is AnswerEffect.BreakingGlass,
            Because = over is not null ? null : mayDecide ? refused : SignInProblems.MayNot(ApprovalRules.DecidedBy(row.Kind)[0]),
        };
    }
}
