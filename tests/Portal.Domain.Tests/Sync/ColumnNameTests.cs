using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>The names a column is known by, the order they are preferred in, and the words that go with a guess.</summary>
public class ColumnNameTests
{
    [Theory]
    [InlineData(MappedField.MemberId, "UserId", "Member ID", "id", "uid", "User_Key", "memberkey", "key", "User Number", "AccountId", "centercode-id", "ExternalId", "PersonId", "TesterId", "Anything Id")]
    [InlineData(MappedField.LoginEmail, "Login Email", "email", "EmailAddress", "User Email", "mail", "Primary E-mail", "login", "username", "Centercode Email")]
    [InlineData(MappedField.FirstName, "First Name", "givenname", "forename", "First")]
    [InlineData(MappedField.LastName, "Last Name", "surname", "FamilyName", "last")]
    [InlineData(MappedField.Team, "Team", "TeamName", "teams", "UserTeam", "Project Team")]
    [InlineData(MappedField.ExpectedCount, "Row Count", "TotalRows", "total count", "ExpectedCount", "RecordCount", "Member Count", "count", "total")]
    public void From_KnownName_IsGuessedForItsField(MappedField field, params string[] names) => Assert.All(names, name =>
    {
        var guess = MappingGuess.From(Table(["Apple E-mail", name, "Note"], row => [$"apple{row}@x.org", Cell(field, row), "same"]));

        Assert.Equal(name, guess[field]);
        Assert.NotEqual(Why(MappingGuess.From(Table(["Apple E-mail", "Note"], row => [$"apple{row}@x.org", "same"])), field), Why(guess, field));
    });

    [Theory]
    [InlineData("Apple ID", true)]
    [InlineData("TestFlight address", true)]
    [InlineData("Address", false)]
    public void From_AppleEmail_SaysHowSureItIs(string name, bool named)
    {
        var guess = MappingGuess.From(Table([name, "Number"], row => [$"a{row}@x.org", $"{row}"]));

        Assert.Equal((name, named ? "Its name speaks of Apple and its rows hold addresses or nothing." : "The only column with addresses. Check that these are the addresses of Apple accounts."), (guess[MappedField.AppleEmail], Why(guess, MappedField.AppleEmail)));
    }

    [Fact]
    public void From_NoOrSeveralAddressColumns_AsksThePerson()
    {
        Assert.Equal("No column holds addresses.", Why(MappingGuess.From(Table(["a", "b"], row => [$"{row}", "x"])), MappedField.AppleEmail));
        Assert.StartsWith("Several columns hold addresses", Why(MappingGuess.From(Table(["a", "b"], row => [$"a{row}@x.org", $"b{row}@x.org"])), MappedField.AppleEmail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, false)]          // 2 of 6 are not half
    [InlineData(3, true)]
    public void From_ColumnOfAddressesAndWords_CountsHalf(int addresses, bool found)
    {
        var guess = MappingGuess.From(Table(["Contact", "n"], row => [row < addresses ? $"a{row}@x.org" : "by phone", "x"], rows: 6));

        Assert.Equal(found ? "Contact" : null, guess[MappedField.AppleEmail]);
    }

    [Fact]
    public void From_IdColumnWithGapsOrRepeats_IsNoId()
    {
        Assert.Null(MappingGuess.From(Table(["UserId", "n"], row => [row == 0 ? "" : $"{row}", "x"]))[MappedField.MemberId]);
        Assert.Null(MappingGuess.From(Table(["UserId", "n"], row => ["7", "x"]))[MappedField.MemberId]);
        Assert.Equal("No column has a different value in every row: add the user id to the list.", Why(MappingGuess.From(Table(["UserId"], _ => ["7"])), MappedField.MemberId));
    }

    [Fact]
    public void From_NoIdColumn_TheLogInAddressStandsInBeforeTheAppleOne()
    {
        var both = MappingGuess.From(Table(["Apple E-mail", "E-mail", "n"], row => [$"apple{row}@x.org", $"log{row}@x.org", $"{row}"]));
        var one = MappingGuess.From(Table(["Apple E-mail", "n"], row => [$"apple{row}@x.org", $"{row}"]));

        Assert.Equal(("E-mail", "Apple E-mail"), (both[MappedField.MemberId], one[MappedField.MemberId]));
        Assert.StartsWith("There is no id column", Why(both, MappedField.MemberId), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "3", true)]
    [InlineData("3", "4", false)]
    [InlineData("", "", false)]
    [InlineData("3", "", false)]
    [InlineData("x", "x", false)]
    public void From_CountColumn_HasTheSameWholeNumberInEveryRow(string first, string others, bool found) =>
        Assert.Equal(found ? "Count" : null, MappingGuess.From(Table(["Count", "n"], row => [row == 0 ? first : others, "x"]))[MappedField.ExpectedCount]);

    [Fact]
    public void From_HeaderAlone_GuessesNoCountAndNoAddresses()
    {
        var guess = MappingGuess.From(Table(["Count", "E-mail"], _ => [], rows: 0));

        Assert.Equal((null, null, null), (guess[MappedField.ExpectedCount], guess[MappedField.LoginEmail], guess[MappedField.AppleEmail]));
    }

    private static string Cell(MappedField field, int row) => field switch
    {
        MappedField.LoginEmail => $"log{row}@x.org",
        MappedField.ExpectedCount => "3",
        MappedField.Team => "Alpha",
        _ => $"v{row}",
    };

    private static string Why(MappingGuess guess, MappedField field) => guess.Choices.Single(choice => choice.Field == field).Why;

    private static RowSet Table(string[] columns, Func<int, string?[]> cells, int rows = 3) => new(columns, [.. Enumerable.Range(0, rows).Select(i => new SourceRow(i + 1, cells(i)))], null);
}
