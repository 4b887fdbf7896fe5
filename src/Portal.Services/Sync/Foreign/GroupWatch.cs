using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Foreign;

/// <summary>A group compared with what was last seen and what the portal wrote; stored once.</summary>
internal sealed class GroupCompared(IReadOnlyDictionary<string, (string? Key, bool InTeam)> before, GroupComparison comparison, DateTimeOffset readAt)
{
    public IReadOnlyDictionary<string, (string? Key, bool InTeam)> Before => before;
    public GroupComparison Comparison => comparison;
    public DateTimeOffset ReadAt => readAt;
    public bool IsRecorded { get; set; }
}

/// <summary>Notices other hands on a link's group (invariant 40): compares every reading, and stores differences only.</summary>
internal sealed class GroupWatch(Database database, TesterReads reads, AuditLog audit, IOptions<SyncOptions> options)
{
    private TimeSpan Lag => TimeSpan.FromSeconds(options.Value.ReadLagSeconds);

    /// <summary>
    /// Compares under the link's lease, where all of the group was read: the mirror may lag behind support's own acts. Who went is
    /// looked up, so that who stopped testing is not taken for somebody's doing (F28).
    /// </summary>
    public async Task<GroupCompared> CompareAsync(GroupReading reading, Membership membership, CancellationToken cancel)
    {
        var (link, readAt) = (reading.Link, membership.ReadAt);
        await using var db = database.Open();
        var rows = await db.GroupMembers.AsNoTracking().Where(m => m.LinkId == link.Id).Select(m => new { m.TesterId, m.PersonKey, m.InTeam }).ToListAsync(cancel);
        var before = rows.ToDictionary(m => m.TesterId, m => (m.PersonKey, m.InTeam), StringComparer.Ordinal);
        if (!membership.IsExact && link.GroupSeenAt is { } seenAt) return new GroupCompared(before, new([], [.. rows.Select(m => new SeenMember(m.TesterId, m.PersonKey))]), seenAt);
        var since = link.GroupSeenAt - Lag;
        var noted = since is null ? [] : await db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == link.Id && c.SeenAt > since).Select(c => new { c.TesterId, c.SeenAt }).ToListAsync(cancel);
        var look = new GroupLook(link.GroupSeenAt is null ? null : [.. rows.Select(m => new SeenMember(m.TesterId, m.PersonKey))], membership.Testers, since is null ? [] : await OwnActs.SinceAsync(db, link, since.Value, readAt, cancel), readAt, Lag)
        {
            JustNoted = noted.Where(c => readAt - c.SeenAt < Lag).Select(c => c.TesterId).ToHashSet(StringComparer.Ordinal),
        };
        var compared = GroupComparison.Of(look);
        var gone = compared.Changes.Where(c => c.Kind is ForeignChangeKind.Removed).ToList();
        if (gone.Count > 0 && gone.Count <= GroupComparison.MostWhoLeave)
            compared = GroupComparison.Of(look with { LeftTesting = await LeftTestingAsync(reading, membership, gone, cancel) });
        return new GroupCompared(before, compared, readAt);
    }

    private async Task<HashSet<string>> LeftTestingAsync(GroupReading reading, Membership membership, List<ForeignChange> gone, CancellationToken cancel)
    {
        var app = membership.App;
        if (app is null)
        {
            var read = await reads.PeopleAsync(reading.For("see who stopped testing"), reading.Place, [.. gone.Select(c => EmailAddress.TryParse(c.PersonKey)).OfType<EmailAddress>().Distinct()], cancel);
            if (!read.Complete) return [];
            app = read.Items;
        }
        var testing = app.Where(t => t.State != "REVOKED").Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        return gone.Where(c => c.PersonKey is not null && !testing.Contains(c.TesterId)).Select(c => c.TesterId).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Into the caller's context and transaction, once per comparison.</summary>
    public async Task RecordAsync(PortalDbContext db, SyncLinkRow link, Cycle cycle, Guid? runId, CancellationToken cancel)
    {
        var compared = cycle.Compared;
        if (compared.IsRecorded) return;
        compared.IsRecorded = true;
        await KeepMembersAsync(db, link.Id, compared, cycle.Reading.Reader is { EndsProject: true } or { Undoes: not null } ? null : TeamKeys(cycle.Inputs.Team), cancel);
        link.GroupSeenAt = compared.ReadAt;
        var changes = compared.Comparison.Changes;
        if (changes.Count == 0) return;
        foreach (var change in changes)
            db.ForeignChanges.Add(new ForeignChangeRow { Id = Guid.CreateVersion7(), LinkId = link.Id, TesterId = change.TesterId, PersonKey = change.PersonKey, Kind = change.Kind, SeenAt = compared.ReadAt });
        audit.Append(db, new AuditEntry(AuditCodes.ForeignChangesSeen, Actor.Schedule, "link", link.Id.ToString())
        {
            LinkId = link.Id, RunId = runId, CredentialId = link.CredentialId,
            Facts = Enum.GetValues<ForeignChangeKind>().ToDictionary(kind => kind.ToString(), kind => (object?)changes.Count(c => c.Kind == kind)),
        });
        await AskAsync(db, link, changes.Count(c => c.IsAnotherWriters), compared.ReadAt, cancel);
    }

    private static async Task KeepMembersAsync(PortalDbContext db, Guid linkId, GroupCompared compared, HashSet<string>? team, CancellationToken cancel)
    {
        var members = compared.Comparison.Members;
        var gone = compared.Before.Keys.Except(members.Select(m => m.TesterId), StringComparer.Ordinal).ToList();
        if (gone.Count > 0) await db.GroupMembers.Where(m => m.LinkId == linkId && gone.Contains(m.TesterId)).ExecuteDeleteAsync(cancel);
        var changed = members.Where(m => !compared.Before.TryGetValue(m.TesterId, out var was) || was != (m.PersonKey, IsInTeam(m, was.InTeam))).ToList();
        if (changed.Count == 0) return;
        var ids = changed.Select(m => m.TesterId).ToList();
        var rows = await db.GroupMembers.Where(m => m.LinkId == linkId && ids.Contains(m.TesterId)).ToDictionaryAsync(m => m.TesterId, StringComparer.Ordinal, cancel);
        foreach (var member in changed)
        {
            if (!rows.TryGetValue(member.TesterId, out var row)) db.GroupMembers.Add(row = new GroupMemberRow { LinkId = linkId, TesterId = member.TesterId, SeenSince = compared.ReadAt });
            (row.PersonKey, row.InTeam) = (member.PersonKey, IsInTeam(member, row.InTeam));
        }

        bool IsInTeam(SeenMember member, bool was) => team is null ? was : member.PersonKey is { } key && team.Contains(key);
    }

    private static HashSet<string> TeamKeys(TeamSnapshot team) => team.Members.Select(m => EmailAddress.TryParse(m.AppleEmail)?.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private async Task AskAsync(PortalDbContext db, SyncLinkRow link, int writers, DateTimeOffset at, CancellationToken cancel)
    {
        if (writers == 0) return;
        var dayAgo = at - ForeignQuestion.Day;
        var seen = await db.ForeignChanges.AsNoTracking().Where(c => c.LinkId == link.Id && c.SeenAt > dayAgo && (c.Kind == ForeignChangeKind.Added || c.Kind == ForeignChangeKind.Removed)).Select(c => c.SeenAt).ToListAsync(cancel);
        var questions = await db.ForeignQuestions.AsNoTracking().Where(q => q.LinkId == link.Id).Select(q => q.AnsweredAt).ToListAsync(cancel);
        if (!ForeignQuestion.IsDue(seen.Concat(Enumerable.Repeat(at, writers)), questions.Contains(null), questions.Max(), at)) return;
        db.ForeignQuestions.Add(new ForeignQuestionRow { Id = Guid.CreateVersion7(), LinkId = link.Id, AskedAt = at });
        audit.Append(db, new AuditEntry(AuditCodes.ForeignChangesAsked, Actor.Schedule, "link", link.Id.ToString()) { LinkId = link.Id, CredentialId = link.CredentialId });
    }
}
