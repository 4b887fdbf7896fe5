using System.Text;
using Portal.Domain.Sync;
using Portal.Services.Centercode;

namespace Portal.Services.Tests.Centercode;

public class SourceTextTests
{
    [Theory]
    [InlineData("id,apple\n1,a@x.org\n2,\n")]
    [InlineData("id;apple\r\n1;a@x.org\r\n2;\r\n")]
    [InlineData("id\tapple\n1\ta@x.org\n2\t")]
    [InlineData("\"id\";\"apple\"\n\"1\";\"a@x.org\"\n\"2\";\"\"")]
    [InlineData("sep=;\nid;apple\n1;a@x.org\n2;\n")]
    [InlineData("\n\nid,apple,\n1,a@x.org,\n\n2,,\n")]
    [InlineData("""[{"id":1,"apple":"a@x.org"},{"id":2,"apple":null}]""")]
    [InlineData("""{"data":[{"id":"1","apple":"a@x.org"},{"id":"2"}],"total":2}""")]
    [InlineData("""{"rows":[{"apple":"a@x.org","id":1},{"id":2,"apple":""}],"next":null}""")]
    public void Read_EachShapeOfOneTeam_GivesTheSameMembers(string text)
    {
        var team = TeamRows.ToMembers(Read(text), new ColumnMapping("id", "apple"), "T");

        Assert.Null(team.Problem);
        Assert.Equal([("1", "a@x.org"), ("2", null)], team.Members.Select(m => (m.MemberId, m.AppleEmail)));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    public void Read_EachEncoding_KeepsEveryLetter(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        const string Text = "id,apple\n1,zoë.北@x.org\n";

        var rows = SourceText.Read(mark ? [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)] : encoding.GetBytes(Text));

        Assert.Null(rows.Problem);
        Assert.Equal(["id", "apple"], rows.Columns);
        Assert.Equal("zoë.北@x.org", rows.Rows[0].Cells[1]);
    }

    [Fact]
    public void Read_Latin1_IsRefusedRatherThanGarbled() =>
        Assert.Equal("source-encoding", SourceText.Read(Encoding.Latin1.GetBytes("id,name\n1,Zoë\n")).Problem?.Code);

    [Theory, Trait("Invariant", "13")]
    [InlineData("", "source-nothing-in-it")]
    [InlineData("  \n \n", "source-nothing-in-it")]
    [InlineData("<!doctype html><html>", "source-html")]
    [InlineData("\uFEFF <html>", "source-html")]
    [InlineData("id,apple\n1,a@x.org\n2", "source-row-misshapen")]
    [InlineData("id,apple\n1,a@x.org,b@x.org", "source-row-misshapen")]
    [InlineData("id,apple\n1,\"a@x.org\n2,b@x.org", "source-row-unreadable")]
    [InlineData("id,apple\n1,\"a\"x@x.org", "source-row-unreadable")]
    [InlineData("id,apple\n1,a\"x@x.org", "source-row-unreadable")]
    [InlineData("""[{"id":1,"apple":"a@x.org"},{"id":2,"app""", "source-cut-short")]
    [InlineData("""[{"id":1,"apple":"a@x.org"},""", "source-cut-short")]
    [InlineData("""[{"id":1},{"id":2}""", "source-not-rows")]
    [InlineData("""{"error":"denied"}""", "source-not-rows")]
    [InlineData("""{"data":[1,2]}""", "source-not-rows")]
    [InlineData("""[[1,2]]""", "source-not-rows")]
    [InlineData("""[{"id":1,"id":2}]""", "source-row-unreadable")]
    [InlineData("""{"data":[{"id":1}],"total":9}""", "source-count-disagrees")]
    [InlineData("""{"data":[{"id":1}],"next":"/page/2"}""", "source-more-pages")]
    public void Read_WhatIsCutShiftedOrForeign_IsNeverATeam(string text, string code)
    {
        var rows = Read(text);

        Assert.Equal(code, rows.Problem?.Code);
        Assert.Empty(rows.Rows);
        Assert.Empty(TeamRows.ToMembers(rows, new ColumnMapping("id", "apple"), "T").Members);
    }

    [Fact, Trait("Invariant", "13")]
    public void Read_JsonCutAtEveryByte_IsNeverATeam()
    {
        const string Whole = """[{"id":1,"apple":"a@x.org"},{"id":2,"apple":"b@x.org"},{"id":3,"apple":"c@x.org"}]""";

        for (var length = 0; length < Whole.Length; length++) Assert.NotNull(Read(Whole[..length]).Problem);
    }

    [Fact, Trait("Invariant", "13")]
    public void Read_ColumnGoneFromEveryJsonRow_IsAGoneColumn()
    {
        var team = TeamRows.ToMembers(Read("""[{"id":1},{"id":2}]"""), new ColumnMapping("id", "apple"), "T");

        Assert.Equal("source-column-gone", team.Problem?.Code);
    }

    [Fact]
    public void Read_HostileJson_EndsInAProblemAndNotInACrash()
    {
        Assert.NotNull(Read(new string('[', 100_000)).Problem);
        Assert.NotNull(Read("[" + string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1").Problem);
        Assert.NotNull(Read("""[{"id":"\uD800"}]""").Problem);
        Assert.NotNull(Read("[{" + string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"c{i}\":1")) + "}]").Problem);
    }

    [Fact]
    public void Read_NestedAndTypedValues_AreTheirText()
    {
        var rows = Read("""[{"id":7,"on":true,"off":false,"none":null,"big":12345678901234567890,"tags":["a"],"é":"\u00e9"}]""");

        Assert.Equal(["7", "true", "false", "", "12345678901234567890", "[\"a\"]", "é"], rows.Rows[0].Cells);
    }

    [Fact]
    public void Read_QuotedLineBreaks_AreOneRow()
    {
        var rows = Read("id,note\n1,\"two\nlines, and a \"\"word\"\"\"\n2,x\n");

        Assert.Null(rows.Problem);
        Assert.Equal("two\nlines, and a \"word\"", rows.Rows[0].Cells[1]);
        Assert.Equal([1, 2], rows.Rows.Select(row => row.Number));
    }

    [Fact]
    public void Read_AHundredThousandRows_AreRead()
    {
        var text = new StringBuilder("id,apple\n");
        for (var i = 0; i < 100_000; i++) text.Append(i).Append(",a").Append(i).Append("@x.org\n");

        Assert.Equal(100_000, Read(text.ToString()).Rows.Count);
        Assert.Equal("source-too-many-cells", Read("id\n" + string.Concat(Enumerable.Repeat("1\n", CsvRows.MostRows + 1))).Problem?.Code);
    }

    private static RowSet Read(string text) => SourceText.Read(Encoding.UTF8.GetBytes(text));
}
