using System.Text;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Events;
using Portal.Domain.TestFlight.Releases;
using Xunit;

namespace Portal.Domain.Tests.TestFlight.Releases;

/// <summary>Which builds are news, what a release says, and what counts as an event of Apple's.</summary>
public sealed class ReleaseTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Build B(string id, int hoursAgo = 1, string? state = "VALID") => new(id, "app", "2.0", id, "IOS") { ProcessingState = state, UploadedDate = _now.AddHours(-hoursAgo), ExpirationDate = _now.AddDays(80) };

    [Fact]
    public void BuildNews_UnseenBuilds_AreNewsOldestFirstOncePrepared()
    {
        var news = BuildNews.Of([B("c", 1), B("a", 3), B("b", 2), B("p", 0, "PROCESSING"), B("x", 0, "INVALID"), B("later", 0, null)], new HashSet<string> { "b" }, all: true, newestSeen: _now);

        Assert.Equal(["a", "c", "later"], news.Select(build => build.Id));
    }

    [Fact]
    [Trait("Failure", "F24")]
    public void BuildNews_ListCutShort_TakesOnlyWhatWasUploadedLater() =>
        Assert.Equal(["c"], BuildNews.Of([B("a", 5), B("c", 1)], new HashSet<string>(), all: false, newestSeen: _now.AddHours(-2)).Select(build => build.Id));

    [Fact]
    public void BuildNews_WhyNone_NamesTheFirstReason()
    {
        Assert.Equal(NoRelease.ThereBefore, Why(new(ReleaseMode.Published, false, IsFirstLook: true)));
        Assert.Equal(NoRelease.MonitoringOff, Why(new(ReleaseMode.Off, true, false)));
        Assert.Equal(NoRelease.LinkPaused, Why(new(ReleaseMode.Draft, true, false)));
        Assert.Equal(NoRelease.Expired, BuildNews.WhyNone(B("a") with { Expired = true }, new(ReleaseMode.Draft, false, false), _now));
        Assert.Equal(NoRelease.None, Why(new(ReleaseMode.Draft, false, false)));

        static NoRelease Why(ReleasePolicy policy) => BuildNews.WhyNone(B("a"), policy, _now);
    }

    [Fact]
    public void ReleaseText_TextWithTags_IsHarmlessHtml()
    {
        var text = ReleaseText.Of("Tom & Jerry", B("120"), "Look at <b>this</b>\n\nand that");

        Assert.Equal(("Tom & Jerry 2.0 (120)", "iOS", "2.0 (120)"), (text.Title, text.Subtitle, text.Value));
        Assert.Equal("<p>Tom &amp; Jerry 2.0 (120) is in TestFlight.</p><p>Look at &lt;b&gt;this&lt;/b&gt;</p><p>and that</p>", text.Body);
    }

    [Fact]
    public void MailList_AsTyped_IsEachAddressOnce()
    {
        Assert.Equal("ana@example.com, Bo@example.com", MailList.Write(MailList.Read(" ana@example.com;Bo@example.com\nANA@example.com ")));
        Assert.Empty(MailList.Read(null));
        var refused = Assert.Throws<ProblemException>(() => MailList.Read("ana@example.com, nobody")).Problem;
        Assert.Equal("release-mail-unreadable", refused.Code);
        Assert.DoesNotContain("nobody", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal("release-mail-many", Assert.Throws<ProblemException>(() => MailList.Read(string.Join(',', Enumerable.Range(0, 21).Select(n => $"p{n}@example.com")))).Problem.Code);
    }

    [Theory]
    [InlineData("hmacsha256=7f062172b01cb00b53ca068614674a3d982a34062a0f5d37687d5e3377e54657", true)]
    [InlineData("7F062172B01CB00B53CA068614674A3D982A34062A0F5D37687D5E3377E54657", true)]
    [InlineData("hmacsha256=7f062172b01cb00b53ca068614674a3d982a34062a0f5d37687d5e3377e54658", false)]
    [InlineData("hmacsha256=7f06", false)]
    [InlineData("hmacsha256=zz062172b01cb00b53ca068614674a3d982a34062a0f5d37687d5e3377e54657", false)]
    [InlineData("hmacsha1=7f062172b01cb00b53ca068614674a3d982a34062a0f5d37687d5e3377e54657", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void AppleSignature_ApplesOwnExample_IsTheOnlyOneThatHolds(string? header, bool holds) =>
        Assert.Equal(holds, AppleSignature.IsValid(AppleSignature.SecretBytes("This is my secret"), Encoding.UTF8.GetBytes("Hello, World!"), header));

    [Theory]
    [InlineData("""{"data":{"type":"webhookPingCreated","id":"e1"}}""", "e1", true)]
    [InlineData("""{"data":{"type":"buildUploadStateUpdated","id":"e2","version":1,"attributes":{"newState":"COMPLETE"}}}""", "e2", false)]
    public void AppleEvent_OfApples_IsRead(string body, string id, bool ping)
    {
        var read = AppleEvent.Read(Encoding.UTF8.GetBytes(body))!;
        Assert.Equal((id, ping), (read.Id, read.IsPing));
    }

    [Fact]
    public void AppleEvent_Hostile_IsNone()
    {
        string[] bodies = ["", "null", "[]", "{", "{\"data\":[]}", "{\"data\":{\"id\":1,\"type\":\"a\"}}", "{\"data\":{\"id\":\"\",\"type\":\"a\"}}", "{\"data\":{\"id\":\"a\\u0000\",\"type\":\"a\"}}",
            "{\"data\":{\"id\":\"" + new string('x', 101) + "\",\"type\":\"a\"}}", new string('[', 10_000), "{\"data\":{\"id\":\"\\ud800\",\"type\":\"a\"}}"];

        Assert.All(bodies, body => Assert.Null(AppleEvent.Read(Encoding.UTF8.GetBytes(body))));
        Assert.Null(AppleEvent.Read(new byte[] { 0xff, 0xfe, 0x00 }));
    }

    [Fact]
    [Trait("Invariant", "12")]
    public void BuildLoss_BeforeABuildIsTaken_SaysWhoLosesItAndWhatIsLeft()
    {
        var group = new BetaGroup("g", "app", "Friends", false, null, 248);
        var (leaving, other) = (B("120") with { ExternalState = "IN_BETA_TESTING" }, B("110", 50) with { ExternalState = "IN_BETA_TESTING" });

        Assert.Equal("248 people in “Friends” lose 2.0 (120). Who has it installed may keep it until it expires, 2026-05-20. 2.0 (110) stays.", BuildLoss.InWords(group, [leaving], [leaving, other], _now));
        Assert.EndsWith("No build that can be tested is left in the group: Apple invites nobody then.", BuildLoss.InWords(group, [leaving, other], [leaving, other], _now), StringComparison.Ordinal);
        Assert.StartsWith("Nobody is in “Friends” now, so nobody loses 2.0 (120).", BuildLoss.InWords(group with { TesterCount = 0 }, [leaving], [], _now), StringComparison.Ordinal);
        Assert.StartsWith("1 person in “Friends” loses", BuildLoss.InWords(group with { TesterCount = 1 }, [leaving], [], _now), StringComparison.Ordinal);
    }
}
