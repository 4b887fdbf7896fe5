using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

public class CredentialServiceTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private CredentialService Credentials => portal.Get<CredentialService>();

    [Fact]
    [Trait("Invariant", "26")]
    public async Task Add_AppManagerKey_IsTriedAtAppleAndActiveButNotYetSeenToWrite()
    {
        var added = await portal.AddAsync(portal.World.CreateKey(role: "APP_MANAGER"));

        Assert.Equal(CredentialStatus.Active, added.Status);
        var details = await Credentials.GetAsync(added.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("Authenticates and reads; may write: not yet seen.", details.Capability.InWords(CredentialKind.AppleTeamKey));
        Assert.False(details.Capability.IsAdmin);
        Assert.Equal(["credential.added", "credential.verified"], await portal.AuditCodesAsync(added.Id));
    }

    [Fact]
    [Trait("Invariant", "26")]
    public async Task Add_AdminKey_IsToldApart() =>
        Assert.True((await Credentials.GetAsync((await portal.AddAsync(portal.World.CreateKey(role: "ADMIN"))).Id, Actors.KeyCustodian, Cancel)).Capability.IsAdmin);

    [Fact]
    [Trait("Invariant", "27")]
    public async Task Add_TriedAtApple_EachRequestIsARecordedKeyUse()
    {
        var added = await portal.AddAsync();

        var uses = await portal.QueryAsync(db => db.KeyUses.Where(u => u.CredentialId == added.Id).OrderBy(u => u.IntentAt).ThenBy(u => u.Id).ToListAsync(Cancel));

        Assert.Equal(["/v1/apps", "/v1/users"], uses.Select(u => u.PathTemplate));
        Assert.All(uses, use => Assert.Equal((Actors.KeyCustodian.Id, "credentials: verify", "GET"), (use.ActorId, use.Purpose, use.Method)));
        Assert.All(uses, use => Assert.True(use.OutcomeAt >= use.IntentAt && use.TokenHash.Length == 64));
    }

    [Fact]
    [Trait("Invariant", "23")]
    [Trait("Failure", "F5")]
    public async Task Add_RevokedKey_IsFailingAfterSeveralFreshTokensAndExplainsTheKinds()
    {
        var key = portal.World.CreateKey();
        portal.World.RevokeKey(key.KeyId);

        var added = await portal.AddAsync(key);

        Assert.Equal(CredentialStatus.Failing, added.Status);
        Assert.Equal(CredentialProblems.KeyNeverAccepted, new Problem(added.Problem!.Code, added.Problem.Sentence) { Turn = Turn.KeyCustodian });
        var tokens = await portal.QueryAsync(db => db.KeyUses.Where(u => u.CredentialId == added.Id).Select(u => u.TokenHash).Distinct().CountAsync(Cancel));
        Assert.True(tokens >= 1);
    }

    [Fact]
    public async Task Add_AppleDoesNotAnswer_StaysUnverifiedAndCanBeTriedAgain()
    {
        portal.World.AddFault("503", times: 20);
        var added = await portal.AddAsync();
        portal.World.Faults.Clear();

        Assert.Equal(CredentialStatus.Unverified, added.Status);
        Assert.Equal(CredentialStatus.Active, (await Credentials.VerifyAsync(added.Id, Actors.KeyCustodian, Cancel)).Status);
    }

    [Fact]
    public async Task Add_AgreementMissing_IsNotActiveAndSaysWhoseTurnItIs()
    {
        portal.World.AddFault("403-agreement", times: 1);
        var added = await portal.AddAsync();
        portal.World.Faults.Clear();

        Assert.Equal((CredentialStatus.Unverified, "apple-agreement-missing"), (added.Status, added.Problem?.Code));
    }

    [Fact]
    public async Task Add_KeyStoredAlready_IsRefusedNamingTheHolder()
    {
        var key = portal.World.CreateKey();
        var first = await portal.AddAsync(key);

        var again = await RefusedAsync(() => portal.AddAsync(key));
        var otherName = await RefusedAsync(() => Credentials.AddAppleKeyAsync(new() { KeyId = "ABCDEFGHJK", IssuerId = key.IssuerId, File = Encoding.ASCII.GetBytes(key.P8) }, Actors.KeyCustodian, Cancel));

        Assert.Equal("key-held", again.Code);
        Assert.Contains(first.Label, again.Sentence, StringComparison.Ordinal);
        Assert.Contains(first.OwnerName, again.Sentence, StringComparison.Ordinal);
        Assert.Equal("key-held", otherName.Code);
    }

    [Fact]
    public async Task Add_KeyOfARetiredCredential_IsStoredAnew()
    {
        var key = portal.World.CreateKey();
        await Credentials.RetireAsync((await portal.AddAsync(key)).Id, Actors.KeyCustodian, Cancel);

        Assert.Equal(CredentialStatus.Active, (await portal.AddAsync(key)).Status);
    }

    [Fact]
    public async Task Add_KeyIdLeftOut_IsTakenFromTheFileName()
    {
        var key = portal.World.CreateKey();

        var added = await Credentials.AddAppleKeyAsync(new() { IssuerId = key.IssuerId, File = Encoding.ASCII.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8" }, Actors.KeyCustodian, Cancel);

        Assert.Equal(key.KeyId, added.KeyId);
    }

    [Fact]
    public async Task Add_RefusedFile_IsRecordedByItsCodeAndZeroed()
    {
        var key = portal.World.CreateKey();
        var file = Encoding.ASCII.GetBytes(key.P8);

        var problem = await RefusedAsync(() => Credentials.AddAppleKeyAsync(new() { KeyId = "ABCDEFGHJK", IssuerId = key.IssuerId, File = file, FileName = $"AuthKey_{key.KeyId}.p8" }, Actors.KeyCustodian, Cancel));

        Assert.Equal("key-id-not-of-file", problem.Code);
        Assert.All(file, b => Assert.Equal(0, b));
        Assert.True(await portal.QueryAsync(db => db.AuditEvents.AnyAsync(e => e.Code == "credential.refused", Cancel)));
    }

    [Fact]
    public async Task Rename_Label_IsChangedAndRecorded()
    {
        var added = await portal.AddAsync();

        await Credentials.RenameAsync(added.Id, "  Nightly key ", Actors.KeyCustodian, Cancel);

        Assert.Equal("Nightly key", (await Credentials.GetAsync(added.Id, Actors.KeyCustodian, Cancel)).Summary.Label);
        Assert.Contains("credential.changed", await portal.AuditCodesAsync(added.Id));
    }

    [Fact]
    public async Task Retire_LinkUsesIt_IsRefusedNamingTheLink()
    {
        var added = await portal.AddAsync();
        await portal.LinkAsync(added.Id, LinkState.Paused);

        var problem = await RefusedAsync(() => Credentials.RetireAsync(added.Id, Actors.KeyCustodian, Cancel));

        Assert.Equal("credential-still-used", problem.Code);
        Assert.Contains("Aurora, Public beta → Everyone", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retire_OnlyRetiredLinksUsedIt_IsRetired()
    {
        var added = await portal.AddAsync();
        await portal.LinkAsync(added.Id, LinkState.Retired);

        await Credentials.RetireAsync(added.Id, Actors.KeyCustodian, Cancel);

        Assert.Equal(CredentialStatus.Retired, (await Credentials.GetAsync(added.Id, Actors.KeyCustodian, Cancel)).Summary.Status);
    }

    [Fact]
    public async Task Everything_ByThoseWhoMayNot_IsRefused()
    {
        var added = await portal.AddAsync();

        foreach (var actor in Actors.All)
        {
            await DemandsAsync(actor, Permission.SeeCredentials, () => Credentials.ListAsync(actor, Cancel));
            await DemandsAsync(actor, Permission.SeeCredentials, () => Credentials.GetAsync(added.Id, actor, Cancel));
            if (actor.May(Permission.ManageCredentials)) continue;
            await DemandsAsync(actor, Permission.ManageCredentials, () => portal.AddAsync(actor: actor));
            await DemandsAsync(actor, Permission.ManageCredentials, () => Credentials.VerifyAsync(added.Id, actor, Cancel));
            await DemandsAsync(actor, Permission.ManageCredentials, () => Credentials.RetireAsync(added.Id, actor, Cancel));
            await DemandsAsync(actor, Permission.ManageCredentials, () => Credentials.RenameAsync(added.Id, "x", actor, Cancel));
            await DemandsAsync(actor, Permission.ManageCredentials, () => Credentials.AddVersionAsync(added.Id, Keys.Form(portal.World.CreateKey()), actor, Cancel));
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task DemandsAsync(Actor actor, Permission permission, Func<Task> act)
    {
        if (actor.May(permission)) await act();
        else Assert.Equal("access-refused", (await RefusedAsync(act)).Code);
    }

    private static async Task<Problem> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem;
}
