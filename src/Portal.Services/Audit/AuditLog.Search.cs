using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Audit;

public sealed partial class AuditLog
{
    private const int LargestPage = 500;

    // The guard writes its refusals here, so it cannot be given from outside.
    private AccessGuard Guard => new(this, _refusals);

    /// <summary>Events that match, newest first, within the actor's scope and masked for the actor's roles.</summary>
    /// <param name="query">What is asked. An address takes the permission to see or to check addresses; a check is itself an event.</param>
    /// <param name="actor">Needs <see cref="Permission.ReadAudit"/>.</param>
    /// <param name="after">Null for the first page, else <see cref="AuditSlice.Next"/>.</param>
    /// <param name="size">1 to 500.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="ProblemException">Refused, a bad cursor, or what is asked for as an address is none.</exception>
    public async Task<AuditSlice> SearchAsync(AuditQuery query, Actor actor, string? after = null, int size = 50, CancellationToken cancel = default)
    {
        await Guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        var hash = await AddressAskedForAsync(query, actor, cancel);
        await using var db = _database.Open();
        var matching = AuditFilter.Apply(db, AuditFilter.InScope(db, actor), query, actor, hash);
        var listed = query.FoldRuns ? AuditFilter.NewestOfRuns(matching) : matching;
        var take = Math.Clamp(size, 1, LargestPage);
        var rows = await AuditFilter.Before(listed, after).OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(take + 1).ToListAsync(cancel);
        var total = after is null ? await listed.OrderByDescending(e => e.At).Take(AuditSlice.CountedTo).CountAsync(cancel) : 0;
        IReadOnlyList<AuditView> events = await ViewsAsync(db, rows.Take(take).ToList(), actor, cancel);
        if (query.FoldRuns) events = await FoldedAsync(db, matching, events, actor, cancel);
        if (hash is not null && after is null && !actor.May(Permission.SeeAddresses)) await RecordCheckAsync(query, actor, total, cancel);
        return new AuditSlice(events, rows.Count > take ? AuditFilter.Cursor(rows[take - 1]) : null, total);
    }

    /// <summary>One event in full.</summary>
    /// <exception cref="ProblemException"><c>audit-event-not-found</c>: not there, or not in the actor's scope.</exception>
    public async Task<AuditDetail> GetAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await Guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var row = await AuditFilter.InScope(db, actor).SingleOrDefaultAsync(e => e.Id == id, cancel) ?? throw new ProblemException(AuditProblems.NoSuchEvent);
        var text = await db.AuditTexts.AsNoTracking().SingleOrDefaultAsync(t => t.EventId == id, cancel);
        var view = (await ViewsAsync(db, [row], actor, cancel))[0];
        return new AuditDetail(view, Encoding.UTF8.GetString(row.Payload), Convert.ToHexStringLower(SHA256.HashData(row.Payload)), TextHolds(row, text));
    }

    /// <summary>People and jobs that did something within the actor's scope, for a filter: id and last name, by name.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ListActorsAsync(Actor actor, CancellationToken cancel = default)
    {
        await Guard.DemandAsync(actor, Permission.ReadAudit, cancel);
        await using var db = _database.Open();
        var all = await AuditFilter.InScope(db, actor).GroupBy(e => e.ActorId).Select(g => new { Id = g.Key, Name = g.Max(e => e.ActorName)! }).OrderBy(a => a.Name).Take(200).ToListAsync(cancel);
        return [.. all.Select(a => (a.Id, a.Name))];
    }

    /// <summary>Each run as one line: how it ended where that matches, else the newest of it, with the number of the others.</summary>
    private async Task<IReadOnlyList<AuditView>> FoldedAsync(PortalDbContext db, IQueryable<AuditEventRow> matching, IReadOnlyList<AuditView> events, Actor actor, CancellationToken cancel)
    {
        var runs = events.Select(e => e.RunId).OfType<Guid>().Select(run => (Guid?)run).ToList();
        var counts = (await matching.Where(e => runs.Contains(e.RunId)).GroupBy(e => new { e.RunId, e.Code }).Select(g => new { g.Key.RunId, g.Key.Code, Count = g.Count() }).ToListAsync(cancel))
            .ToLookup(part => part.RunId);
        var ends = await matching.Where(e => runs.Contains(e.RunId) && AuditCodes.EndsOfRuns.Contains(e.Code)).ToListAsync(cancel);
        var heads = (await ViewsAsync(db, [.. ends.GroupBy(e => e.RunId).Select(ofRun => ofRun.MaxBy(e => e.At)!)], actor, cancel)).ToDictionary(e => e.RunId!.Value);
        return [.. events.Select(e => e.RunId is { } run && counts[run].ToList() is { } parts && parts.Sum(part => part.Count) is > 1 and var all
            ? heads.GetValueOrDefault(run, e) with { Fold = new AuditFold(all, [.. parts.OrderByDescending(part => part.Count).ThenBy(part => part.Code, StringComparer.Ordinal).Select(part => new AuditFoldPart(AuditCodes.All.TryGetValue(part.Code, out var code) ? code.Sentence : part.Code, part.Count))]) }
            : e)];
    }

    private async Task<string?> AddressAskedForAsync(AuditQuery query, Actor actor, CancellationToken cancel)
    {
        if (query.Address is null) return null;
        if (!actor.May(Permission.SeeAddresses)) await Guard.DemandAsync(actor, Permission.CheckAddress, cancel);
        var address = EmailAddress.TryParse(query.Address) ?? throw new ProblemException(AuditProblems.NotAnAddress);
        return _addresses.Of(address) ?? throw new ProblemException(AuditProblems.AddressSearchLocked);
    }

    private async Task RecordCheckAsync(AuditQuery query, Actor actor, int found, CancellationToken cancel)
    {
        var address = EmailAddress.TryParse(query.Address)!;
        await WriteAsync(new AuditEntry(AuditCodes.AddressChecked, actor, "audit", null)
        {
            Facts = new Dictionary<string, object?> { ["found"] = found },
            Personal = new Dictionary<string, object?> { ["address"] = address.Text },
            Addresses = [address],
        }, cancel);
    }

    private static async Task<IReadOnlyList<AuditView>> ViewsAsync(PortalDbContext db, List<AuditEventRow> rows, Actor actor, CancellationToken cancel)
    {
        var ids = rows.ConvertAll(row => row.Id);
        var texts = await db.AuditTexts.AsNoTracking().Where(t => ids.Contains(t.EventId)).ToDictionaryAsync(t => t.EventId, cancel);
        HashSet<Guid> people = actor.May(Permission.SeeAddresses) ? [] : [.. await db.AuditAddresses.Where(a => ids.Contains(a.EventId)).Select(a => a.EventId).ToListAsync(cancel)];
        return rows.ConvertAll(row => View(row, texts.GetValueOrDefault(row.Id), actor, people.Contains(row.Id)));
    }

    private static AuditView View(AuditEventRow row, AuditTextRow? text, Actor actor, bool hasAddress)
    {
        var open = actor.May(Permission.SeeAddresses);
        var people = hasAddress || row.TargetKind is "person";
        var sentence = text?.Sentence ?? (AuditCodes.All.TryGetValue(row.Code, out var code) ? code.Sentence : row.Code);
        return new AuditView(row.Id, row.At, row.Code, open ? sentence : AuditMask.Sentence(sentence, row.Code, people))
        {
            ActorId = row.ActorId, ActorName = row.ActorName, Via = row.Via, TargetKind = row.TargetKind, TargetId = row.TargetId,
            LinkId = row.LinkId, RunId = row.RunId, CredentialId = row.CredentialId, Retention = row.Retention, Leaf = row.Leaf,
            Details = text is null ? "" : open ? text.Details : AuditMask.Details(text.Details, people),
        };
    }

    private static bool? TextHolds(AuditEventRow row, AuditTextRow? text)
    {
        if (text is null) return null;
        using var payload = JsonDocument.Parse(row.Payload);
        return payload.RootElement.GetProperty("text").GetString() == Convert.ToHexStringLower(Commitment(text.Salt, row.ActorId, row.ActorName, text.Sentence, text.Details));
    }
}
