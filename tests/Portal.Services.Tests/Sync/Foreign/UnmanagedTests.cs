using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Sync.Foreign;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Foreign;

/// <summary>Testers nobody manages: listed, adopted, left as they are (F27). Borealis has 240 of its team in the group, and five strangers and three anonymous testers.</summary>
[Trait("Failure", "F27")]
public sealed class UnmanagedTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_GroupFilledByHand_ShowsTeamAndStrangersByPageAndSearch()
    {
        await using var stage = await BorealisAsync();
        var service = Service(stage);

        var page = await service.ListAsync(stage.Link.Id, new UnmanagedQuery { Take = 10 }, Actors.Support, Cancel);

        Assert.Equal((10, 245, 240, 5, 0, 3), (page.Items.Count, page.Matching, page.InTeam, page.OutsideTeam, page.LeftAsIs, page.Anonymous));
        var rest = await service.ListAsync(stage.Link.Id, new UnmanagedQuery { Skip = 240, Take = 10 }, Actors.Support, Cancel);
        Assert.Equal(5, rest.Items.Count);
        Assert.Empty(page.Items.Select(i => i.TesterId).Intersect(rest.Items.Select(i => i.TesterId)));
        var strangers = await service.ListAsync(stage.Link.Id, new UnmanagedQuery { InTeam = false }, Actors.Support, Cancel);
        Assert.Equal(5, strangers.Matching);
        var found = Assert.Single((await service.ListAsync(stage.Link.Id, new UnmanagedQuery { Text = strangers.Items[0].Email!.ToUpperInvariant() }, Actors.Support, Cancel)).Items);
        Assert.Equal(strangers.Items[0], found);
        Assert.Contains(found, (await service.ListAsync(stage.Link.Id, new UnmanagedQuery { Text = found.Name }, Actors.Support, Cancel)).Items);
        Assert.NotNull(await stage.Portal.Get<PersonService>().GetAsync(stage.Link.Id, found.PersonId!, Actors.Support, Cancel));
    }

    [Fact]
    public async Task List_RoleWithoutAddresses_SeesMasksAndCannotSearchThem()
    {
        await using var stage = await BorealisAsync();

        var page = await Service(stage).ListAsync(stage.Link.Id, new UnmanagedQuery { Text = "no such address", Take = 1000 }, Actors.Viewer, Cancel);

        Assert.Equal(245, page.Matching);
        Assert.All(page.Items, item => Assert.Matches("^.?.?•••@", item.Email));
        Assert.All(page.Items, item => Assert.True(item.Name is null or "•••"));
        await Assert.ThrowsAsync<ProblemException>(() => Service(stage).WeighAsync(stage.Link.Id, new UnmanagedChoice { All = new() }, Actors.Viewer, Cancel));
    }

    [Fact]
    [Trait("Invariant", "10")]
    public async Task Adopt_People_TheTeamsStayAndStrangersGoWithTheNextSync()
    {
        await using var stage = await BorealisAsync();
        var service = Service(stage);
        var strangers = (await service.ListAsync(stage.Link.Id, new UnmanagedQuery { InTeam = false }, Actors.Support, Cancel)).Items.Take(2).ToList();
        var members = (await service.ListAsync(stage.Link.Id, new UnmanagedQuery { InTeam = true, Take = 3 }, Actors.Support, Cancel)).Items;
        var choice = new UnmanagedChoice { TesterIds = [.. strangers.Concat(members).Select(t => t.TesterId)] };
        var weighed = await service.WeighAsync(stage.Link.Id, choice, Actors.Support, Cancel);
        Assert.Equal(new AdoptionWeighed(5, 2, true), weighed);
        Assert.Contains("2 are not in the team: the next sync takes them out", weighed.Words, StringComparison.Ordinal);

        // Nobody who has not seen the number adopts them.
        await AssertProblemAsync("unmanaged-outside-team", () => service.AdoptAsync(stage.Link.Id, new(choice, "Ours since spring"), Actors.Support, Cancel));
        await AssertProblemAsync("foreign-reason-missing", () => service.AdoptAsync(stage.Link.Id, new(choice, "", 2), Actors.Support, Cancel));
        Assert.Equal(5, await service.AdoptAsync(stage.Link.Id, new(choice, "Ours since spring", weighed.OutsideTeam), Actors.Support, Cancel));

        Assert.Equal((237, 3), await OpenAsync(stage));
        var run = await stage.RunAsync();
        var removed = (await stage.ItemsAsync(run.Id)).Where(i => i.Action is PlanAction.Remove).Select(i => i.Email!.ToLowerInvariant()).Order(StringComparer.Ordinal);
        Assert.Equal(strangers.Select(s => s.Email!).Order(StringComparer.Ordinal), removed);
        Assert.All(members, member => Assert.Contains(member.Email, stage.InGroup()));
        Assert.All(strangers, stranger => Assert.DoesNotContain(stranger.Email, stage.InGroup()));
        var adopted = await stage.DataAsync(db => db.AuditEvents.SingleAsync(e => e.Code == AuditCodes.UnmanagedAdopted.Name));
        Assert.Equal(5, await stage.DataAsync(db => db.AuditAddresses.CountAsync(a => a.EventId == adopted.Id)));
    }

    [Fact]
    [Trait("Invariant", "14")]
    public async Task Adopt_MoreStrangersThanTheLimit_TheirRemovalWaitsForASecondPerson()
    {
        await using var stage = await BorealisAsync(new SyncPolicy { AdoptMatching = true, RemovalsAlwaysAllowed = 3, RemovalLimit = 3 });
        await stage.RunAsync();
        var all = new UnmanagedChoice { All = new UnmanagedQuery() };
        var weighed = await Service(stage).WeighAsync(stage.Link.Id, all, Actors.ProgramManager, Cancel);
        Assert.Equal((5, 5), (weighed.Chosen, weighed.OutsideTeam));
        await Service(stage).AdoptAsync(stage.Link.Id, new(all, "The project is over for them", 5), Actors.ProgramManager, Cancel);

        var run = await stage.RunAsync();

        Assert.Equal(RunState.AwaitingApproval, run.State);
        Assert.Equal(5, run.ToRemove);
    }

    [Fact]
    public async Task Adopt_LinkThatOnlyAdds_SaysThatTheyStay()
    {
        await using var stage = await BorealisAsync(new SyncPolicy { Mirror = false });
        var weighed = await Service(stage).WeighAsync(stage.Link.Id, new UnmanagedChoice { All = new UnmanagedQuery { InTeam = false } }, Actors.Support, Cancel);
        Assert.Equal("5 are not in the team. The link only adds, so they stay.", weighed.Words);
        Assert.Equal(5, await Service(stage).AdoptAsync(stage.Link.Id, new(new UnmanagedChoice { All = new UnmanagedQuery { InTeam = false } }, "Known people"), Actors.Support, Cancel));
    }

    [Fact]
    public async Task Leave_People_AreAskedAboutNoMoreAndCanBeAdoptedLater()
    {
        await using var stage = await BorealisAsync();
        var service = Service(stage);
        var strangers = new UnmanagedChoice { All = new UnmanagedQuery { InTeam = false } };

        Assert.Equal(5, await service.LeaveAsync(stage.Link.Id, new(strangers, "The press"), Actors.Support, Cancel));

        Assert.Equal((240, 0), await OpenAsync(stage));
        var left = await service.ListAsync(stage.Link.Id, new UnmanagedQuery { LeftAsIs = true }, Actors.Support, Cancel);
        Assert.Equal((5, 5), (left.Matching, left.LeftAsIs));
        Assert.All(left.Items, item => Assert.Equal(Actors.Support.Name, item.LeftAsIsByName));
        await ForeignChangeTests.LaterAsync(stage);
        Assert.Equal((240, 0), await OpenAsync(stage));
        Assert.Equal(1, await service.AdoptAsync(stage.Link.Id, new(new UnmanagedChoice { TesterIds = [left.Items[0].TesterId] }, "A tester after all", 1), Actors.Support, Cancel));
        await AssertProblemAsync("unmanaged-nobody-chosen", () => service.LeaveAsync(stage.Link.Id, new(strangers, "Again"), Actors.Support, Cancel));
    }

    [Fact]
    public async Task List_AfterAPlanMadeWithoutTheTeam_StillKnowsWhoIsInIt()
    {
        await using var stage = await BorealisAsync(new SyncPolicy { AdoptMatching = false });
        var filled = await stage.RunAsync();
        Assert.Equal(RunState.Succeeded, filled.State);
        Assert.Equal((240, 5), await OpenAsync(stage));

        foreach (var preview in new[] { await stage.Sync.PreviewEndAsync(stage.Link.Id, Actors.ProgramManager, Cancel), await stage.Sync.PreviewUndoAsync(filled.Id, Actors.ProgramManager, Cancel) })
            await stage.Portal.Get<SyncRunner>().RunAsync(preview.RunId, Cancel);

        Assert.Equal((240, 5), await OpenAsync(stage));
    }

    [Theory]
    [EachDatabase]
    public async Task Adopt_SamePeopleTwiceAtOnce_AreTakenOverOnce(DatabaseKind kind)
    {
        await using var stage = await BorealisAsync(kind: kind);
        var decision = new UnmanagedDecision(new UnmanagedChoice { All = new UnmanagedQuery { InTeam = true } }, "Ours");

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                return await Service(stage).AdoptAsync(stage.Link.Id, decision, Actors.Support, Cancel);
            }
            catch (ProblemException none) when (none.Problem == SyncProblems.NobodyChosen)
            {
                return 0;
            }
        }));

        Assert.Equal([0, 0, 0, 240], counts.Order());
        Assert.Equal(240, await stage.DataAsync(db => db.Memberships.CountAsync(m => m.Origin == MembershipOrigin.Adopted)));
    }

    /// <summary>Previewed, so that the group is known and nothing is applied yet.</summary>
    private static async Task<SyncStage> BorealisAsync(SyncPolicy? policy = null, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var stage = await SyncStage.StartAsync("Borealis Maps", "Borealis field testers", "borealis-field", kind, policy ?? new SyncPolicy { AdoptMatching = false });
        await stage.RunAsync(SyncMode.Preview);
        return stage;
    }

    private static UnmanagedService Service(SyncStage stage) => stage.Portal.Get<UnmanagedService>();

    private static async Task<(int InTeam, int OutsideTeam)> OpenAsync(SyncStage stage)
    {
        var page = await Service(stage).ListAsync(stage.Link.Id, new UnmanagedQuery { Take = 1 }, Actors.Viewer, Cancel);
        return (page.InTeam, page.OutsideTeam);
    }

    private static async Task AssertProblemAsync(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code);
}
