using System.Security.Cryptography;
using System.Text;
using Portal.Domain.Audit;

namespace Portal.Domain.Tests.Audit;

/// <summary>RFC 8785: its own examples, and what is refused because the scheme has no form for it here.</summary>
[Trait("Invariant", "28")]
public class CanonicalJsonTests
{
    [Fact]
    public void Write_PropertyNames_AreSortedByUtf16CodeUnits()
    {
        // RFC 8785 3.2.3.
        var text = Written(new()
        {
            ["\u20ac"] = "Euro Sign", ["\r"] = "Carriage Return", ["\ufb33"] = "Hebrew Letter Dalet With Dagesh", ["1"] = "One",
            ["\ud83d\ude00"] = "Emoji: Grinning Face", ["\u0080"] = "Control", ["\u00f6"] = "Latin Small Letter O With Diaeresis",
        });

        Assert.Equal("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\",\"\ud83d\ude00\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}", text);
    }

    [Fact]
    public void Write_StringAndLiterals_AreTheBytesOfTheRfc()
    {
        // RFC 8785 3.2.2 and 3.2.4, without its fractions.
        var bytes = CanonicalJson.Write(new Dictionary<string, object?> { ["string"] = "\u20ac$\u000F\nA'B\"\\\\\"/", ["literals"] = new object?[] { null, true, false } });

        Assert.Equal("7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d", Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4093)]
    public void Hash_OfMoreThanOneChunk_IsThatOfTheBytes(int before)
    {
        // Wherever a chunk ends, some letters have a half on each side.
        var text = new string('a', before) + string.Concat(Enumerable.Repeat("\ud83d\ude00\u20ac", 10_000));
        var value = new Dictionary<string, object?> { ["text"] = text };

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(value))), CanonicalJson.Hash(value));
    }

    [Fact]
    public void Hash_LoneSurrogateAtTheEndOfTheText_IsRefused() =>
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Hash(new Dictionary<string, object?> { ["text"] = "\ud83d" }));

    [Theory]
    [InlineData("\b\t\n\f\r", "\\b\\t\\n\\f\\r")]
    [InlineData("\0\u0001\u001b\u001f", "\\u0000\\u0001\\u001b\\u001f")]
    [InlineData("\u000b", "\\u000b")]
    [InlineData(" !\u007f\u0080\u2028", " !\u007f\u0080\u2028")]
    [InlineData("</script>&'", "</script>&'")]
    [InlineData("A\u030a \u00c5", "A\u030a \u00c5")]     // not normalized
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("", "")]
    public void Write_String_EscapesOnlyWhatItMust(string words, string written) =>
        Assert.Equal($"{{\"{written}\":\"{written}\"}}", Written(new() { [words] = words }));

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(-1L, "-1")]
    [InlineData(9007199254740991L, "9007199254740991")]
    [InlineData(-9007199254740991L, "-9007199254740991")]
    public void Write_WholeNumber_IsExact(long number, string written) => Assert.Equal($"{{\"n\":{written}}}", Written(new() { ["n"] = number }));

    [Theory]
    [InlineData(int.MaxValue, "2147483647")]
    [InlineData(int.MinValue, "-2147483648")]
    public void Write_Int_IsExact(int number, string written) => Assert.Equal($"{{\"n\":{written}}}", Written(new() { ["n"] = number }));

    [Fact]
    public void Write_Nested_IsSortedAtEveryDepthWithoutSpaces()
    {
        var text = Written(new()
        {
            ["b"] = new object?[] { 1, "x", new Dictionary<string, object?> { ["z"] = null, ["a"] = Array.Empty<object?>() } },
            ["a"] = new Dictionary<string, object?>(), ["aa"] = true, ["B"] = new[] { "q", "p" }, [""] = 0,
        });

        Assert.Equal("""{"":0,"B":["q","p"],"a":{},"aa":true,"b":[1,"x",{"a":[],"z":null}]}""", text);
    }

    [Fact]
    public void Write_IdAndTime_AreStringsOfOneForm()
    {
        var at = new DateTimeOffset(2026, 11, 23, 12, 30, 1, TimeSpan.FromHours(2)).AddTicks(1234567);

        Assert.Equal("""{"at":"2026-11-23T10:30:01.123456Z","id":"0f8fad5b-d9cb-469f-a165-70867728950e"}""",
            Written(new() { ["id"] = new Guid("0F8FAD5B-D9CB-469F-A165-70867728950E"), ["at"] = at }));
        Assert.Equal("2026-11-23T10:30:01.123456Z", CanonicalJson.Time(at));
        Assert.Equal("2026-01-02T03:04:05.000000Z", CanonicalJson.Time(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
    }

    public static TheoryData<string, object> Formless => new()
    {
        { "a fraction", 0.5 }, { "a decimal", 1m }, { "a float", 1f }, { "beyond 2^53", 9007199254740992L }, { "below -2^53", -9007199254740992L }, { "unsigned", 1UL },
        { "a date without offset", new DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc) }, { "an enum", DayOfWeek.Monday }, { "a char", 'x' }, { "numbers unboxed", new[] { 1, 2 } },
        { "an object", new object() }, { "half an emoji", "\ud83d" }, { "the other half", "x\ude00" }, { "halves in the wrong order", "\ude00\ud83d" },
        { "a fraction within", new object?[] { new Dictionary<string, object?> { ["x"] = 0.1 } } },
    };

    [Theory, MemberData(nameof(Formless), DisableDiscoveryEnumeration = true)]
    public void Write_ValueWithoutCanonicalForm_IsRefused(string what, object value)
    {
        var refused = Record.Exception(() => CanonicalJson.Write(new Dictionary<string, object?> { ["v"] = value }));

        Assert.True(refused is ArgumentException, $"Written: {what}");
    }

    [Fact]
    public void Write_Refusal_NamesTheType() =>
        Assert.StartsWith("A Double has no canonical form here.", Assert.Throws<ArgumentException>(() => Written(new() { ["v"] = 0.5 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_LoneSurrogateInAName_IsRefused() => Assert.ThrowsAny<ArgumentException>(() => Written(new() { ["\ud83d"] = 1 }));

    [Fact]
    public void Write_SameMembersInAnyOrder_AreTheSameBytes() => Assert.Equal(
        CanonicalJson.Write(new Dictionary<string, object?> { ["a"] = 1, ["\u00e9"] = 2, ["b"] = 3 }),
        CanonicalJson.Write(new SortedDictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["b"] = 3, ["\u00e9"] = 2, ["a"] = 1 }));

    private static string Written(Dictionary<string, object?> value) => Encoding.UTF8.GetString(CanonicalJson.Write(value));
}
