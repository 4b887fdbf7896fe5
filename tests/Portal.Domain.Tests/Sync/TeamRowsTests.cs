using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class TeamRowsTests
{
    private static readonly ColumnMapping Mapping = new("id", "apple");

    [Fact]
    public void ToMembers_BlankLines_AreSkippedAndRowNumbersKept()
    {
        var team = TeamRows.ToMembers(Rows(["id", "apple"], ["1", "a@x.org"], ["", " "], ["2", "b@x.org"]), Mapping, "T");

        Assert.Null(team.Problem);
        Assert.Equal([(1, "1"), (3, "2")], team.Members.Select(m => (m.Row, m.MemberId)));
    }

    [Fact, Trait("Invariant", "13")]
    public void ToMembers_MappedColumnVanished_IsAProblemAndNeverAllBlank()
    {
        var team = TeamRows.ToMembers(Rows(["id", "login"], ["1", "a@x.org"]), Mapping, "T");

        Assert.Equal("source-column-gone", team.Problem?.Code);
        Assert.Contains("apple", team.Problem!.Sentence, StringComparison.Ordinal);
        Assert.Empty(team.Members);
    }

    [Fact, Trait("Invariant", "13")]
    public void ToMembers_MappedColumnTwice_IsAProblem() =>
        Assert.Equal("source-column-twice", TeamRows.ToMembers(Rows(["id", "apple", "Apple"], ["1", "a@x.org", "b@x.org"]), Mapping, "T").Problem?.Code);

    [Fact, Trait("Invariant", "13")]
    public void ToMembers_RowWithoutId_IsAProblemThatNamesTheRow()
    {
        var team = TeamRows.ToMembers(Rows(["id", "apple"], ["1", "a@x.org"], ["", "b@x.org"]), Mapping, "T");

        Assert.Equal("source-id-missing", team.Problem?.Code);
        Assert.Contains("Row 2 ", team.Problem!.Sentence, StringComparison.Ordinal);
    }

    [Fact, Trait("Invariant", "13")]
    public void ToMembers_UnreadableRows_PassTheirProblemOn() =>
        Assert.Equal("source-cut-short", TeamRows.ToMembers(RowSet.Unreadable(SourceProblems.CutShort), Mapping, "T").Problem?.Code);

    [Fact]
    public void ToMembers_TeamColumn_KeepsOnlyItsTeam()
    {
        var rows = Rows(["id", "apple", "team"], ["1", "a@x.org", "Alpha"], ["2", "b@x.org", "Beta"], ["3", "c@x.org", " ALPHA "], ["4", "d@x.org", ""]);

        var team = TeamRows.ToMembers(rows, Mapping with { Team = "Team" }, "alpha");

        Assert.Equal(["1", "3"], team.Members.Select(m => m.MemberId));
    }

    [Fact]
    public void ToMembers_NoRowsAtAll_IsAnEmptyTeamForTheGuardToBlock()
    {
        var team = TeamRows.ToMembers(new RowSet([], [], null), Mapping, "T");

        Assert.Null(team.Problem);
        Assert.Empty(team.Members);
    }

    [Theory, Trait("Failure", "F39")]
    [InlineData("3", "3", "3", null)]
    [InlineData("4", "4", "4", "source-count-disagrees")]
    [InlineData("3", "3", "2", "source-count-disagrees")]
    [InlineData("3", "3", "", "source-count-disagrees")]
    public void ToMembers_CountColumn_HasToAgreeWithTheRows(string first, string second, string third, string? problem)
    {
        var rows = Rows(["id", "apple", "n"], ["1", "a@x.org", first], ["2", "b@x.org", second], ["3", "c@x.org", third]);

        Assert.Equal(problem, TeamRows.ToMembers(rows, Mapping with { ExpectedCount = "n" }, "T").Problem?.Code);
    }

    [Fact]
    public void ToMembers_SameIdAndAddressTwice_IsOneMember()
    {
        var team = TeamRows.ToMembers(Rows(["id", "apple"], ["1", "a@x.org"], ["1", "A@X.org "], ["1", "b@x.org"]), Mapping, "T");

        Assert.Equal([1, 3], team.Members.Select(m => m.Row));
    }

    [Fact, Trait("Failure", "F11")]
    public void ToMembers_ControlCharacterInsideAnAddress_StaysMalformed()
    {
        var team = TeamRows.ToMembers(Rows(["id", "apple"], ["1", "an\0a@x.org"], ["2", "\uFEFFbo@x.org\0"]), Mapping, "T");

        Assert.Null(EmailAddress.TryParse(team.Members[0].AppleEmail));
        Assert.Equal("bo@x.org", team.Members[1].AppleEmail);
        Assert.DoesNotContain(team.Members, m => m.AppleEmail!.Contains('\0', StringComparison.Ordinal));
    }

    [Fact]
    public void Clean_LoneSurrogateAndEndlessText_IsFitToStore()
    {
        var clean = TeamRows.Clean("x\uD800y" + new string('z', 100_000));

        Assert.StartsWith("x\uFFFDy", clean, StringComparison.Ordinal);
        Assert.Equal(400, clean!.Length);
    }

    private static RowSet Rows(string[] columns, params string?[][] rows) => new(columns, [.. rows.Select((cells, i) => new SourceRow(i + 1, cells))], null);
}
