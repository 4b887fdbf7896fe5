using Portal.Domain.SignIn;

namespace Portal.Domain.Tests.SignIn;

/// <summary>The table of roles, cell by cell.</summary>
public class RoleTableTests
{
    [Theory, Trait("Invariant", "31")]
    //                                       viewer support manager custodian reviewer administrator
    [InlineData(Permission.SeeTestFlight,     true,  true,  true,  true,  true,  true)]
    [InlineData(Permission.SeeAddresses,      false, true,  true,  false, false, false)]
    [InlineData(Permission.CheckAddress,      false, false, false, false, true,  false)]
    [InlineData(Permission.RunSync,           false, false, true,  false, false, true)]
    [InlineData(Permission.FixPerson,         false, true,  true,  false, false, true)]
    [InlineData(Permission.ApproveRun,        false, false, true,  false, false, true)]
    [InlineData(Permission.AskForCredential,  false, false, true,  true,  false, true)]
    [InlineData(Permission.ManageCredentials, false, false, false, true,  false, false)]
    [InlineData(Permission.SeeCredentials,    false, false, true,  true,  true,  true)]
    [InlineData(Permission.ReadAudit,         true,  true,  true,  true,  true,  true)]
    [InlineData(Permission.ReadWholeAudit,    false, false, false, false, true,  true)]
    [InlineData(Permission.ReadSettings,      false, false, false, false, true,  true)]
    [InlineData(Permission.ManageSettings,    false, false, false, false, false, true)]
    public void May_RoleAndPermission_IsTheTable(Permission permission, bool viewer, bool support, bool manager, bool custodian, bool reviewer, bool administrator)
    {
        bool[] may = [viewer, support, manager, custodian, reviewer, administrator];
        Role[] roles = [Role.Viewer, Role.Support, Role.ProgramManager, Role.KeyCustodian, Role.SecurityReviewer, Role.Administrator];

        Assert.Equal(may, roles.Select(role => RoleTable.May(role, permission)));
        Assert.Equal(roles.Where((_, i) => may[i]), RoleTable.WhoMay(permission));
        Assert.All(roles.Zip(may), cell => Assert.Equal(cell.Second, Person([cell.First]).May(permission)));
    }

    [Fact]
    public void May_EveryPermissionAndRole_HasARow()
    {
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.NotEmpty(RoleTable.WhoMay(permission)));
        Assert.All(Enum.GetValues<Role>(), role => Assert.True(RoleTable.May(role, Permission.SeeTestFlight)));
    }

    [Fact]
    public void May_SeveralRoles_MayWhatAnyMay()
    {
        var both = Person([Role.Support, Role.SecurityReviewer]);

        Assert.True(both.May(Permission.SeeAddresses) && both.May(Permission.CheckAddress));
        Assert.False(both.May(Permission.RunSync) || both.May(Permission.ManageCredentials));
    }

    [Fact]
    public void May_NobodyAndJobs_MayNothingAndOperatorsAll() => Assert.All(Enum.GetValues<Permission>(), permission =>
    {
        Assert.False(Actor.Anonymous.May(permission) || Actor.Schedule.May(permission) || Person([]).May(permission));
        Assert.True(new Actor("operator", "Operator", ActorKind.Operator, [], "cli").May(permission));
    });

    [Theory]
    [InlineData(Role.Viewer, "viewer")]
    [InlineData(Role.Support, "support")]
    [InlineData(Role.ProgramManager, "program manager")]
    [InlineData(Role.KeyCustodian, "key custodian")]
    [InlineData(Role.SecurityReviewer, "security reviewer")]
    [InlineData(Role.Administrator, "administrator")]
    public void InWords_Role_IsAsPeopleSayIt(Role role, string words) => Assert.Equal(words, role.InWords());

    [Fact]
    public void MayNot_Refusal_NamesTheRolesItTakes()
    {
        var problem = SignInProblems.MayNot(Permission.ApproveRun);

        Assert.Equal(("access-refused", Turn.Administrator), (problem.Code, problem.Turn));
        Assert.Contains("program manager or administrator;", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact, Trait("Invariant", "31")]
    public void Is_SamePerson_WhateverRolesAndFrontEnd()
    {
        Assert.True((Person([Role.Viewer]) with { Via = "cli", Name = "Somebody else" }).Is("subject-1"));
        Assert.False(Person([]).Is("Subject-1") || Person([]).Is("Ana"));
    }

    private static Actor Person(Role[] roles) => new("subject-1", "Ana", ActorKind.Person, [.. roles], "page");
}
