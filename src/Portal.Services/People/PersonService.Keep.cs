using Portal.Domain;
using Portal.Domain.SignIn;

namespace Portal.Services.People;

public sealed partial class PersonService
{
    /// <summary>Keeps somebody out of the link: no sync adds them until the time given, or until somebody ends it. Who is in the group stays there.</summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="wanted">Why, and until when.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops the request.</param>
    /// <exception cref="ProblemException"><c>person-reason-missing</c>, <c>person-until-passed</c>, <c>person-not-found</c>.</exception>
    public async Task SuppressAsync(Guid linkId, string personId, KeepOut wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var reason = _parts.Suppressions.Check(wanted.Reason, wanted.Until);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        await _parts.Suppressions.SetAsync(link, key, reason, wanted.Until, actor, cancel);
    }

    /// <summary>Lets somebody in again: the next sync adds them if the team says so.</summary>
    public async Task EndSuppressionAsync(Guid linkId, string personId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        await _parts.Suppressions.EndAsync(link, key, actor, cancel);
    }

    /// <summary>
    /// Takes somebody out of the link's group and no other (invariant 11). Who is still in the team would come back with the
    /// next sync, so the same act can keep them out (F36); that stands even where the removal fails.
    /// </summary>
    /// <param name="linkId">The link.</param>
    /// <param name="personId">Opaque id.</param>
    /// <param name="wanted">Why, and whether and until when to keep them out.</param>
    /// <param name="actor">Needs <see cref="Permission.FixPerson"/>.</param>
    /// <param name="cancel">Stops before the request is sent, not after.</param>
    /// <exception cref="ProblemException">Why it was not done or is not sure; Apple's own refusals too.</exception>
    public async Task<PersonRemoved> RemoveAsync(Guid linkId, string personId, PersonRemoval wanted, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.FixPerson, cancel);
        var reason = _parts.Suppressions.Check(wanted.Reason, wanted.KeepOut ? wanted.Until : null);
        var (link, key) = await ResolveAsync(linkId, personId, actor, cancel);
        if (wanted.KeepOut) await _parts.Suppressions.SetAsync(link, key, reason, wanted.Until, actor, cancel);
        return await _parts.Removal.RemoveAsync(link, key, reason, actor, cancel);
    }
}

/// <summary>Keeping somebody out.</summary>
/// <param name="Reason">Read by whoever looks at the person later; at most 500 characters.</param>
/// <param name="Until">Null: until somebody ends it.</param>
public sealed record KeepOut(string? Reason, DateTimeOffset? Until = null);

/// <summary>Removing somebody by hand.</summary>
/// <param name="Reason">Read by whoever looks at the person later; at most 500 characters.</param>
/// <param name="KeepOut">Also keep them out; without it the next sync adds whoever is still in the team.</param>
/// <param name="Until">Until when; null: until somebody ends it.</param>
public sealed record PersonRemoval(string? Reason, bool KeepOut = true, DateTimeOffset? Until = null);

/// <summary>What came of it.</summary>
/// <param name="Words">What it ends and what it does not (invariant 12).</param>
/// <param name="At">When.</param>
public sealed record PersonRemoved(string Words, DateTimeOffset At);
