using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>What the databases' own rules must keep: one key is stored once, one deposit link takes one key, retiring looks at the links.</summary>
public class EachDatabaseTests
{
    [Theory, EachDatabase]
    public async Task Deposit_RequestFulfilledMeanwhile_IsRefusedAndStoresNothing(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var link = await portal.Get<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Aurora", null, Actors.ProgramManager, Cancel);
        var request = await portal.QueryAsync(db => db.DepositRequests.AsNoTracking().SingleAsync(d => d.Id == link.Id, Cancel));
        using var second = portal.Get<CredentialIntake>().Read(Keys.Form(portal.World.CreateKey()));
        await portal.Get<DepositService>().DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), Actors.Nobody, Cancel);

        // Both found the request open; the second comes to the save later.
        Assert.Equal("deposit-fulfilled", await RefusedAsync(() => portal.Get<CredentialStore>().DepositAsync(second, Actors.Nobody, request, Cancel)));

        Assert.Equal(1, await portal.QueryAsync(db => db.Credentials.CountAsync(Cancel)));
        Assert.Equal(1, await portal.QueryAsync(db => db.AuditEvents.CountAsync(e => e.Code == "deposit.fulfilled", Cancel)));
    }

    [Theory, EachDatabase]
    public async Task Deposit_SeveralAtTheSameMoment_LeaveOneCredentialThatWorks(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var link = await portal.Get<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Aurora", null, Actors.ProgramManager, Cancel);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                await portal.Get<DepositService>().DepositAsync(link.Token, Keys.Form(portal.World.CreateKey()), Actors.Nobody, Cancel);
            }
            catch (ProblemException overtaken)
            {
                Assert.Contains(overtaken.Problem.Code, new[] { "deposit-fulfilled", "credential-is-retired" });
            }
        })));

        var credential = await portal.QueryAsync(db => db.Credentials.Include(c => c.Versions).SingleAsync(Cancel));
        Assert.Equal(CredentialStatus.Active, credential.Status);
        Assert.Equal(credential.ActiveVersion, Assert.Single(credential.Versions, version => version.RetiredAt is null).Number);
        Assert.Equal(1, await portal.QueryAsync(db => db.AuditEvents.CountAsync(e => e.Code == "deposit.fulfilled", Cancel)));
    }

    [Theory, EachDatabase]
    public async Task Add_SameKeyAtTheSameMoment_IsStoredOnce(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var key = portal.World.CreateKey();

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                using var secret = portal.Get<CredentialIntake>().Read(Keys.Form(key));
                await portal.Get<CredentialStore>().AddAsync(secret, Actors.KeyCustodian, Cancel);
                return "stored";
            }
            catch (ProblemException refused)
            {
                return refused.Problem.Code;
            }
        })));

        Assert.Equal(["key-held", "key-held", "key-held", "stored"], all.Order());
        Assert.Equal(1, await portal.QueryAsync(db => db.Credentials.CountAsync(Cancel)));
    }

    [Theory, EachDatabase]
    public async Task Credential_FromAddingToRetiring_GoesItsWay(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var credentials = portal.Get<CredentialService>();
        var added = await portal.AddAsync();
        await credentials.AddVersionAsync(added.Id, Keys.Form(portal.World.CreateKey()), Actors.KeyCustodian, Cancel);
        await credentials.RetireAsync(added.Id, Actors.KeyCustodian, Cancel);

        Assert.Equal("credential-is-retired", await RefusedAsync(() => credentials.VerifyAsync(added.Id, Actors.KeyCustodian, Cancel)));
        Assert.Equal(["credential.added", "credential.verified", "credential.version-added", "credential.verified", "credential.retired"], await portal.AuditCodesAsync(added.Id));
        Assert.NotEmpty((await portal.Get<KeyUseLedger>().ListAsync(new KeyUseFilter(Person: "KEY", Result: KeyUseResult.Succeeded), Actors.SecurityReviewer, cancel: Cancel)).Entries);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
