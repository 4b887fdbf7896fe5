using System.Collections.Immutable;

namespace Portal.Domain.SignIn;

/// <summary>What kind of doer an <see cref="Actor"/> is.</summary>
public enum ActorKind
{
    /// <summary>A person signed in through the identity provider.</summary>
    Person,
    /// <summary>A job of the portal itself, such as the schedule.</summary>
    Job,
    /// <summary>An operator at the machine's own prompt.</summary>
    Operator,
    /// <summary>Somebody not signed in.</summary>
    Anonymous,
}

/// <summary>Who does something; given to every service call and written into every audit event.</summary>
/// <param name="Id">The provider's subject for a person; a fixed word such as <c>job:schedule</c> otherwise.</param>
/// <param name="Name">What people call them; shown, never compared.</param>
/// <param name="Kind">Person, job, operator or anonymous.</param>
/// <param name="Roles">Roles of the moment, from configuration alone.</param>
/// <param name="Via">The front end used: <c>page</c>, <c>api</c>, <c>cli</c>, <c>job</c>.</param>
public sealed record Actor(string Id, string Name, ActorKind Kind, ImmutableHashSet<Role> Roles, string Via)
{
    /// <summary>The portal's own schedule: reads and applies what people set up, sees no page.</summary>
    public static readonly Actor Schedule = new("job:schedule", "Schedule", ActorKind.Job, [], "job");

    /// <summary>Somebody who is not signed in.</summary>
    public static readonly Actor Anonymous = new("anonymous", "Not signed in", ActorKind.Anonymous, [], "page");

    /// <summary>Whether any of the roles may do this (the table of roles in the domain).</summary>
    public bool May(Permission permission) => Kind is ActorKind.Operator || Roles.Any(role => RoleTable.May(role, permission));

    /// <summary>Two values of the same person or job are one, whatever roles and front end they came with.</summary>
    public bool Is(string actorId) => string.Equals(Id, actorId, StringComparison.Ordinal);
}
