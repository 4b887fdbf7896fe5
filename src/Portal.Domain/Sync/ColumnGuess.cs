using System.Globalization;

namespace Portal.Domain.Sync;

/// <summary>What a column can be mapped to.</summary>
public enum MappedField
{
    /// <summary>Stable user id.</summary>
    MemberId,
    /// <summary>Address of the Apple account.</summary>
    AppleEmail,
    /// <summary>Centercode log-in address.</summary>
    LoginEmail,
    /// <summary>First name.</summary>
    FirstName,
    /// <summary>Last name.</summary>
    LastName,
    /// <summary>Team column.</summary>
    Team,
    /// <summary>Column that repeats the number of rows.</summary>
    ExpectedCount,
}

/// <summary>Which column was guessed for a field, and why in words; null: none.</summary>
public sealed record ColumnChoice(MappedField Field, string? Column, string Why);

/// <summary>A mapping guessed from column names and first rows, for a person to confirm.</summary>
public sealed record MappingGuess(IReadOnlyList<ColumnChoice> Choices)
{
    private const int RowsLookedAt = 200;

    /// <summary>The column guessed for a field.</summary>
    public string? this[MappedField field] => Choices.First(choice => choice.Field == field).Column;

    /// <summary>The whole mapping; null when no user id or no Apple e-mail was found.</summary>
    public ColumnMapping? Mapping => this[MappedField.MemberId] is { } id && this[MappedField.AppleEmail] is { } apple
        ? new(id, apple, this[MappedField.LoginEmail], this[MappedField.FirstName], this[MappedField.LastName], this[MappedField.Team], this[MappedField.ExpectedCount])
        : null;

    /// <summary>Guesses. Each column is used once, but for a user id that has to be an address for want of another.</summary>
    public static MappingGuess From(RowSet rows)
    {
        var columns = rows.Columns
            .Select((name, index) => new Column(name, Plain(name), [.. rows.Rows.Take(RowsLookedAt).Select(row => row.Cells[index]?.Trim() ?? "")]))
            .Where(column => column.Plain.Length > 0 && rows.IndexOf(column.Name) >= 0)
            .ToList();
        var apple = Apple(columns);
        var login = Login(columns, apple.Column);
        var id = MemberId(columns, login.Column ?? apple.Column);
        return new([id, apple, login,
            ByName(MappedField.FirstName, columns, "firstname", "givenname", "forename", "first"),
            ByName(MappedField.LastName, columns, "lastname", "surname", "familyname", "last"),
            ByName(MappedField.Team, columns, "team", "teamname", "teams", "userteam", "projectteam"),
            Count(columns)]);
    }

    private static ColumnChoice Apple(List<Column> columns)
    {
        var named = columns.FirstOrDefault(c => (c.Plain.Contains("apple", StringComparison.Ordinal) || c.Plain.Contains("testflight", StringComparison.Ordinal)) && c.MayBeAddresses);
        if (named is not null) return new(MappedField.AppleEmail, named.Name, "Its name speaks of Apple and its rows hold addresses or nothing.");
        var addresses = columns.Where(c => c.HoldsAddresses).ToList();
        return addresses.Count == 1
            ? new(MappedField.AppleEmail, addresses[0].Name, "The only column with addresses. Check that these are the addresses of Apple accounts.")
            : new(MappedField.AppleEmail, null, addresses.Count == 0 ? "No column holds addresses." : "Several columns hold addresses and none is named after Apple: choose the one with Apple accounts.");
    }

    private static ColumnChoice Login(List<Column> columns, string? apple)
    {
        string[] names = ["loginemail", "email", "emailaddress", "useremail", "mail", "primaryemail", "login", "username", "centercodeemail"];
        var found = names.SelectMany(name => columns.Where(c => c.Plain == name && c.Name != apple && c.MayBeAddresses && !c.IsEmpty)).FirstOrDefault();
        return new(MappedField.LoginEmail, found?.Name, found is null ? "No other column with addresses." : "Its name and rows are those of a log-in address.");
    }

    private static ColumnChoice MemberId(List<Column> columns, string? address)
    {
        string[] names = ["userid", "memberid", "id", "uid", "userkey", "memberkey", "key", "usernumber", "accountid", "centercodeid", "externalid", "personid", "testerid"];
        var named = names.SelectMany(name => columns.Where(c => c.Plain == name && c.IsFilledAndUnique)).FirstOrDefault();
        if (named is not null) return new(MappedField.MemberId, named.Name, "Its name is that of an id, and no row is without or like another.");
        var ending = columns.FirstOrDefault(c => c.Plain.EndsWith("id", StringComparison.Ordinal) && !c.HoldsAddresses && !c.IsEmpty && c.IsFilledAndUnique);
        if (ending is not null) return new(MappedField.MemberId, ending.Name, "Its name ends in \"id\", and no row is without or like another.");
        var login = columns.FirstOrDefault(c => c.Name == address && c.IsFilledAndUnique);
        return login is not null
            ? new(MappedField.MemberId, login.Name, "There is no id column, so the address stands in. A person whose address changes will look like another person; add the user id if you can.")
            : new(MappedField.MemberId, null, "No column has a different value in every row: add the user id to the list.");
    }

    private static ColumnChoice Count(List<Column> columns)
    {
        string[] names = ["rowcount", "totalrows", "totalcount", "expectedcount", "recordcount", "membercount", "count", "total"];
        var found = names.SelectMany(name => columns.Where(c => c.Plain == name && c.IsOneWholeNumber)).FirstOrDefault();
        return new(MappedField.ExpectedCount, found?.Name, found is null ? "No column repeats the number of rows; without it a list cut short in Centercode shows only when it shrinks sharply." : "Every row repeats the same number: it guards against a list that was cut short.");
    }

    private static ColumnChoice ByName(MappedField field, List<Column> columns, params string[] names)
    {
        var found = names.SelectMany(name => columns.Where(c => c.Plain == name)).FirstOrDefault();
        return new(field, found?.Name, found is null ? "No column of such a name." : "By its name.");
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private sealed record Column(string Name, string Plain, IReadOnlyList<string> Cells)
    {
        private int Filled => Cells.Count(cell => cell.Length > 0);
        private int Addresses => Cells.Count(cell => EmailAddress.TryParse(cell) is not null);
        public bool IsEmpty => Filled == 0;
        public bool HoldsAddresses => Filled > 0 && Addresses * 2 >= Filled;
        public bool MayBeAddresses => IsEmpty || HoldsAddresses;
        public bool IsFilledAndUnique => Cells.Count == Filled && Cells.Distinct(StringComparer.Ordinal).Count() == Cells.Count;
        public bool IsOneWholeNumber => Filled == Cells.Count && Filled > 0 && Cells.Distinct(StringComparer.Ordinal).Count() == 1
            && int.TryParse(Cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
