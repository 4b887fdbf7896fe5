using System.Reflection;
using Portal.Domain.Audit;

namespace Portal.Domain.Tests.Audit;

/// <summary>The catalogue is closed: a code is never renamed, never reused, and says in plain words what happened.</summary>
[Trait("Invariant", "28")]
public class AuditCodeTests
{
    /// <summary>Codes that stand in records already. Add new ones at the end; a line that has to go is a decision to explain.</summary>
    public static TheoryData<string, RetentionClass> Released => new()
    {
        { "sign-in.succeeded", RetentionClass.Traffic },
        { "sign-in.failed", RetentionClass.Security },
        { "sign-in.no-role", RetentionClass.Security },
        { "sign-out.succeeded", RetentionClass.Traffic },
        { "access.refused", RetentionClass.Security },
        { "sign-in.bootstrap-used", RetentionClass.Security },
        { "credential.added", RetentionClass.Security },
        { "credential.refused", RetentionClass.Security },
        { "credential.verified", RetentionClass.Security },
        { "credential.verify-failed", RetentionClass.Security },
        { "credential.version-added", RetentionClass.Security },
        { "credential.retired", RetentionClass.Security },
        { "credential.failing", RetentionClass.Security },
        { "credential.recovered", RetentionClass.Security },
        { "credential.changed", RetentionClass.Security },
        { "deposit.requested", RetentionClass.Security },
        { "deposit.fulfilled", RetentionClass.Security },
        { "deposit.withdrawn", RetentionClass.Security },
        { "deposit.refused", RetentionClass.Security },
        { "deposit.mailed", RetentionClass.Security },
        { "key.used", RetentionClass.Traffic },
        { "key.use-failed", RetentionClass.Traffic },
        { "link.created", RetentionClass.Operations },
        { "link.create-refused", RetentionClass.Operations },
        { "link.changed", RetentionClass.Operations },
        { "link.paused", RetentionClass.Operations },
        { "link.resumed", RetentionClass.Operations },
        { "link.blocked", RetentionClass.Operations },
        { "link.unblocked", RetentionClass.Operations },
        { "link.retired", RetentionClass.Operations },
        { "link.csv-uploaded", RetentionClass.Operations },
        { "link.members-adopted", RetentionClass.Operations },
        { "run.requested", RetentionClass.Operations },
        { "run.preview-requested", RetentionClass.Operations },
        { "run.planned", RetentionClass.Operations },
        { "run.succeeded", RetentionClass.Operations },
        { "run.partial", RetentionClass.Operations },
        { "run.failed", RetentionClass.Operations },
        { "run.blocked", RetentionClass.Operations },
        { "run.cancelled", RetentionClass.Operations },
        { "run.resumed", RetentionClass.Operations },
        { "member.added", RetentionClass.Operations },
        { "member.add-failed", RetentionClass.Operations },
        { "member.removed", RetentionClass.Operations },
        { "member.remove-failed", RetentionClass.Operations },
        { "person.reinvited", RetentionClass.Operations },
        { "person.reinvite-failed", RetentionClass.Operations },
        { "person.synced", RetentionClass.Operations },
        { "person.sync-failed", RetentionClass.Operations },
        { "person.suppressed", RetentionClass.Operations },
        { "person.looked-up", RetentionClass.Traffic },
        { "audit.exported", RetentionClass.Security },
        { "audit.address-checked", RetentionClass.Security },
        { "run.exported", RetentionClass.Operations },
        { "person.suppression-ended", RetentionClass.Operations },
        { "person.removed", RetentionClass.Operations },
        { "person.remove-failed", RetentionClass.Operations },
        { "person.added", RetentionClass.Operations },
        { "person.add-failed", RetentionClass.Operations },
        { "person.extended", RetentionClass.Operations },
    };

    [Theory, MemberData(nameof(Released))]
    public void All_ReleasedCode_IsStillThereAndKeptAsLong(string name, RetentionClass retention)
    {
        Assert.True(AuditCodes.All.TryGetValue(name, out var code), $"The code {name} was renamed or taken out.");
        Assert.Equal((name, retention), (code.Name, code.Retention));
        Assert.Equal(name, code.ToString());
    }

    [Fact]
    public void All_Codes_AreEveryFieldByItsName()
    {
        var fields = typeof(AuditCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(AuditCode)).Select(f => (AuditCode)f.GetValue(null)!).ToList();

        Assert.Equal(fields.Count, AuditCodes.All.Count);
        Assert.All(fields, code => Assert.Same(code, AuditCodes.All[code.Name]));
        Assert.All(fields, code => Assert.Matches("^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$", code.Name));
    }

    [Fact]
    public void All_Sentences_ArePlainAndDifferent()
    {
        Assert.All(AuditCodes.All.Values, code => Assert.Matches("^[A-Z][^.]{5,}[^. ]$", code.Sentence));
        Assert.Equal(AuditCodes.All.Count, AuditCodes.All.Values.Select(code => code.Sentence).Distinct().Count());
    }

    [Theory]
    [InlineData("sign-in.succeeded", "sign-in.failed")]
    [InlineData("credential.added", "credential.refused")]
    [InlineData("credential.verified", "credential.verify-failed")]
    [InlineData("credential.failing", "credential.recovered")]
    [InlineData("key.used", "key.use-failed")]
    [InlineData("link.created", "link.create-refused")]
    [InlineData("link.blocked", "link.unblocked")]
    [InlineData("run.succeeded", "run.failed")]
    [InlineData("run.succeeded", "run.partial")]
    [InlineData("member.added", "member.add-failed")]
    [InlineData("member.removed", "member.remove-failed")]
    [InlineData("person.reinvited", "person.reinvite-failed")]
    [InlineData("person.synced", "person.sync-failed")]
    public void All_SuccessAndFailure_HaveDifferentCodes(string success, string failure) => Assert.NotEqual(AuditCodes.All[success].Sentence, AuditCodes.All[failure].Sentence);

    [Fact]
    public void All_CredentialsRolesAndRefusals_AreKeptLongest() =>
        Assert.All(AuditCodes.All.Values.Where(code => code.Name.StartsWith("credential.", StringComparison.Ordinal) || code.Name.StartsWith("deposit.", StringComparison.Ordinal) || code == AuditCodes.AccessRefused),
            code => Assert.Equal(RetentionClass.Security, code.Retention));
}
