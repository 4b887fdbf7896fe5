using Portal.Domain.SignIn;
using Portal.Services.Centercode;
using Portal.Services.Tests.Sync;

namespace Portal.Services.Tests.Centercode;

public sealed class KeptTeamTests
{
    [Fact, Trait("Invariant", "13")]
    public async Task Read_OfThePackageAsBefore_ParsesNothingAgainAndOfAChangedOneAll()
    {
        await using var stage = await SyncStage.StartAsync();
        var directory = stage.Portal.Get<CentercodeDirectory>();
        var link = await stage.DataAsync(db => Task.FromResult(db.Links.Single()));

        var first = await directory.ReadAsync(link, Actor.Schedule, null, TestContext.Current.CancellationToken);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await directory.ReadAsync(link, Actor.Schedule, null, TestContext.Current.CancellationToken);
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        var changed = await directory.ReadAsync(link, Actor.Schedule, null, TestContext.Current.CancellationToken);

        Assert.Same(first.Members, second.Members);
        // It was looked at all the same, and is as old as that look.
        Assert.True(second.ReadAt > first.ReadAt);
        Assert.Equal(first.Members.Count + 1, changed.Members.Count);
    }

    [Fact, Trait("Invariant", "13")]
    public async Task Read_OfTheSameBytesWithAnotherMapping_IsReadByIt()
    {
        await using var stage = await SyncStage.StartAsync();
        var directory = stage.Portal.Get<CentercodeDirectory>();
        var link = await stage.DataAsync(db => Task.FromResult(db.Links.Single()));

        await directory.ReadAsync(link, Actor.Schedule, null, TestContext.Current.CancellationToken);
        link.Mapping = link.Mapping with { AppleEmail = "No such column" };
        var other = await directory.ReadAsync(link, Actor.Schedule, null, TestContext.Current.CancellationToken);

        Assert.NotNull(other.Problem);
    }
}
