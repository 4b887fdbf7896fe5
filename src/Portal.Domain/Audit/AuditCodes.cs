#pragma warning disable CS1591 // each code carries its own sentence
using System.Reflection;
using static Portal.Domain.Audit.RetentionClass;

namespace Portal.Domain.Audit;

/// <summary>The closed catalogue of audit codes. Add at the end of a block; never rename, never reuse.</summary>
public static class AuditCodes
{
    public static readonly AuditCode SignedIn = new("sign-in.succeeded", "Signed in", Traffic);
    public static readonly AuditCode SignInFailed = new("sign-in.failed", "Sign-in failed", Security);
    public static readonly AuditCode SignInWithoutRole = new("sign-in.no-role", "Signed in without any role", Security);
    public static readonly AuditCode SignedOut = new("sign-out.succeeded", "Signed out", Traffic);
    public static readonly AuditCode AccessRefused = new("access.refused", "Refused: the role does not allow it", Security);
    public static readonly AuditCode BootstrapUsed = new("sign-in.bootstrap-used", "Signed in through the bootstrap group", Security);
    public static readonly AuditCode SessionRolesChanged = new("session.roles-changed", "The provider changed somebody's roles while they were signed in", Security);
    public static readonly AuditCode SessionEndedByProvider = new("session.ended-by-provider", "The provider ended a sign-in", Security);
    public static readonly AuditCode SessionUnconfirmed = new("session.unconfirmed", "A sign-in ended because the provider did not answer for too long", Security);
    public static readonly AuditCode LogoutTokenRefused = new("session.logout-token-refused", "Refused a logout token", Security);
    public static readonly AuditCode SessionEnded = new("session.ended", "Ended a sign-in", Security);

    public static readonly AuditCode CredentialAdded = new("credential.added", "Stored a credential", Security);
    public static readonly AuditCode CredentialRefused = new("credential.refused", "A credential file was refused", Security);
    public static readonly AuditCode CredentialVerified = new("credential.verified", "Verified a credential", Security);
    public static readonly AuditCode CredentialVerifyFailed = new("credential.verify-failed", "A credential failed its verification", Security);
    public static readonly AuditCode CredentialVersionAdded = new("credential.version-added", "Stored a new version of a credential", Security);
    public static readonly AuditCode CredentialRetired = new("credential.retired", "Retired a credential", Security);
    public static readonly AuditCode CredentialFailing = new("credential.failing", "A credential stopped working", Security);
    public static readonly AuditCode CredentialRecovered = new("credential.recovered", "A failing credential works again", Security);
    public static readonly AuditCode CredentialChanged = new("credential.changed", "Changed a credential's label or owner", Security);
    public static readonly AuditCode DepositRequested = new("deposit.requested", "Asked for a key to be deposited", Security);
    public static readonly AuditCode DepositFulfilled = new("deposit.fulfilled", "Deposited a key that was asked for", Security);
    public static readonly AuditCode DepositWithdrawn = new("deposit.withdrawn", "Withdrew a request for a key", Security);
    public static readonly AuditCode DepositRefused = new("deposit.refused", "A link to deposit a key was refused", Security);
    public static readonly AuditCode DepositMailed = new("deposit.mailed", "Sent a link to deposit a key by mail", Security);
    public static readonly AuditCode DepositNotAccepted = new("deposit.not-accepted", "A deposited key was not seen to work; the link works on", Security);
    public static readonly AuditCode KeyUsed = new("key.used", "Sent a request with a key", Traffic);
    public static readonly AuditCode KeyUseFailed = new("key.use-failed", "A request with a key failed", Traffic);
    public static readonly AuditCode KeyForeignCalls = new("key.foreign-calls", "Apple counted calls with a key that were not ours", Security);
    public static readonly AuditCode KeyUsesExported = new("key.uses-exported", "Exported the key uses", Security);
    public static readonly AuditCode CredentialUseChanged = new("credential.use-changed", "Changed how a key is used", Security);
    public static readonly AuditCode KeyRingRotationStarted = new("key-ring.rotation-started", "Began to seal stored keys under another certificate", Security);
    public static readonly AuditCode KeyRingRotated = new("key-ring.rotated", "Sealed stored keys under another certificate", Security);

    public static readonly AuditCode LinkCreated = new("link.created", "Linked a team to a group", Operations);
    public static readonly AuditCode LinkCreateRefused = new("link.create-refused", "A link was refused", Operations);
    public static readonly AuditCode LinkChanged = new("link.changed", "Changed a link or its policy", Operations);
    public static readonly AuditCode LinkPaused = new("link.paused", "Paused a link", Operations);
    public static readonly AuditCode LinkResumed = new("link.resumed", "Resumed a link", Operations);
    public static readonly AuditCode LinkBlocked = new("link.blocked", "A link is blocked and needs a person", Operations);
    public static readonly AuditCode LinkUnblocked = new("link.unblocked", "A blocked link works again", Operations);
    public static readonly AuditCode LinkRetired = new("link.retired", "Retired a link", Operations);
    public static readonly AuditCode LinkCsvUploaded = new("link.csv-uploaded", "Uploaded a team as CSV", Operations);
    public static readonly AuditCode MembersAdopted = new("link.members-adopted", "Took over members already in the group", Operations);
    public static readonly AuditCode GroupCreated = new("group.created", "Made a group at Apple", Operations);
    public static readonly AuditCode GroupCreateFailed = new("group.create-failed", "Could not make a group at Apple", Operations);
    public static readonly AuditCode BuildAssigned = new("build.assigned", "Assigned a build to a group", Operations);
    public static readonly AuditCode BuildAssignFailed = new("build.assign-failed", "Could not assign a build to a group", Operations);

    public static readonly AuditCode RunRequested = new("run.requested", "Started a sync", Operations);
    public static readonly AuditCode PreviewRequested = new("run.preview-requested", "Started a preview", Operations);
    public static readonly AuditCode RunPlanned = new("run.planned", "Planned a sync", Operations);
    public static readonly AuditCode RunSucceeded = new("run.succeeded", "A sync succeeded", Operations);
    public static readonly AuditCode RunPartial = new("run.partial", "A sync succeeded in part", Operations);
    public static readonly AuditCode RunFailed = new("run.failed", "A sync failed", Operations);
    public static readonly AuditCode RunBlocked = new("run.blocked", "A sync was stopped before it wrote", Operations);
    public static readonly AuditCode RunCancelled = new("run.cancelled", "Cancelled a sync", Operations);
    /// <summary>How a run may end: what is said of it where it is one line.</summary>
    public static readonly IReadOnlyList<string> EndsOfRuns = [RunSucceeded.Name, RunPartial.Name, RunFailed.Name, RunBlocked.Name, RunCancelled.Name];
    public static readonly AuditCode RunResumed = new("run.resumed", "Took a sync over after its runner stopped", Operations);
    public static readonly AuditCode MemberAdded = new("member.added", "Added a person to the group", Operations);
    public static readonly AuditCode MemberAddFailed = new("member.add-failed", "Could not add a person to the group", Operations);
    public static readonly AuditCode MemberRemoved = new("member.removed", "Removed a person from the group", Operations);
    public static readonly AuditCode MemberRemoveFailed = new("member.remove-failed", "Could not remove a person from the group", Operations);

    public static readonly AuditCode PersonReinvited = new("person.reinvited", "Sent an invitation again", Operations);
    public static readonly AuditCode PersonReinviteFailed = new("person.reinvite-failed", "Could not send an invitation again", Operations);
    public static readonly AuditCode PersonSynced = new("person.synced", "Synced one person", Operations);
    public static readonly AuditCode PersonSyncFailed = new("person.sync-failed", "Could not sync one person", Operations);
    public static readonly AuditCode PersonSuppressed = new("person.suppressed", "Suppressed a person", Operations);
    public static readonly AuditCode PersonSuppressionEnded = new("person.suppression-ended", "Let a suppressed person in again", Operations);
    public static readonly AuditCode PersonRemoved = new("person.removed", "Removed one person from the group by hand", Operations);
    public static readonly AuditCode PersonRemoveFailed = new("person.remove-failed", "Could not remove one person by hand", Operations);
    public static readonly AuditCode PersonAdded = new("person.added", "Added one person to the group by hand", Operations);
    public static readonly AuditCode PersonAddFailed = new("person.add-failed", "Could not add one person by hand", Operations);
    public static readonly AuditCode PersonExtended = new("person.extended", "Moved the end of an add by hand", Operations);
    public static readonly AuditCode InvitationsAsked = new("invitations.asked", "Asked to send invitations again", Operations);
    public static readonly AuditCode InvitationsEnded = new("invitations.ended", "Sending invitations again came to its end", Operations);
    public static readonly AuditCode InvitationsStopped = new("invitations.stopped", "Stopped sending invitations again", Operations);
    public static readonly AuditCode PersonLookedUp = new("person.looked-up", "Looked a person up", Traffic);

    public static readonly AuditCode AuditExported = new("audit.exported", "Exported the audit", Security);
    public static readonly AuditCode AddressChecked = new("audit.address-checked", "Asked whether an address is in the record", Security);
    public static readonly AuditCode AuditVerified = new("audit.verified", "Verified the record: it is whole", Security);
    public static readonly AuditCode AuditVerifyFailed = new("audit.verify-failed", "Verified the record: it is damaged", Security);
    public static readonly AuditCode CheckpointAsked = new("audit.checkpoint-asked", "Asked for a signed checkpoint of the record", Security);
    public static readonly AuditCode RunExported = new("run.exported", "Exported the people of a run", Operations);

    public static readonly AuditCode RunHeld = new("run.held", "A sync was held for a second person", Operations);
    public static readonly AuditCode RunSuperseded = new("run.superseded", "A held sync was out of date", Operations);
    public static readonly AuditCode ProjectEndAsked = new("project.end-asked", "Asked to end a project", Operations);
    public static readonly AuditCode ProjectEnded = new("project.ended", "Ended a project", Operations);
    public static readonly AuditCode ApprovalAsked = new("approval.asked", "Asked a second person", Security);
    public static readonly AuditCode ApprovalAllowed = new("approval.allowed", "Allowed what somebody else asked for", Security);
    public static readonly AuditCode ApprovalAllowedInPart = new("approval.allowed-in-part", "Allowed some of the people of a held sync", Security);
    public static readonly AuditCode ApprovalRejected = new("approval.rejected", "Rejected what somebody else asked for", Security);
    public static readonly AuditCode ApprovalWithdrawn = new("approval.withdrawn", "Took a request back", Security);
    public static readonly AuditCode ApprovalRefused = new("approval.refused", "A decision was refused", Security);
    public static readonly AuditCode ApprovalExpired = new("approval.expired", "A request ran out without a decision", Security);
    public static readonly AuditCode ApprovalSuperseded = new("approval.superseded", "A request was out of date", Security);
    public static readonly AuditCode ApprovalConfirmedAlone = new("approval.not-four-eyes", "Confirmed one's own request, not four eyes", Security);
    public static readonly AuditCode ApprovalAllowedBreakingGlass = new("approval.allowed-breaking-glass", "Allowed one's own request with the glass broken, not four eyes", Security);
    public static readonly AuditCode GlassBroken = new("break-glass.begun", "Broke the glass: decides without a second person for a while", Security);
    public static readonly AuditCode GlassEnded = new("break-glass.ended", "Ended a break-glass", Security);
    public static readonly AuditCode GlassRanOut = new("break-glass.ran-out", "A break-glass ended by itself", Security);
    public static readonly AuditCode GlassReviewed = new("break-glass.reviewed", "Reviewed a break-glass", Security);
    public static readonly AuditCode GlassReviewRefused = new("break-glass.review-refused", "Refused the review of a break-glass", Security);
    public static readonly AuditCode ApprovalTookEffect = new("approval.took-effect", "What one person confirmed alone took effect after its delay", Security);
    public static readonly AuditCode ApprovalMailed = new("approval.mailed", "Sent a mail about a request", Operations);
    public static readonly AuditCode RunUndoAsked = new("run.undo-asked", "Asked to undo a sync", Operations);
    public static readonly AuditCode RunUndone = new("run.undone", "Undid a sync", Operations);
    public static readonly AuditCode RunRetryAsked = new("run.retry-asked", "Asked to try again what failed in a sync", Operations);
    public static readonly AuditCode LinkLooksOnly = new("link.looks-only", "Let a link only look", Operations);
    public static readonly AuditCode ApprovalMailFailed = new("approval.mail-failed", "Could not send a mail about a request", Operations);

    public static readonly AuditCode BuildUnassigned = new("build.unassigned", "Took a build from a group", Operations);
    public static readonly AuditCode BuildUnassignFailed = new("build.unassign-failed", "Could not take a build from a group", Operations);
    public static readonly AuditCode BuildTextChanged = new("build.text-changed", "Changed what testers are asked to test", Operations);
    public static readonly AuditCode BuildTextChangeFailed = new("build.text-change-failed", "Could not change what testers are asked to test", Operations);
    public static readonly AuditCode BuildNotified = new("build.notified", "Told testers of a build", Operations);
    public static readonly AuditCode BuildNotifyFailed = new("build.notify-failed", "Could not tell testers of a build", Operations);
    public static readonly AuditCode BuildAutoNotifySet = new("build.auto-notify-set", "Switched auto-notify of a build on", Operations);
    public static readonly AuditCode BuildAutoNotifyFailed = new("build.auto-notify-failed", "Could not switch auto-notify of a build on", Operations);
    public static readonly AuditCode BuildComplianceAnswered = new("build.compliance-answered", "Answered Apple's question about encryption", Security);
    public static readonly AuditCode BuildComplianceFailed = new("build.compliance-failed", "Could not answer Apple's question about encryption", Security);
    public static readonly AuditCode BuildSubmitted = new("build.submitted", "Submitted a build for beta review", Operations);
    public static readonly AuditCode BuildSubmitFailed = new("build.submit-failed", "Could not submit a build for beta review", Operations);
    public static readonly AuditCode RuleChanged = new("auto-build.rule-changed", "Changed an auto-build rule", Security);
    public static readonly AuditCode RuleRemoved = new("auto-build.rule-removed", "Removed an auto-build rule", Operations);
    public static readonly AuditCode RuleComplianceStored = new("auto-build.compliance-stored", "Stored an answer about encryption for an auto-build rule", Security);
    public static readonly AuditCode MonitorChanged = new("release.monitoring-changed", "Changed what new builds make in Centercode", Operations);
    public static readonly AuditCode ReleaseWanted = new("release.wanted", "Asked for a release in Centercode", Operations);
    public static readonly AuditCode ReleaseAttempted = new("release.attempted", "Began to create a release in Centercode", Operations);
    public static readonly AuditCode ReleaseCreated = new("release.created", "Created a release in Centercode", Operations);
    public static readonly AuditCode ReleaseRefused = new("release.refused", "Centercode did not create a release", Operations);
    public static readonly AuditCode ReleaseUnconfirmed = new("release.unconfirmed", "Nobody knows whether Centercode created a release", Operations);
    public static readonly AuditCode ReleaseSettled = new("release.settled", "Said whether a release is there", Operations);
    public static readonly AuditCode ReleaseMailed = new("release.mailed", "Mailed about a release", Operations);
    public static readonly AuditCode ReleaseMailFailed = new("release.mail-failed", "Could not mail about a release", Operations);
    public static readonly AuditCode WebhookAdded = new("webhook.added", "Asked Apple to tell of new builds", Security);
    public static readonly AuditCode WebhookAddFailed = new("webhook.add-failed", "Could not ask Apple to tell of new builds", Security);
    public static readonly AuditCode WebhookRemoved = new("webhook.removed", "Asked Apple to tell of new builds no more", Security);
    public static readonly AuditCode WebhookRemoveFailed = new("webhook.remove-failed", "Could not end Apple's telling of new builds", Security);
    public static readonly AuditCode ForeignChangesSeen = new("group.changed-by-others", "Saw changes in a group that were not ours", Operations);
    public static readonly AuditCode ForeignChangesAsked = new("group.others-asked", "Asked whether somebody else writes to a group", Operations);
    public static readonly AuditCode ForeignChangesAnswered = new("group.others-answered", "Answered who else writes to a group", Security);
    public static readonly AuditCode UnmanagedAdopted = new("group.unmanaged-adopted", "Put testers under a sync that nobody managed", Security);
    public static readonly AuditCode UnmanagedLeft = new("group.unmanaged-left", "Left testers as they are that nobody manages", Operations);

    public static readonly AuditCode AlertOpened = new("alert.opened", "Raised an alert", Operations);
    public static readonly AuditCode AlertChanged = new("alert.changed", "An alert has another cause now", Operations);
    public static readonly AuditCode AlertResolved = new("alert.resolved", "An alert is over", Operations);
    public static readonly AuditCode AlertAcknowledged = new("alert.acknowledged", "Acknowledged an alert", Operations);
    public static readonly AuditCode AlertTold = new("alert.told", "Told of an alert", Operations);
    public static readonly AuditCode AlertNotTold = new("alert.not-told", "Could not tell of an alert", Operations);

    public static readonly AuditCode SetupGroupCreated = new("group.setup-created", "Made an internal group at Apple to set a link up", Operations);
    public static readonly AuditCode SetupGroupCreateFailed = new("group.setup-create-failed", "Could not make an internal group at Apple to set a link up", Operations);
    public static readonly AuditCode SetupGroupRemoved = new("group.setup-removed", "Removed the internal group made to set a link up", Operations);
    public static readonly AuditCode SetupGroupKept = new("group.setup-kept", "Left the internal group made to set a link up", Operations);

    /// <summary>Every code by its name.</summary>
    public static readonly IReadOnlyDictionary<string, AuditCode> All = typeof(AuditCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(AuditCode))
        .Select(field => (AuditCode)field.GetValue(null)!)
        .ToDictionary(code => code.Name);
}
