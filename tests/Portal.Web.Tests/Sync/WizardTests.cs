using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MudBlazor.Services;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Web.Sync.NewLink;

namespace Portal.Web.Tests.Sync;

/// <summary>What a program manager sees of the wizard before anything is asked of anybody.</summary>
public sealed class WizardTests : IAsyncDisposable
{
    private static readonly Guid _holder = Guid.CreateVersion7();
    private static readonly GroupChoice[] _groups =
    [
        new("g-internal", "Staff", IsInternal: true, 12, MayChoose: false, SyncProblems.GroupIsInternal, null),
        new("g-taken", "Field trial", IsInternal: false, 248, MayChoose: false, SyncProblems.GroupTaken("Borealis → Field trial"), _holder),
        new("g-free", "Early birds", IsInternal: false, 8, MayChoose: true, null, null),
    ];

    private readonly BunitContext _browser = new();

    public WizardTests()
    {
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Services.AddMudServices();
        _browser.Render<MudPopoverProvider>();
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public void Groups_Internal_IsGreyedWithReason()
    {
        var page = Groups(new NewLinkDraft());

        var group = page.Find("[data-group=g-internal]");

        Assert.True(group.QuerySelector("input")!.HasAttribute("disabled"));
        Assert.Contains("only lets external groups be synced", group.TextContent);
    }

    [Fact]
    public void Groups_Taken_IsGreyedAndNamesAndLinksItsHolder()
    {
        var group = Groups(new NewLinkDraft()).Find("[data-group=g-taken]");

        Assert.True(group.QuerySelector("input")!.HasAttribute("disabled"));
        Assert.Contains("Borealis → Field trial", group.TextContent);
        Assert.Equal($"/links/{_holder}", group.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void Groups_AtFirst_ANewDedicatedOneIsChosen() =>
        Assert.True(Groups(new NewLinkDraft()).FindAll("input[type=radio]")[0].HasAttribute("checked"));

    [Fact]
    public void Groups_OneWithPeople_AsksWhatBecomesOfThem()
    {
        var draft = new NewLinkDraft { CredentialId = Guid.NewGuid(), AppId = "app" };
        Groups(draft).Find("[data-group=g-free] input").Change(true);

        Assert.Equal("g-free", draft.GroupId);
        Assert.True(draft.AsksToAdopt);
        Assert.NotNull(draft.Missing("group"));
        draft.Adopt = false;
        Assert.Null(draft.Missing("group"));
    }

    [Fact]
    public void Draft_Empty_ReachesOnlyTheFirstStep() => Assert.Equal("project", new NewLinkDraft().Reachable("review"));

    [Fact]
    public void Draft_WithProject_ReachesTheTeamAndNoFurther() =>
        Assert.Equal("source", new NewLinkDraft { ProjectKey = "aurora", ReleaseTypeKey = "beta" }.Reachable("review"));

    [Fact]
    public void Draft_CentercodeSyncNotConfirmed_IsNotDone() => Assert.Contains("sync off", new NewLinkDraft().Missing("review"));

    private IRenderedComponent<GroupChoices> Groups(NewLinkDraft draft) => _browser.Render<GroupChoices>(with => with
        .Add(p => p.Draft, draft).Add(p => p.Groups, _groups).Add(p => p.OnChanged, EventCallback.Empty));
}
