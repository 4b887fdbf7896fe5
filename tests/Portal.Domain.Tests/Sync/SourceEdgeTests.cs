using System.Net;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>The edges of a source: which addresses are public, which cells are read, which columns are taken for one.</summary>
public class SourceEdgeTests
{
    [Theory]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("223.255.255.255", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("100.63.0.1", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("169.253.0.1", true)]
    [InlineData("169.254.0.1", false)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("192.0.0.1", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.1.1", true)]
    [InlineData("192.1.0.1", true)]
    [InlineData("198.17.0.1", true)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("198.20.0.1", true)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:100::1", true)]
    [InlineData("2001:1::1", true)]
    [InlineData("2003::1", true)]
    [InlineData("2a00:1450::1", true)]
    [InlineData("3002::1", true)]
    [InlineData("3001::1", true)]
    [InlineData("4000::1", false)]
    public void IsPublic_Address_IsOnTheInternetOrNot(string address, bool isPublic) => Assert.Equal(isPublic, SourceAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData(null)]
    [InlineData("not an address")]
    [InlineData("ftp://c.example.org/x")]
    [InlineData("https://user:secret@c.example.org/x")]
    public void Read_NoAddress_HoldsNothingOfIt(string? pasted) => Assert.Equal(new SourceAddress("", false, SourceProblems.AddressUnreadable), SourceAddress.Read(pasted, "https://c.example.org", false));

    [Fact]
    public void ToMembers_ColumnsInAnyPlace_AreRead()
    {
        var rows = Table(["Team", "Login", "First", "Last", "Apple", "Id"], row => ["T", $"l{row}@x.org", $"F{row}", $"L{row}", $"a{row}@x.org", $"m{row}"], rows: 1);

        var member = Assert.Single(TeamRows.ToMembers(rows, new ColumnMapping("id", "apple", "login", "first", "last", "team"), "t").Members);

        Assert.Equal(new Member(1, "m0", "a0@x.org") { LoginEmail = "l0@x.org", FirstName = "F0", LastName = "L0" }, member);
        Assert.Empty(TeamRows.ToMembers(rows, new ColumnMapping("id", "apple", Team: "team"), "other").Members);
        Assert.Equal("T", Assert.Single(TeamRows.ToMembers(rows, new ColumnMapping("id", "apple", FirstName: "team"), "t").Members).FirstName);
    }

    [Fact]
    public void ToMembers_OneIdWithTwoMalformedAddresses_IsTwoRows()
    {
        var rows = Table(["id", "apple"], row => ["1", row == 0 ? "one" : "two"], rows: 2);

        Assert.Equal(["one", "two"], TeamRows.ToMembers(rows, new ColumnMapping("id", "apple"), "T").Members.Select(m => m.AppleEmail));
    }

    [Fact]
    public void IndexOf_FirstColumnTwice_IsSeen() => Assert.Equal(-2, new RowSet(["id", "x", "ID"], [], null).IndexOf("id"));

    [Fact]
    public void Clean_ControlCharactersOnly_IsNothing() => Assert.Null(TeamRows.Clean("\u0001\uFEFF\u0002"));

    private static RowSet Table(string[] columns, Func<int, string?[]> cells, int rows = 3) => new(columns, [.. Enumerable.Range(0, rows).Select(i => new SourceRow(i + 1, cells(i)))], null);
}
