using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class ColumnGuessTests
{
    [Theory]
    [InlineData("User ID|Email|Apple ID Email|First Name|Last Name|Team", "User ID|Apple ID Email|Email|First Name|Last Name|Team")]
    [InlineData("userId|email|appleEmail|givenName|familyName|teamName", "userId|appleEmail|email|givenName|familyName|teamName")]
    [InlineData("ID|Log-in e-mail|TestFlight e-mail|Forename|Surname|Teams", "ID|TestFlight e-mail|Log-in e-mail|Forename|Surname|Teams")]
    public void From_NamedColumns_MapsEach(string header, string expected)
    {
        var names = expected.Split('|');

        var guess = MappingGuess.From(Rows(header.Split('|'), ["7", "a@x.org", "b@icloud.com", "A", "B", "T"], ["8", "c@x.org", "", "C", "D", "T"]));

        Assert.Equal(new ColumnMapping(names[0], names[1], names[2], names[3], names[4], names[5]), guess.Mapping);
        Assert.All(guess.Choices, choice => Assert.NotEmpty(choice.Why));
    }

    [Fact]
    public void From_OneColumnOfAddresses_TakesItForAppleAndAsksToCheck()
    {
        var guess = MappingGuess.From(Rows(["id", "email"], ["1", "a@x.org"], ["2", "b@x.org"]));

        Assert.Equal("email", guess[MappedField.AppleEmail]);
        Assert.Null(guess[MappedField.LoginEmail]);
        Assert.Contains("Check", guess.Choices.Single(c => c.Field == MappedField.AppleEmail).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void From_TwoColumnsOfAddressesWithoutApple_LeavesTheChoiceToAPerson()
    {
        var guess = MappingGuess.From(Rows(["id", "email", "other"], ["1", "a@x.org", "b@x.org"]));

        Assert.Null(guess[MappedField.AppleEmail]);
        Assert.Null(guess.Mapping);
    }

    [Fact]
    public void From_AppleColumnOfDeviceNames_IsNotTakenForAddresses() =>
        Assert.Equal("mail", MappingGuess.From(Rows(["id", "Apple device", "mail"], ["1", "iPhone 15", "a@x.org"]))[MappedField.AppleEmail]);

    [Fact]
    public void From_IdColumnWithRepeatedValues_IsNoId()
    {
        var guess = MappingGuess.From(Rows(["id", "userNo_id", "apple email"], ["1", "7", "a@x.org"], ["1", "8", "b@x.org"]));

        Assert.Equal("userNo_id", guess[MappedField.MemberId]);
    }

    [Fact]
    public void From_NoIdColumn_TakesTheAddressAndSaysWhatThatCosts()
    {
        var guess = MappingGuess.From(Rows(["email"], ["a@x.org"], ["b@x.org"]));

        Assert.Equal("email", guess[MappedField.MemberId]);
        Assert.Contains("another person", guess.Choices[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void From_RepeatedCount_IsMapped() =>
        Assert.Equal("Row count", MappingGuess.From(Rows(["id", "apple mail", "Row count"], ["1", "a@x.org", "2"], ["2", "b@x.org", "2"]))[MappedField.ExpectedCount]);

    [Fact]
    public void From_NoColumnsAtAll_GuessesNothing() => Assert.Null(MappingGuess.From(new RowSet([], [], null)).Mapping);

    private static RowSet Rows(string[] columns, params string?[][] rows) => new(columns, [.. rows.Select((cells, i) => new SourceRow(i + 1, cells))], null);
}
