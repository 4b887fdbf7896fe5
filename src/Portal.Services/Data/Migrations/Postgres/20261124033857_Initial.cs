using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Portal.Services.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alert_notices",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    AlertId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    News = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Channel = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Target = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Tries = table.Column<int>(type: "integer", nullable: false),
                    DeliveredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Status = table.Column<int>(type: "integer", nullable: true),
                    Failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_notices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    CauseKey = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: false),
                    ProblemSentence = table.Column<string>(type: "text", nullable: false),
                    Turn = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Names = table.Column<string>(type: "text", nullable: false),
                    SubjectKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    SubjectId = table.Column<Guid>(type: "uuid", nullable: true),
                    Audience = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Told = table.Column<string>(type: "text", nullable: false),
                    OpenedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ToldAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    GoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ResolvedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Returns = table.Column<int>(type: "integer", nullable: false),
                    Notices = table.Column<int>(type: "integer", nullable: false),
                    AcknowledgedById = table.Column<string>(type: "text", nullable: true),
                    AcknowledgedByName = table.Column<string>(type: "text", nullable: true),
                    AcknowledgedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AcknowledgeNote = table.Column<string>(type: "text", nullable: true),
                    Revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "app_looks",
                columns: table => new
                {
                    AppId = table.Column<string>(type: "text", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    NextAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LookedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_app_looks", x => x.AppId);
                });

            migrationBuilder.CreateTable(
                name: "apple_webhook_events",
                columns: table => new
                {
                    WebhookId = table.Column<Guid>(type: "uuid", nullable: false),
                    EventId = table.Column<string>(type: "text", nullable: false),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_apple_webhook_events", x => new { x.WebhookId, x.EventId });
                });

            migrationBuilder.CreateTable(
                name: "apple_webhooks",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    SealedSecret = table.Column<byte[]>(type: "bytea", nullable: false),
                    Url = table.Column<string>(type: "text", nullable: false),
                    AppleId = table.Column<string>(type: "text", nullable: true),
                    CreatedByName = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastEventAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_apple_webhooks", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "approvals",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: true),
                    RunId = table.Column<Guid>(type: "uuid", nullable: true),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: true),
                    OnlyPersonKey = table.Column<string>(type: "text", nullable: true),
                    OfRunId = table.Column<Guid>(type: "uuid", nullable: true),
                    PlanHash = table.Column<string>(type: "text", nullable: true),
                    Adds = table.Column<int>(type: "integer", nullable: false),
                    Removals = table.Column<int>(type: "integer", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: false),
                    ProblemSentence = table.Column<string>(type: "text", nullable: false),
                    PolicyBefore = table.Column<string>(type: "text", nullable: true),
                    PolicyAfter = table.Column<string>(type: "text", nullable: true),
                    MappingBefore = table.Column<string>(type: "text", nullable: true),
                    MappingAfter = table.Column<string>(type: "text", nullable: true),
                    RequestedById = table.Column<string>(type: "text", nullable: true),
                    RequestedByName = table.Column<string>(type: "text", nullable: false),
                    RequestReason = table.Column<string>(type: "text", nullable: true),
                    RequestedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DecidedById = table.Column<string>(type: "text", nullable: true),
                    DecidedByName = table.Column<string>(type: "text", nullable: true),
                    DecisionReason = table.Column<string>(type: "text", nullable: true),
                    DecidedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NotFourEyes = table.Column<bool>(type: "boolean", nullable: false),
                    BreakGlassId = table.Column<Guid>(type: "uuid", nullable: true),
                    TakesEffectAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Chosen = table.Column<string>(type: "text", nullable: true),
                    ChosenCount = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approvals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "audit_addresses",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    EventId = table.Column<Guid>(type: "uuid", nullable: false),
                    AddressHash = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_addresses", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "audit_checkpoints",
                columns: table => new
                {
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Note = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_checkpoints", x => x.Size);
                });

            migrationBuilder.CreateTable(
                name: "audit_events",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Code = table.Column<string>(type: "text", nullable: false),
                    Retention = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ActorId = table.Column<string>(type: "text", nullable: false),
                    ActorName = table.Column<string>(type: "text", nullable: false),
                    Via = table.Column<string>(type: "text", nullable: false),
                    TargetKind = table.Column<string>(type: "text", nullable: false),
                    TargetId = table.Column<string>(type: "text", nullable: true),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: true),
                    RunId = table.Column<Guid>(type: "uuid", nullable: true),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: true),
                    Payload = table.Column<byte[]>(type: "bytea", nullable: false),
                    Leaf = table.Column<long>(type: "bigint", nullable: true),
                    Mac = table.Column<byte[]>(type: "bytea", nullable: false),
                    RefusedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_events", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "audit_findings",
                columns: table => new
                {
                    Key = table.Column<string>(type: "text", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: false),
                    ProblemSentence = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_findings", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "audit_texts",
                columns: table => new
                {
                    EventId = table.Column<Guid>(type: "uuid", nullable: false),
                    Sentence = table.Column<string>(type: "text", nullable: false),
                    Details = table.Column<string>(type: "text", nullable: false),
                    Salt = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_texts", x => x.EventId);
                });

            migrationBuilder.CreateTable(
                name: "audit_tiles",
                columns: table => new
                {
                    Level = table.Column<int>(type: "integer", nullable: false),
                    Index = table.Column<long>(type: "bigint", nullable: false),
                    Hashes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_tiles", x => new { x.Level, x.Index });
                });

            migrationBuilder.CreateTable(
                name: "audit_verifications",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Result = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_verifications", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "auto_build_outcomes",
                columns: table => new
                {
                    GroupId = table.Column<string>(type: "text", nullable: false),
                    BuildId = table.Column<string>(type: "text", nullable: false),
                    BuildName = table.Column<string>(type: "text", nullable: false),
                    Platform = table.Column<string>(type: "text", nullable: false),
                    UploadedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Verdict = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Code = table.Column<string>(type: "text", nullable: false),
                    Because = table.Column<string>(type: "text", nullable: false),
                    ComplianceAnswered = table.Column<bool>(type: "boolean", nullable: false),
                    AutoNotifySet = table.Column<bool>(type: "boolean", nullable: false),
                    Assigned = table.Column<bool>(type: "boolean", nullable: false),
                    Submitted = table.Column<bool>(type: "boolean", nullable: false),
                    Refused = table.Column<bool>(type: "boolean", nullable: false),
                    RefusedInState = table.Column<string>(type: "text", nullable: true),
                    FirstSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    TriedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_auto_build_outcomes", x => new { x.GroupId, x.BuildId });
                });

            migrationBuilder.CreateTable(
                name: "auto_build_rules",
                columns: table => new
                {
                    GroupId = table.Column<string>(type: "text", nullable: false),
                    GroupName = table.Column<string>(type: "text", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    Enabled = table.Column<bool>(type: "boolean", nullable: false),
                    Versions = table.Column<string>(type: "text", nullable: false),
                    Platform = table.Column<string>(type: "text", nullable: false),
                    Compliance = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ComplianceById = table.Column<string>(type: "text", nullable: true),
                    ComplianceByName = table.Column<string>(type: "text", nullable: true),
                    ComplianceAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    QuietFrom = table.Column<string>(type: "text", nullable: false),
                    QuietTo = table.Column<string>(type: "text", nullable: false),
                    TimeZone = table.Column<string>(type: "text", nullable: false),
                    SubmitForReview = table.Column<bool>(type: "boolean", nullable: false),
                    Since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ChangedById = table.Column<string>(type: "text", nullable: false),
                    ChangedByName = table.Column<string>(type: "text", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_auto_build_rules", x => x.GroupId);
                });

            migrationBuilder.CreateTable(
                name: "break_glasses",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ActorId = table.Column<string>(type: "text", nullable: false),
                    ActorName = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    BegunAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedByName = table.Column<string>(type: "text", nullable: true),
                    ReviewedById = table.Column<string>(type: "text", nullable: true),
                    ReviewedByName = table.Column<string>(type: "text", nullable: true),
                    ReviewNote = table.Column<string>(type: "text", nullable: true),
                    ReviewedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NotFourEyes = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_break_glasses", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "build_monitors",
                columns: table => new
                {
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    Mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    MailTo = table.Column<string>(type: "text", nullable: false),
                    ConnectionId = table.Column<Guid>(type: "uuid", nullable: true),
                    ChangedByName = table.Column<string>(type: "text", nullable: true),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FirstLookAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Mark = table.Column<string>(type: "text", nullable: false),
                    BuildsUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_build_monitors", x => x.LinkId);
                });

            migrationBuilder.CreateTable(
                name: "build_releases",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    GroupId = table.Column<string>(type: "text", nullable: false),
                    BuildId = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    AskedByName = table.Column<string>(type: "text", nullable: true),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    AttemptedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Delays = table.Column<int>(type: "integer", nullable: false),
                    NextTryAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CentercodeId = table.Column<string>(type: "text", nullable: true),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SettledByName = table.Column<string>(type: "text", nullable: true),
                    MailedAttempt = table.Column<int>(type: "integer", nullable: false),
                    MailedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    MailProblem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_build_releases", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Label = table.Column<string>(type: "text", nullable: false),
                    KeyId = table.Column<string>(type: "text", nullable: false),
                    IssuerId = table.Column<string>(type: "text", nullable: false),
                    CommunityAddress = table.Column<string>(type: "text", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", nullable: false),
                    OwnerId = table.Column<string>(type: "text", nullable: false),
                    OwnerName = table.Column<string>(type: "text", nullable: false),
                    Status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true),
                    ActiveVersion = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    VerifiedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RetiredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RefusalsInARow = table.Column<int>(type: "integer", nullable: false),
                    ReadSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    WriteSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    IsAdmin = table.Column<bool>(type: "boolean", nullable: true),
                    ScopedReads = table.Column<bool>(type: "boolean", nullable: false),
                    ParallelRequests = table.Column<int>(type: "integer", nullable: true),
                    PassingRefusals = table.Column<int>(type: "integer", nullable: false),
                    PassingRefusalAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ForeignCalls = table.Column<int>(type: "integer", nullable: false),
                    ForeignCallsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    InvitationRefusedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "csv_uploads",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    FileName = table.Column<string>(type: "text", nullable: false),
                    Content = table.Column<byte[]>(type: "bytea", nullable: false),
                    UploadedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UploadedById = table.Column<string>(type: "text", nullable: false),
                    UploadedByName = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_csv_uploads", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "deposit_requests",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    TokenHash = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Label = table.Column<string>(type: "text", nullable: false),
                    Note = table.Column<string>(type: "text", nullable: false),
                    RequestedById = table.Column<string>(type: "text", nullable: false),
                    RequestedByName = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FulfilledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FulfilledByName = table.Column<string>(type: "text", nullable: true),
                    WithdrawnAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deposit_requests", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "foreign_changes",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    TesterId = table.Column<string>(type: "text", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: true),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    SeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_foreign_changes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "foreign_questions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AnsweredByName = table.Column<string>(type: "text", nullable: true),
                    Answer = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_foreign_questions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "group_members",
                columns: table => new
                {
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    TesterId = table.Column<string>(type: "text", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: true),
                    InTeam = table.Column<bool>(type: "boolean", nullable: false),
                    SeenSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LeftAsIsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LeftAsIsByName = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_group_members", x => new { x.LinkId, x.TesterId });
                });

            migrationBuilder.CreateTable(
                name: "invitation_items",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RoundId = table.Column<Guid>(type: "uuid", nullable: false),
                    Ordinal = table.Column<int>(type: "integer", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: false),
                    MemberId = table.Column<string>(type: "text", nullable: true),
                    Name = table.Column<string>(type: "text", nullable: true),
                    TesterId = table.Column<string>(type: "text", nullable: false),
                    InvitedBefore = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true),
                    InviteState = table.Column<string>(type: "text", nullable: true),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_invitation_items", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "invitation_rounds",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    Who = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    StartedById = table.Column<string>(type: "text", nullable: false),
                    StartedByName = table.Column<string>(type: "text", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FinishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    StopRequested = table.Column<bool>(type: "boolean", nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_invitation_rounds", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "key_uses",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    ActorId = table.Column<string>(type: "text", nullable: false),
                    ActorName = table.Column<string>(type: "text", nullable: false),
                    Purpose = table.Column<string>(type: "text", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: true),
                    LeaseNumber = table.Column<long>(type: "bigint", nullable: true),
                    Method = table.Column<string>(type: "text", nullable: false),
                    PathTemplate = table.Column<string>(type: "text", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: true),
                    GroupId = table.Column<string>(type: "text", nullable: true),
                    TokenHash = table.Column<string>(type: "text", nullable: false),
                    TokenScope = table.Column<string>(type: "text", nullable: false),
                    TokenExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FirstOnApp = table.Column<bool>(type: "boolean", nullable: false),
                    OddHours = table.Column<bool>(type: "boolean", nullable: false),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    IntentAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    OutcomeAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Status = table.Column<int>(type: "integer", nullable: true),
                    AppleCode = table.Column<string>(type: "text", nullable: true),
                    AppleErrorId = table.Column<string>(type: "text", nullable: true),
                    AppleDetail = table.Column<string>(type: "text", nullable: true),
                    RemainingThisHour = table.Column<int>(type: "integer", nullable: true),
                    HourLimit = table.Column<int>(type: "integer", nullable: true),
                    MinuteLimit = table.Column<int>(type: "integer", nullable: true),
                    Items = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_uses", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "logout_tokens",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logout_tokens", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: false),
                    MemberId = table.Column<string>(type: "text", nullable: true),
                    TesterId = table.Column<string>(type: "text", nullable: true),
                    Origin = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    OwnerName = table.Column<string>(type: "text", nullable: true),
                    EndsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AddedByHandAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FirstSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ConfirmedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    GoneSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RemovedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RemovedByName = table.Column<string>(type: "text", nullable: true),
                    InviteState = table.Column<string>(type: "text", nullable: true),
                    InvitedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memberships", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "mirror_groups",
                columns: table => new
                {
                    IssuerId = table.Column<string>(type: "text", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: false),
                    GroupId = table.Column<string>(type: "text", nullable: false),
                    ExactAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    BuildsMark = table.Column<string>(type: "text", nullable: true),
                    HasTestableBuild = table.Column<bool>(type: "boolean", nullable: false),
                    BuildsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mirror_groups", x => new { x.IssuerId, x.AppId, x.GroupId });
                });

            migrationBuilder.CreateTable(
                name: "mirror_testers",
                columns: table => new
                {
                    IssuerId = table.Column<string>(type: "text", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: false),
                    TesterId = table.Column<string>(type: "text", nullable: false),
                    EmailKey = table.Column<string>(type: "text", nullable: true),
                    Email = table.Column<string>(type: "text", nullable: true),
                    FirstName = table.Column<string>(type: "text", nullable: true),
                    LastName = table.Column<string>(type: "text", nullable: true),
                    InviteType = table.Column<string>(type: "text", nullable: true),
                    State = table.Column<string>(type: "text", nullable: true),
                    Groups = table.Column<string>(type: "text", nullable: false),
                    SeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mirror_testers", x => new { x.IssuerId, x.AppId, x.TesterId });
                });

            migrationBuilder.CreateTable(
                name: "person_rests",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: false),
                    Refusals = table.Column<int>(type: "integer", nullable: false),
                    RefusedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    NextTryAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Why = table.Column<string>(type: "text", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_person_rests", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "portal_secrets",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portal_secrets", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "ring_keys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Ring = table.Column<string>(type: "text", nullable: false),
                    FriendlyName = table.Column<string>(type: "text", nullable: true),
                    Xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ring_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "run_items",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Ordinal = table.Column<int>(type: "integer", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: false),
                    MemberId = table.Column<string>(type: "text", nullable: true),
                    Email = table.Column<string>(type: "text", nullable: true),
                    Name = table.Column<string>(type: "text", nullable: true),
                    TesterId = table.Column<string>(type: "text", nullable: true),
                    Action = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ReasonCode = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    Outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    OutcomeSentence = table.Column<string>(type: "text", nullable: true),
                    InviteState = table.Column<string>(type: "text", nullable: true),
                    AppleStatus = table.Column<int>(type: "integer", nullable: true),
                    AppleCode = table.Column<string>(type: "text", nullable: true),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    OutcomeAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_items", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    Mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Purpose = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Trigger = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    StartedById = table.Column<string>(type: "text", nullable: false),
                    StartedByName = table.Column<string>(type: "text", nullable: false),
                    OnlyPersonKey = table.Column<string>(type: "text", nullable: true),
                    OfRunId = table.Column<Guid>(type: "uuid", nullable: true),
                    RequestedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PlannedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FinishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    PlanHash = table.Column<string>(type: "text", nullable: true),
                    WantedPlanHash = table.Column<string>(type: "text", nullable: true),
                    FreezeOverride = table.Column<string>(type: "text", nullable: true),
                    ApprovedPlanHash = table.Column<string>(type: "text", nullable: true),
                    ComparedRunId = table.Column<Guid>(type: "uuid", nullable: true),
                    RequestReason = table.Column<string>(type: "text", nullable: true),
                    ApprovalId = table.Column<Guid>(type: "uuid", nullable: true),
                    NotFourEyes = table.Column<bool>(type: "boolean", nullable: false),
                    BegunAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true),
                    CancelRequested = table.Column<bool>(type: "boolean", nullable: false),
                    CancelledByName = table.Column<string>(type: "text", nullable: true),
                    Resumes = table.Column<int>(type: "integer", nullable: false),
                    TeamCount = table.Column<int>(type: "integer", nullable: false),
                    GroupCount = table.Column<int>(type: "integer", nullable: false),
                    ToAdd = table.Column<int>(type: "integer", nullable: false),
                    ToRemove = table.Column<int>(type: "integer", nullable: false),
                    Kept = table.Column<int>(type: "integer", nullable: false),
                    Skipped = table.Column<int>(type: "integer", nullable: false),
                    Waiting = table.Column<int>(type: "integer", nullable: false),
                    Done = table.Column<int>(type: "integer", nullable: false),
                    Confirmed = table.Column<int>(type: "integer", nullable: false),
                    Pending = table.Column<int>(type: "integer", nullable: false),
                    Refused = table.Column<int>(type: "integer", nullable: false),
                    NotTried = table.Column<int>(type: "integer", nullable: false),
                    Calls = table.Column<int>(type: "integer", nullable: false),
                    CallsLeftThisHour = table.Column<int>(type: "integer", nullable: true),
                    WaitingUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "seen_builds",
                columns: table => new
                {
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    BuildId = table.Column<string>(type: "text", nullable: false),
                    Number = table.Column<string>(type: "text", nullable: false),
                    UploadedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    WhyNone = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_seen_builds", x => new { x.LinkId, x.BuildId });
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false),
                    ActorId = table.Column<string>(type: "text", nullable: false),
                    ActorName = table.Column<string>(type: "text", nullable: false),
                    Ticket = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ProviderSessionId = table.Column<string>(type: "text", nullable: true),
                    Number = table.Column<Guid>(type: "uuid", nullable: false),
                    Device = table.Column<string>(type: "text", nullable: false),
                    LastSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ConfirmedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AskingUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    SilentSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "suppressions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    LinkId = table.Column<Guid>(type: "uuid", nullable: false),
                    PersonKey = table.Column<string>(type: "text", nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    CreatedByName = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suppressions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "sync_links",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ProjectKey = table.Column<string>(type: "text", nullable: false),
                    ProjectName = table.Column<string>(type: "text", nullable: false),
                    ReleaseTypeKey = table.Column<string>(type: "text", nullable: false),
                    ReleaseTypeName = table.Column<string>(type: "text", nullable: false),
                    TeamName = table.Column<string>(type: "text", nullable: false),
                    SourceKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ConnectionId = table.Column<Guid>(type: "uuid", nullable: true),
                    SourceUrl = table.Column<string>(type: "text", nullable: false),
                    Mapping = table.Column<string>(type: "text", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    IssuerId = table.Column<string>(type: "text", nullable: false),
                    AppId = table.Column<string>(type: "text", nullable: false),
                    AppName = table.Column<string>(type: "text", nullable: false),
                    GroupId = table.Column<string>(type: "text", nullable: false),
                    GroupName = table.Column<string>(type: "text", nullable: false),
                    GroupAskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SetupGroupName = table.Column<string>(type: "text", nullable: true),
                    SetupGroupAskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SetupGroupId = table.Column<string>(type: "text", nullable: true),
                    SetupGroupProblemCode = table.Column<string>(type: "text", nullable: true),
                    SetupGroupProblemSentence = table.Column<string>(type: "text", nullable: true),
                    Policy = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ProblemCode = table.Column<string>(type: "text", nullable: true),
                    ProblemSentence = table.Column<string>(type: "text", nullable: true),
                    LooksOnlySince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LooksOnlyBecause = table.Column<string>(type: "text", nullable: true),
                    CentercodeSyncOffConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CreatedByName = table.Column<string>(type: "text", nullable: false),
                    LastEditorId = table.Column<string>(type: "text", nullable: false),
                    LastEditorName = table.Column<string>(type: "text", nullable: false),
                    LastEditedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastGoodRunAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FirstAppliedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RetiredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NextDueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LeaseNumber = table.Column<long>(type: "bigint", nullable: false),
                    LeaseHolder = table.Column<string>(type: "text", nullable: true),
                    LeaseUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    WaitingUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FailuresInARow = table.Column<int>(type: "integer", nullable: false),
                    UnchangedSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastCheckAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ChecksSinceChange = table.Column<int>(type: "integer", nullable: false),
                    LastExactCheckAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastGoodTeamCount = table.Column<int>(type: "integer", nullable: true),
                    TeamCount = table.Column<int>(type: "integer", nullable: true),
                    GroupCount = table.Column<int>(type: "integer", nullable: true),
                    DriftToAdd = table.Column<int>(type: "integer", nullable: true),
                    DriftToRemove = table.Column<int>(type: "integer", nullable: true),
                    Unmanaged = table.Column<int>(type: "integer", nullable: true),
                    WaitingForEmail = table.Column<int>(type: "integer", nullable: true),
                    LastRunId = table.Column<Guid>(type: "uuid", nullable: true),
                    GroupSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sync_links", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "credential_versions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false),
                    KeyId = table.Column<string>(type: "text", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false),
                    RetiredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credential_versions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_credential_versions_credentials_CredentialId",
                        column: x => x.CredentialId,
                        principalTable: "credentials",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_alert_notices_AlertId_Number_Channel_Target",
                table: "alert_notices",
                columns: new[] { "AlertId", "Number", "Channel", "Target" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_alert_notices_DueAt",
                table: "alert_notices",
                column: "DueAt");

            migrationBuilder.CreateIndex(
                name: "IX_alerts_OpenedAt",
                table: "alerts",
                column: "OpenedAt");

            migrationBuilder.CreateIndex(
                name: "ux_alerts_cause",
                table: "alerts",
                column: "CauseKey",
                unique: true,
                filter: "\"State\" <> 'Resolved'");

            migrationBuilder.CreateIndex(
                name: "IX_app_looks_NextAt",
                table: "app_looks",
                column: "NextAt");

            migrationBuilder.CreateIndex(
                name: "IX_apple_webhook_events_ReceivedAt",
                table: "apple_webhook_events",
                column: "ReceivedAt");

            migrationBuilder.CreateIndex(
                name: "IX_apple_webhooks_AppId",
                table: "apple_webhooks",
                column: "AppId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_approvals_BreakGlassId",
                table: "approvals",
                column: "BreakGlassId");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_LinkId",
                table: "approvals",
                column: "LinkId");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_RequestedAt",
                table: "approvals",
                column: "RequestedAt");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_RunId",
                table: "approvals",
                column: "RunId");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_State",
                table: "approvals",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_audit_addresses_AddressHash",
                table: "audit_addresses",
                column: "AddressHash");

            migrationBuilder.CreateIndex(
                name: "IX_audit_addresses_EventId",
                table: "audit_addresses",
                column: "EventId");

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_ActorId_At",
                table: "audit_events",
                columns: new[] { "ActorId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_At",
                table: "audit_events",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_Code_At",
                table: "audit_events",
                columns: new[] { "Code", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_CredentialId",
                table: "audit_events",
                column: "CredentialId");

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_Leaf",
                table: "audit_events",
                column: "Leaf",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_LinkId_At",
                table: "audit_events",
                columns: new[] { "LinkId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_RefusedAt",
                table: "audit_events",
                column: "RefusedAt",
                filter: "\"RefusedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_RunId",
                table: "audit_events",
                column: "RunId");

            migrationBuilder.CreateIndex(
                name: "IX_audit_events_TargetKind_TargetId",
                table: "audit_events",
                columns: new[] { "TargetKind", "TargetId" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_verifications_At",
                table: "audit_verifications",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_auto_build_outcomes_BuildId",
                table: "auto_build_outcomes",
                column: "BuildId");

            migrationBuilder.CreateIndex(
                name: "IX_auto_build_rules_AppId",
                table: "auto_build_rules",
                column: "AppId");

            migrationBuilder.CreateIndex(
                name: "IX_break_glasses_EndsAt",
                table: "break_glasses",
                column: "EndsAt");

            migrationBuilder.CreateIndex(
                name: "IX_break_glasses_ReviewedAt",
                table: "break_glasses",
                column: "ReviewedAt");

            migrationBuilder.CreateIndex(
                name: "IX_build_releases_BuildId",
                table: "build_releases",
                column: "BuildId");

            migrationBuilder.CreateIndex(
                name: "IX_build_releases_LinkId_BuildId",
                table: "build_releases",
                columns: new[] { "LinkId", "BuildId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_build_releases_State",
                table: "build_releases",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_credential_versions_CredentialId_Number",
                table: "credential_versions",
                columns: new[] { "CredentialId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_versions_fingerprint",
                table: "credential_versions",
                column: "Fingerprint",
                unique: true,
                filter: "\"RetiredAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_versions_key_id",
                table: "credential_versions",
                column: "KeyId",
                unique: true,
                filter: "\"RetiredAt\" IS NULL AND \"KeyId\" <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_credentials_Status",
                table: "credentials",
                column: "Status");

            migrationBuilder.CreateIndex(
                name: "IX_csv_uploads_LinkId",
                table: "csv_uploads",
                column: "LinkId");

            migrationBuilder.CreateIndex(
                name: "IX_deposit_requests_TokenHash",
                table: "deposit_requests",
                column: "TokenHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_foreign_changes_LinkId_SeenAt",
                table: "foreign_changes",
                columns: new[] { "LinkId", "SeenAt" });

            migrationBuilder.CreateIndex(
                name: "ux_foreign_questions_open",
                table: "foreign_questions",
                column: "LinkId",
                unique: true,
                filter: "\"AnsweredAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_group_members_LinkId_PersonKey",
                table: "group_members",
                columns: new[] { "LinkId", "PersonKey" });

            migrationBuilder.CreateIndex(
                name: "IX_invitation_items_PersonKey",
                table: "invitation_items",
                column: "PersonKey");

            migrationBuilder.CreateIndex(
                name: "IX_invitation_items_RoundId_Ordinal",
                table: "invitation_items",
                columns: new[] { "RoundId", "Ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_invitation_rounds_LinkId_StartedAt",
                table: "invitation_rounds",
                columns: new[] { "LinkId", "StartedAt" });

            migrationBuilder.CreateIndex(
                name: "ux_invitation_rounds_unfinished",
                table: "invitation_rounds",
                column: "LinkId",
                unique: true,
                filter: "\"FinishedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_ActorId_IntentAt",
                table: "key_uses",
                columns: new[] { "ActorId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_AppId_IntentAt",
                table: "key_uses",
                columns: new[] { "AppId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_CredentialId_ActorId_IntentAt",
                table: "key_uses",
                columns: new[] { "CredentialId", "ActorId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_CredentialId_AppId_IntentAt",
                table: "key_uses",
                columns: new[] { "CredentialId", "AppId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_CredentialId_IntentAt",
                table: "key_uses",
                columns: new[] { "CredentialId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_IntentAt",
                table: "key_uses",
                column: "IntentAt");

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_Purpose_IntentAt",
                table: "key_uses",
                columns: new[] { "Purpose", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_key_uses_RunId_IntentAt",
                table: "key_uses",
                columns: new[] { "RunId", "IntentAt" });

            migrationBuilder.CreateIndex(
                name: "ix_uses_first_on_app",
                table: "key_uses",
                column: "IntentAt",
                filter: "\"FirstOnApp\"");

            migrationBuilder.CreateIndex(
                name: "ix_uses_odd_hours",
                table: "key_uses",
                column: "IntentAt",
                filter: "\"OddHours\"");

            migrationBuilder.CreateIndex(
                name: "ix_uses_refused",
                table: "key_uses",
                column: "IntentAt",
                filter: "\"Status\" >= 400");

            migrationBuilder.CreateIndex(
                name: "ix_uses_unanswered",
                table: "key_uses",
                column: "IntentAt",
                filter: "\"Status\" IS NULL OR \"Status\" = 0");

            migrationBuilder.CreateIndex(
                name: "ix_uses_writes",
                table: "key_uses",
                columns: new[] { "Method", "IntentAt" },
                filter: "\"Method\" <> 'GET'");

            migrationBuilder.CreateIndex(
                name: "IX_memberships_LinkId_PersonKey",
                table: "memberships",
                columns: new[] { "LinkId", "PersonKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_memberships_PersonKey",
                table: "memberships",
                column: "PersonKey");

            migrationBuilder.CreateIndex(
                name: "IX_mirror_testers_IssuerId_AppId_EmailKey",
                table: "mirror_testers",
                columns: new[] { "IssuerId", "AppId", "EmailKey" });

            migrationBuilder.CreateIndex(
                name: "IX_person_rests_LinkId_PersonKey",
                table: "person_rests",
                columns: new[] { "LinkId", "PersonKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ring_keys_Ring",
                table: "ring_keys",
                column: "Ring");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_Outcome_OutcomeAt",
                table: "run_items",
                columns: new[] { "Outcome", "OutcomeAt" });

            migrationBuilder.CreateIndex(
                name: "IX_run_items_PersonKey",
                table: "run_items",
                column: "PersonKey");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_RunId_Ordinal",
                table: "run_items",
                columns: new[] { "RunId", "Ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_runs_LinkId_RequestedAt",
                table: "runs",
                columns: new[] { "LinkId", "RequestedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_State",
                table: "runs",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "ux_runs_one_unfinished",
                table: "runs",
                column: "LinkId",
                unique: true,
                filter: "\"Mode\" = 'Real' AND \"State\" IN ('Queued','Reading','Planned','Applying','Verifying')");

            migrationBuilder.CreateIndex(
                name: "IX_seen_builds_BuildId",
                table: "seen_builds",
                column: "BuildId");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_ActorId",
                table: "sessions",
                column: "ActorId");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_ExpiresAt",
                table: "sessions",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_Number",
                table: "sessions",
                column: "Number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_suppressions_LinkId_PersonKey",
                table: "suppressions",
                columns: new[] { "LinkId", "PersonKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sync_links_NextDueAt",
                table: "sync_links",
                column: "NextDueAt");

            migrationBuilder.CreateIndex(
                name: "ux_links_group",
                table: "sync_links",
                column: "GroupId",
                unique: true,
                filter: "\"State\" <> 'Retired' AND \"GroupId\" <> ''");

            migrationBuilder.CreateIndex(
                name: "ux_links_release_type",
                table: "sync_links",
                columns: new[] { "ProjectKey", "ReleaseTypeKey" },
                unique: true,
                filter: "\"State\" <> 'Retired'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alert_notices");

            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "app_looks");

            migrationBuilder.DropTable(
                name: "apple_webhook_events");

            migrationBuilder.DropTable(
                name: "apple_webhooks");

            migrationBuilder.DropTable(
                name: "approvals");

            migrationBuilder.DropTable(
                name: "audit_addresses");

            migrationBuilder.DropTable(
                name: "audit_checkpoints");

            migrationBuilder.DropTable(
                name: "audit_events");

            migrationBuilder.DropTable(
                name: "audit_findings");

            migrationBuilder.DropTable(
                name: "audit_texts");

            migrationBuilder.DropTable(
                name: "audit_tiles");

            migrationBuilder.DropTable(
                name: "audit_verifications");

            migrationBuilder.DropTable(
                name: "auto_build_outcomes");

            migrationBuilder.DropTable(
                name: "auto_build_rules");

            migrationBuilder.DropTable(
                name: "break_glasses");

            migrationBuilder.DropTable(
                name: "build_monitors");

            migrationBuilder.DropTable(
                name: "build_releases");

            migrationBuilder.DropTable(
                name: "credential_versions");

            migrationBuilder.DropTable(
                name: "csv_uploads");

            migrationBuilder.DropTable(
                name: "deposit_requests");

            migrationBuilder.DropTable(
                name: "foreign_changes");

            migrationBuilder.DropTable(
                name: "foreign_questions");

            migrationBuilder.DropTable(
                name: "group_members");

            migrationBuilder.DropTable(
                name: "invitation_items");

            migrationBuilder.DropTable(
                name: "invitation_rounds");

            migrationBuilder.DropTable(
                name: "key_uses");

            migrationBuilder.DropTable(
                name: "logout_tokens");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "mirror_groups");

            migrationBuilder.DropTable(
                name: "mirror_testers");

            migrationBuilder.DropTable(
                name: "person_rests");

            migrationBuilder.DropTable(
                name: "portal_secrets");

            migrationBuilder.DropTable(
                name: "ring_keys");

            migrationBuilder.DropTable(
                name: "run_items");

            migrationBuilder.DropTable(
                name: "runs");

            migrationBuilder.DropTable(
                name: "seen_builds");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "suppressions");

            migrationBuilder.DropTable(
                name: "sync_links");

            migrationBuilder.DropTable(
                name: "credentials");
        }
    }
}
