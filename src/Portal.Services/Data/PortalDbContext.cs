using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Portal.Domain.Sync;

namespace Portal.Services.Data;

/// <summary>Every table of the portal. One sealed subclass per provider carries that provider's migrations.</summary>
internal abstract class PortalDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();
    public DbSet<CredentialVersionRow> CredentialVersions => Set<CredentialVersionRow>();
    public DbSet<DepositRequestRow> DepositRequests => Set<DepositRequestRow>();
    public DbSet<KeyUseRow> KeyUses => Set<KeyUseRow>();
    public DbSet<SyncLinkRow> Links => Set<SyncLinkRow>();
    public DbSet<CsvUploadRow> CsvUploads => Set<CsvUploadRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<RunItemRow> RunItems => Set<RunItemRow>();
    public DbSet<MembershipRow> Memberships => Set<MembershipRow>();
    public DbSet<SuppressionRow> Suppressions => Set<SuppressionRow>();
    public DbSet<GroupMemberRow> GroupMembers => Set<GroupMemberRow>();
    public DbSet<ForeignChangeRow> ForeignChanges => Set<ForeignChangeRow>();
    public DbSet<ForeignQuestionRow> ForeignQuestions => Set<ForeignQuestionRow>();
    public DbSet<PersonRestRow> PersonRests => Set<PersonRestRow>();
    public DbSet<InvitationRoundRow> InvitationRounds => Set<InvitationRoundRow>();
    public DbSet<InvitationItemRow> InvitationItems => Set<InvitationItemRow>();
    public DbSet<ApprovalRow> Approvals => Set<ApprovalRow>();
    public DbSet<BreakGlassRow> BreakGlasses => Set<BreakGlassRow>();
    public DbSet<MirrorTesterRow> MirrorTesters => Set<MirrorTesterRow>();
    public DbSet<MirrorGroupRow> MirrorGroups => Set<MirrorGroupRow>();
    public DbSet<BuildMonitorRow> BuildMonitors => Set<BuildMonitorRow>();
    public DbSet<SeenBuildRow> SeenBuilds => Set<SeenBuildRow>();
    public DbSet<BuildReleaseRow> BuildReleases => Set<BuildReleaseRow>();
    public DbSet<AutoBuildRuleRow> AutoBuildRules => Set<AutoBuildRuleRow>();
    public DbSet<AutoBuildOutcomeRow> AutoBuildOutcomes => Set<AutoBuildOutcomeRow>();
    public DbSet<AppLookRow> AppLooks => Set<AppLookRow>();
    public DbSet<AppleWebhookRow> AppleWebhooks => Set<AppleWebhookRow>();
    public DbSet<AppleWebhookEventRow> AppleWebhookEvents => Set<AppleWebhookEventRow>();
    public DbSet<AlertRow> Alerts => Set<AlertRow>();
    public DbSet<AlertNoticeRow> AlertNotices => Set<AlertNoticeRow>();
    public DbSet<AuditEventRow> AuditEvents => Set<AuditEventRow>();
    public DbSet<AuditTextRow> AuditTexts => Set<AuditTextRow>();
    public DbSet<AuditAddressRow> AuditAddresses => Set<AuditAddressRow>();
    public DbSet<AuditTileRow> AuditTiles => Set<AuditTileRow>();
    public DbSet<AuditCheckpointRow> AuditCheckpoints => Set<AuditCheckpointRow>();
    public DbSet<AuditFindingRow> AuditFindings => Set<AuditFindingRow>();
    public DbSet<AuditVerificationRow> AuditVerifications => Set<AuditVerificationRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<LogoutTokenRow> LogoutTokens => Set<LogoutTokenRow>();
    public DbSet<RingKeyRow> RingKeys => Set<RingKeyRow>();
    public DbSet<PortalSecretRow> Secrets => Set<PortalSecretRow>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        CredentialTables(model);
        SyncTables(model);
        ForeignTables(model);
        ApprovalTables(model);
        MirrorTables(model);
        BuildTables(model);
        AlertTables(model);
        AuditTables(model);
        model.Entity<SessionRow>(t => { t.ToTable("sessions"); t.HasKey(s => s.Id); t.HasIndex(s => s.ActorId); t.HasIndex(s => s.ExpiresAt); t.HasIndex(s => s.Number).IsUnique(); });
        model.Entity<LogoutTokenRow>(t => { t.ToTable("logout_tokens"); t.HasKey(l => l.Id); });
        model.Entity<RingKeyRow>(t => { t.ToTable("ring_keys"); t.HasIndex(k => k.Ring); });
        model.Entity<PortalSecretRow>(t => { t.ToTable("portal_secrets"); t.HasKey(s => s.Name); });
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        // Enums as words: a stored row reads the same whatever order the code declares them in.
        conventions.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
        conventions.Properties<SyncPolicy>().HaveConversion<JsonConverter<SyncPolicy>>();
        conventions.Properties<ColumnMapping>().HaveConversion<JsonConverter<ColumnMapping>>();
    }

    private static void CredentialTables(ModelBuilder model)
    {
        model.Entity<CredentialRow>(t =>
        {
            t.ToTable("credentials");
            t.HasMany(c => c.Versions).WithOne().HasForeignKey(v => v.CredentialId);
            t.HasIndex(c => c.Status);
        });
        model.Entity<CredentialVersionRow>(t =>
        {
            t.ToTable("credential_versions");
            t.HasIndex(v => new { v.CredentialId, v.Number }).IsUnique();
            // One key is stored once in the whole installation, whoever is first.
            t.HasIndex(v => v.KeyId).IsUnique().HasFilter("\"RetiredAt\" IS NULL AND \"KeyId\" <> ''").HasDatabaseName("ux_versions_key_id");
            t.HasIndex(v => v.Fingerprint).IsUnique().HasFilter("\"RetiredAt\" IS NULL").HasDatabaseName("ux_versions_fingerprint");
        });
        model.Entity<DepositRequestRow>(t => { t.ToTable("deposit_requests"); t.HasIndex(d => d.TokenHash).IsUnique(); });
        model.Entity<KeyUseRow>(t =>
        {
            t.ToTable("key_uses");
            t.HasIndex(u => u.IntentAt);
            t.HasIndex(u => new { u.CredentialId, u.IntentAt });
            t.HasIndex(u => new { u.CredentialId, u.ActorId, u.IntentAt });
            t.HasIndex(u => new { u.CredentialId, u.AppId, u.IntentAt });
            t.HasIndex(u => new { u.ActorId, u.IntentAt });
            t.HasIndex(u => new { u.Purpose, u.IntentAt });
            t.HasIndex(u => new { u.AppId, u.IntentAt });
            t.HasIndex(u => new { u.RunId, u.IntentAt });
            // What is looked for and rare; the question says the same as the filter, so that the planner sees it.
            t.HasIndex(u => u.IntentAt, "ix_uses_first_on_app").HasFilter("\"FirstOnApp\"");
            t.HasIndex(u => u.IntentAt, "ix_uses_odd_hours").HasFilter("\"OddHours\"");
            t.HasIndex(u => u.IntentAt, "ix_uses_refused").HasFilter("\"Status\" >= 400");
            t.HasIndex(u => u.IntentAt, "ix_uses_unanswered").HasFilter("\"Status\" IS NULL OR \"Status\" = 0");
            t.HasIndex(u => new { u.Method, u.IntentAt }, "ix_uses_writes").HasFilter("\"Method\" <> 'GET'");
        });
    }

    private static void SyncTables(ModelBuilder model)
    {
        model.Entity<SyncLinkRow>(t =>
        {
            t.ToTable("sync_links");
            // Invariant 1: a beta group belongs to at most one non-retired link, whatever credential reaches it.
            // Drafts whose group is not made yet hold none.
            t.HasIndex(l => l.GroupId).IsUnique().HasFilter("\"State\" <> 'Retired' AND \"GroupId\" <> ''").HasDatabaseName("ux_links_group");
            // Invariant 2: a release type has at most one active link.
            t.HasIndex(l => new { l.ProjectKey, l.ReleaseTypeKey }).IsUnique().HasFilter("\"State\" <> 'Retired'").HasDatabaseName("ux_links_release_type");
            t.HasIndex(l => l.NextDueAt);
        });
        model.Entity<CsvUploadRow>(t => { t.ToTable("csv_uploads"); t.HasIndex(u => u.LinkId); });
        model.Entity<RunRow>(t =>
        {
            t.ToTable("runs");
            // Invariant 17: one real run per link in Queued … Verifying at a time.
            t.HasIndex(r => r.LinkId).IsUnique().HasDatabaseName("ux_runs_one_unfinished")
                .HasFilter("\"Mode\" = 'Real' AND \"State\" IN ('Queued','Reading','Planned','Applying','Verifying')");
            t.HasIndex(r => new { r.LinkId, r.RequestedAt });
            t.HasIndex(r => r.State);
        });
        model.Entity<RunItemRow>(t => { t.ToTable("run_items"); t.HasIndex(i => new { i.RunId, i.Ordinal }).IsUnique(); t.HasIndex(i => i.PersonKey); t.HasIndex(i => new { i.Outcome, i.OutcomeAt }); });
        model.Entity<MembershipRow>(t => { t.ToTable("memberships"); t.HasIndex(m => new { m.LinkId, m.PersonKey }).IsUnique(); t.HasIndex(m => m.PersonKey); });
        model.Entity<InvitationRoundRow>(t =>
        {
            t.ToTable("invitation_rounds");
            t.HasIndex(r => r.LinkId).IsUnique().HasFilter("\"FinishedAt\" IS NULL").HasDatabaseName("ux_invitation_rounds_unfinished");
            t.HasIndex(r => new { r.LinkId, r.StartedAt });
        });
        model.Entity<InvitationItemRow>(t => { t.ToTable("invitation_items"); t.HasIndex(i => new { i.RoundId, i.Ordinal }).IsUnique(); t.HasIndex(i => i.PersonKey); });
        model.Entity<SuppressionRow>(t => { t.ToTable("suppressions"); t.HasIndex(s => new { s.LinkId, s.PersonKey }).IsUnique(); });
        model.Entity<PersonRestRow>(t => { t.ToTable("person_rests"); t.HasIndex(r => new { r.LinkId, r.PersonKey }).IsUnique(); });
    }

    private static void ForeignTables(ModelBuilder model)
    {
        model.Entity<GroupMemberRow>(t => { t.ToTable("group_members"); t.HasKey(m => new { m.LinkId, m.TesterId }); t.HasIndex(m => new { m.LinkId, m.PersonKey }); });
        model.Entity<ForeignChangeRow>(t => { t.ToTable("foreign_changes"); t.HasIndex(c => new { c.LinkId, c.SeenAt }); });
        // One open question per link, whoever reads the group first.
        model.Entity<ForeignQuestionRow>(t => { t.ToTable("foreign_questions"); t.HasIndex(q => q.LinkId).IsUnique().HasFilter("\"AnsweredAt\" IS NULL").HasDatabaseName("ux_foreign_questions_open"); });
    }

    private static void ApprovalTables(ModelBuilder model)
    {
        model.Entity<ApprovalRow>(t =>
        {
            t.ToTable("approvals");
            t.HasIndex(a => a.State);
            t.HasIndex(a => a.LinkId);
            t.HasIndex(a => a.RunId);
            t.HasIndex(a => a.RequestedAt);
            t.HasIndex(a => a.BreakGlassId);
        });
        model.Entity<BreakGlassRow>(t => { t.ToTable("break_glasses"); t.HasIndex(g => g.EndsAt); t.HasIndex(g => g.ReviewedAt); });
    }

    private static void MirrorTables(ModelBuilder model)
    {
        model.Entity<MirrorTesterRow>(t => { t.ToTable("mirror_testers"); t.HasKey(m => new { m.IssuerId, m.AppId, m.TesterId }); t.HasIndex(m => new { m.IssuerId, m.AppId, m.EmailKey }); });
        model.Entity<MirrorGroupRow>(t => { t.ToTable("mirror_groups"); t.HasKey(m => new { m.IssuerId, m.AppId, m.GroupId }); });
    }

    private static void BuildTables(ModelBuilder model)
    {
        model.Entity<BuildMonitorRow>(t => { t.ToTable("build_monitors"); t.HasKey(m => m.LinkId); });
        model.Entity<SeenBuildRow>(t => { t.ToTable("seen_builds"); t.HasKey(b => new { b.LinkId, b.BuildId }); t.HasIndex(b => b.BuildId); });
        // One release per link and build: whoever is second finds the first.
        model.Entity<BuildReleaseRow>(t => { t.ToTable("build_releases"); t.HasIndex(r => new { r.LinkId, r.BuildId }).IsUnique(); t.HasIndex(r => r.BuildId); t.HasIndex(r => r.State); });
        model.Entity<AutoBuildRuleRow>(t => { t.ToTable("auto_build_rules"); t.HasKey(r => r.GroupId); t.HasIndex(r => r.AppId); });
        model.Entity<AutoBuildOutcomeRow>(t => { t.ToTable("auto_build_outcomes"); t.HasKey(o => new { o.GroupId, o.BuildId }); t.HasIndex(o => o.BuildId); });
        model.Entity<AppLookRow>(t => { t.ToTable("app_looks"); t.HasKey(l => l.AppId); t.HasIndex(l => l.NextAt); });
        model.Entity<AppleWebhookRow>(t => { t.ToTable("apple_webhooks"); t.HasIndex(w => w.AppId).IsUnique(); });
        model.Entity<AppleWebhookEventRow>(t => { t.ToTable("apple_webhook_events"); t.HasKey(e => new { e.WebhookId, e.EventId }); t.HasIndex(e => e.ReceivedAt); });
    }

    private static void AlertTables(ModelBuilder model)
    {
        model.Entity<AlertRow>(t =>
        {
            t.ToTable("alerts");
            // One alert per cause, on however many machines.
            t.HasIndex(a => a.CauseKey).IsUnique().HasFilter("\"State\" <> 'Resolved'").HasDatabaseName("ux_alerts_cause");
            t.HasIndex(a => a.OpenedAt);
            t.Property(a => a.Revision).IsConcurrencyToken();
        });
        model.Entity<AlertNoticeRow>(t => { t.ToTable("alert_notices"); t.HasIndex(n => new { n.AlertId, n.Number, n.Channel, n.Target }).IsUnique(); t.HasIndex(n => n.DueAt); });
    }

    private static void AuditTables(ModelBuilder model)
    {
        model.Entity<AuditEventRow>(t =>
        {
            t.ToTable("audit_events");
            t.HasIndex(e => e.At);
            t.HasIndex(e => e.Leaf).IsUnique();
            t.HasIndex(e => e.RefusedAt).HasFilter("\"RefusedAt\" IS NOT NULL");
            t.HasIndex(e => new { e.ActorId, e.At });
            t.HasIndex(e => new { e.Code, e.At });
            t.HasIndex(e => new { e.LinkId, e.At });
            t.HasIndex(e => e.RunId);
            t.HasIndex(e => e.CredentialId);
            t.HasIndex(e => new { e.TargetKind, e.TargetId });
        });
        model.Entity<AuditTextRow>(t => { t.ToTable("audit_texts"); t.HasKey(x => x.EventId); });
        model.Entity<AuditAddressRow>(t => { t.ToTable("audit_addresses"); t.HasIndex(a => a.AddressHash); t.HasIndex(a => a.EventId); });
        model.Entity<AuditTileRow>(t => { t.ToTable("audit_tiles"); t.HasKey(x => new { x.Level, x.Index }); });
        model.Entity<AuditCheckpointRow>(t => { t.ToTable("audit_checkpoints"); t.HasKey(c => c.Size); t.Property(c => c.Size).ValueGeneratedNever(); });
        model.Entity<AuditFindingRow>(t => { t.ToTable("audit_findings"); t.HasKey(f => f.Key); });
        model.Entity<AuditVerificationRow>(t => { t.ToTable("audit_verifications"); t.HasIndex(v => v.At); });
    }

    private sealed class JsonConverter<T>() : ValueConverter<T, string>(value => Write(value), text => Read(text)) where T : class
    {
        private static string Write(T value) => JsonSerializer.Serialize(value);
        private static T Read(string text) => JsonSerializer.Deserialize<T>(text)!;
    }
}

/// <summary>The embedded database.</summary>
internal sealed class SqlitePortalDbContext(DbContextOptions<SqlitePortalDbContext> options) : PortalDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        base.ConfigureConventions(conventions);
        // SQLite cannot compare DateTimeOffset: UTC ticks can be compared and sorted.
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}

/// <summary>The database for more than one machine.</summary>
internal sealed class PostgresPortalDbContext(DbContextOptions<PostgresPortalDbContext> options) : PortalDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        base.ConfigureConventions(conventions);
        // PostgreSQL refuses offsets other than UTC.
        conventions.Properties<DateTimeOffset>().HaveConversion<Utc>();
    }

    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(at => at.ToUniversalTime(), at => at);
}
