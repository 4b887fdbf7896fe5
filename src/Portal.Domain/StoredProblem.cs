using System.Collections.Frozen;

namespace Portal.Domain;

/// <summary>
/// Whose turn a problem is, by its code: rows keep a problem as code and sentence, and it comes back as it was.
/// What was the requester's to mend is nobody's once the requester is gone. A test holds this list against every problem there is.
/// </summary>
public static class StoredProblem
{
    private static readonly FrozenDictionary<string, Turn> _turns = new Dictionary<Turn, string[]>
    {
        [Turn.AppleAdmin] = ["key-revoked", "app-not-visible", "rule-group-internal", "apple-key-refused", "apple-role-too-small", "apple-not-visible"],
        [Turn.AccountHolder] = ["apple-agreement-missing", "apple-membership-lapsed"],
        [Turn.ProgramManager] =
        [
            "credential-still-used", "source-column-gone", "source-no-upload", "source-no-connection", "group-would-be-empty", "too-many-removals",
            "too-many-removals-today", "too-many-adds", "too-many-adds-today", "ends-project", "project-ended", "held-already", "run-rejected", "people-left-out", "policy-loosened", "mapping-changed", "narrow-tokens-off", "own-request", "group-internal", "group-gone", "group-of-other-app", "group-taken", "release-type-taken", "link-retired",
            "link-paused", "link-frozen", "no-testable-build", "centercode-sync-not-off", "first-plan-by-person", "group-unconfirmed", "internal-group-first", "setup-group-unconfirmed", "setup-group-in-use", "setup-group-needed-still", "setup-group-stays", "setup-group-left", "link-is-draft", "apple-not-found",
            "apple-app-full", "apple-no-testable-build", "apple-unprocessable",
            "release-unconfirmed", "release-no-connection", "person-add-too-many", "other-hands", "foreign-changes",
        ],
        [Turn.Support] = ["person-reinvite-not-in-group", "person-reinvite-held-back", "person-remove-not-in-group", "person-add-held-back", "person-sync-by-hand", "resend-revoked", "resend-state-unknown", "apple-address-refused", "apple-conflict", "apple-invitation-not-offered", "hand-adds-end"],
        [Turn.Tester] = ["resend-not-silent"],
        [Turn.KeyCustodian] = ["key-never-accepted", "source-private-address", "other-apple-team", "credential-not-active", "credential-retired", "key-foreign-calls", "key-rotation-due"],
        [Turn.Operator] =
        [
            "audit-address-search-locked", "mail-not-sent", "credential-locked", "key-service-away", "earlier-certificate-missing", "person-ids-locked", "run-failed", "apple-answer-too-large",
            "apple-foreign-page", "clock-skew", "apple-request-refused", "audit-tree-broken", "audit-lags", "audit-went-back", "audit-foreign-checkpoint", "audit-checkpoint-file-failed", "webhook-no-address", "webhook-locked",
        ],
        [Turn.SecurityReviewer] = ["audit-forged", "audit-another-past", "audit-not-whole", "audit-damaged", "break-glass-own-review", "break-glass-is-active", "break-glass-waits"],
        [Turn.AppTeam] = ["build-expired", "build-not-ready", "apple-build-not-testable", "apple-build-not-reviewable", "apple-sdk-not-allowed", "notify-too-early", "group-goes-dark", "group-is-dark"],
        [Turn.CommunityManager] =
        [
            "api-key-refused", "source-redirected", "source-key-refused", "source-forbidden", "source-package-gone", "source-unexpected-answer",
            "source-too-large", "source-html", "source-nothing-in-it", "source-not-rows", "source-more-pages", "source-row-misshapen", "source-row-unreadable",
            "source-column-twice", "source-id-missing", "source-count-disagrees", "source-too-many-cells", "team-empty", "team-shrunk", "release-refused",
        ],
        [Turn.Administrator] = ["access-refused", "no-role", "groups-overflowed"],
    }.SelectMany(of => of.Value.Select(code => (code, of.Key))).ToFrozenDictionary(pair => pair.code, pair => pair.Key);

    /// <summary>The problem a row speaks of; null when it speaks of none.</summary>
    public static Problem? Of(string? code, string? sentence) => code is null ? null : new Problem(code, sentence ?? "") { Turn = _turns.GetValueOrDefault(code) };
}
