using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Audit;

namespace Portal.Services.People;

public sealed partial class PersonService
{
    /// <summary>How long before its end an add by hand is shown on the link's page.</summary>
    public static readonly TimeSpan EndsSoon = TimeSpan.FromDays(7);

    /// <summary>
    /// Puts somebody who is not in the team into the link's group, until a day (F37). Counted and limited like a sync's adds of a
    /// day; the first sync after the day takes them out, unless they are in the team by then.
    /// </summary>
    /// <param name="linkId">The link.</param>
    /// <param name="wanted">Whom, and until when.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>; answers for the membership from now on.</param>
    /// <param name="cancel">Stops before the request is sent, not after.</param>
    /// <exception cref="ProblemException">Why it was not done or is not sure; Apple's own refusals too.</exception>
    public async Task<HandAdded> AddByHandAsync(Guid linkId, HandAdd wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var address = _parts.Add.Check(wanted);
        await using var db = _database.Open();
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        return await _parts.Add.AddAsync(link, address, wanted, actor, cancel);
    }

    /// <summary>Moves the end of an add by hand; whoever moves it answers for it from now on.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="endsAt">The new end.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops the request.</param>
    /// <exception cref="ProblemException"><c>person-add-end</c>, <c>person-extend-not-by-hand</c>, <c>person-not-found</c>, <c>link-retired</c>.</exception>
    public async Task ExtendAsync(Guid linkId, string personId, DateTimeOffset endsAt, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        if (endsAt <= _time.GetUtcNow()) throw new ProblemException(PersonProblems.EndPassed);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        await using var db = _database.Open();
        var row = await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == linkId && m.PersonKey == key && m.Origin == MembershipOrigin.Manual && m.RemovedAt == null, cancel)
            ?? throw new ProblemException(PersonProblems.NotByHand);
        var before = row.EndsAt;
        (row.EndsAt, row.OwnerName) = (endsAt.ToUniversalTime(), actor.Name);
        _audit.Append(db, new AuditEntry(AuditCodes.PersonExtended, actor, "person", _parts.Ids.Of(linkId, key))
        {
            LinkId = linkId, CredentialId = link.CredentialId, Sentence = $"{AuditCodes.PersonExtended.Sentence}: {key}",
            Facts = new Dictionary<string, object?> { ["before"] = before, ["until"] = row.EndsAt },
            Personal = new Dictionary<string, object?> { ["email"] = key },
            Addresses = EmailAddress.TryParse(key) is { } address ? [address] : [],
        });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Who was added by hand and ends within seven days, soonest first; ended ones until a sync took them out.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="actor">Needs <see cref="Permission.SeeTestFlight"/>; masked without <see cref="Permission.SeeAddresses"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<IReadOnlyList<HandAddView>> EndingSoonAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var open = actor.May(Permission.SeeAddresses);
        var now = _time.GetUtcNow();
        var soon = now + EndsSoon;
        await using var db = _database.Open();
        // Once a run met them in the team the team decides, and their end says nothing any more.
        var rows = await db.Memberships.AsNoTracking().Where(m => m.LinkId == linkId && m.Origin == MembershipOrigin.Manual && m.RemovedAt == null && m.GoneSince == null
            && m.EndsAt <= soon && (m.EndsAt > now || m.MemberId == null)).ToListAsync(cancel);
        return [.. rows.OrderBy(m => m.EndsAt).ThenBy(m => m.PersonKey, StringComparer.Ordinal).Select(m => new HandAddView(_parts.Ids.Of(linkId, m.PersonKey), Shown(m.PersonKey, open), m.OwnerName ?? "Support", m.EndsAt!.Value, m.EndsAt <= now))];
    }
}

/// <summary>Somebody to add by hand.</summary>
/// <param name="Email">The address of their Apple Account.</param>
/// <param name="EndsAt">Until when they are to stay.</param>
/// <param name="FirstName">To give Apple, for somebody the app does not know.</param>
/// <param name="LastName">The same.</param>
public sealed record HandAdd(string? Email, DateTimeOffset EndsAt, string? FirstName = null, string? LastName = null);

/// <summary>What came of it.</summary>
/// <param name="PersonId">Opaque id of the person in the link.</param>
/// <param name="State">The tester's state as read back.</param>
/// <param name="EndsAt">Until when they stay.</param>
/// <param name="At">When.</param>
public sealed record HandAdded(string PersonId, string? State, DateTimeOffset EndsAt, DateTimeOffset At)
{
    /// <summary>In words.</summary>
    public string Words => $"Added to the group until {EndsAt.UtcDateTime:d MMM yyyy, HH:mm} UTC. Apple's state now: {TesterStates.InWords(State)}.";
}

/// <summary>An add by hand that ends soon. Masked for those who may not see addresses.</summary>
/// <param name="PersonId">Opaque id.</param>
/// <param name="Email">Whom.</param>
/// <param name="OwnerName">Who answers for it.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="IsOver">It ended; the next sync takes them out.</param>
public sealed record HandAddView(string PersonId, string Email, string OwnerName, DateTimeOffset EndsAt, bool IsOver);
