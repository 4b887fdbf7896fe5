using Portal.Domain.Alerts;

namespace Portal.Domain.Tests.Alerts;

public class AlertRulesTests
{
    private static readonly DateTimeOffset _now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertPace _pace = new(TimeSpan.FromMinutes(15), TimeSpan.FromDays(1));

    // known state, minutes since the cause went, hours since told, acknowledged, told as, cause now, then
    [Theory]
    [InlineData("none", 0, 0, false, "", "a", "Open", "Opened")]
    [InlineData("Open", 0, 1, false, "a", "a", "Open", "None")]
    [InlineData("Open", 0, 24, false, "a", "a", "Open", "Reminder")]
    [InlineData("Open", 0, 24, true, "a", "a", "Open", "None")]
    [InlineData("Open", 0, 1, true, "a", "b", "Open", "Changed")]
    [InlineData("Open", 0, 1, false, "a b", "a", "Open", "None")]
    [InlineData("Open", 0, 1, false, "a", null, "Settling", "None")]
    [InlineData("Settling", 14, 1, false, "a", null, "Settling", "None")]
    [InlineData("Settling", 15, 1, false, "a", null, "Resolved", "Resolved")]
    [InlineData("Settling", 14, 1, false, "a", "a", "Open", "None")]
    [InlineData("Settling", 14, 48, false, "a", "a", "Open", "None")]
    [InlineData("Settling", 14, 1, true, "a", "b", "Open", "Changed")]
    public void Next_StateAndCause_TellsOnce(string known, int goneFor, int toldBefore, bool acknowledged, string told, string? mark, string state, string news)
    {
        var facts = known == "none" ? null : new AlertFacts(Enum.Parse<AlertState>(known), told.Split(' '), known == "Settling" ? _now.AddMinutes(-goneFor) : null, _now.AddHours(-toldBefore), acknowledged);

        Assert.Equal((Enum.Parse<AlertState>(state), Enum.Parse<AlertNews>(news)), AlertRules.Next(facts, mark, _pace, _now));
    }

    [Fact]
    public void Next_NeitherAlertNorCause_IsNothing() => Assert.Null(AlertRules.Next(null, null, _pace, _now));

    [Fact]
    public void Next_NoReminderSet_NeverReminds() =>
        Assert.Equal((AlertState.Open, AlertNews.None), AlertRules.Next(new AlertFacts(AlertState.Open, ["a"], null, _now.AddYears(-1), false), "a", _pace with { Remind = TimeSpan.Zero }, _now));

    [Fact]
    public void Of_TimeAndBody_IsTheHmacOfBothWithADotBetween()
    {
        // echo -n '1772366400.{"a":1}' | openssl dgst -sha256 -hmac 'a secret of this test alone'
        Assert.Equal("v1=a38153c11649f389a6212b0a2f1d72604335e775436f0288d13e0217e18323f9", AlertSignature.Of("a secret of this test alone", DateTimeOffset.FromUnixTimeSeconds(1772366400), "{\"a\":1}"u8));
    }
}
