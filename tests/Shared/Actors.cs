using System.Collections.Immutable;
using Portal.Domain.SignIn;

namespace Portal.Tests;

/// <summary>One person per role, called as the simulator's identity provider calls them, so that ids agree in every front end.</summary>
public static class Actors
{
    public static readonly Actor Viewer = Person("viewer", Role.Viewer);
    public static readonly Actor Support = Person("support", Role.Support);
    public static readonly Actor ProgramManager = Person("program-manager", Role.ProgramManager);
    public static readonly Actor SecondProgramManager = Person("program-manager-2", Role.ProgramManager);
    public static readonly Actor KeyCustodian = Person("key-custodian", Role.KeyCustodian);
    public static readonly Actor SecurityReviewer = Person("security-reviewer", Role.SecurityReviewer);
    public static readonly Actor Administrator = Person("administrator", Role.Administrator);

    /// <summary>Signed in, no role.</summary>
    public static readonly Actor Nobody = Person("nobody");

    /// <summary>One of each role and one of none: for tests that walk the table of roles.</summary>
    public static readonly IReadOnlyList<Actor> All =
        [Viewer, Support, ProgramManager, KeyCustodian, SecurityReviewer, Administrator, Nobody];

    /// <summary>A person with these roles.</summary>
    public static Actor Person(string id, params Role[] roles) => new(id, id, ActorKind.Person, [.. roles], "page");
}
