using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Portal.Domain;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Tests.Layout;

public sealed class PartsTests : BunitContext, IAsyncLifetime
{
    public PartsTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices().AddSingleton(TimeProvider.System);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public static TheoryData<StateView> States =>
        [StateView.Good("Active"), StateView.Busy("Running"), StateView.Waiting("Queued"), StateView.Attention("Partial"), StateView.NeedsPerson("Awaiting approval"), StateView.Bad("Blocked"), StateView.Quiet("Paused")];

    [Theory]
    [MemberData(nameof(States))]
    public void StateChip_Any_ShowsIconAndWordNotColourAlone(StateView state)
    {
        var chip = Render<StateChip>(parameters => parameters.Add(c => c.State, state));

        Assert.Contains(state.Word, chip.Find(".state").TextContent);
        Assert.NotEmpty(chip.FindAll(".state svg"));
        Assert.Contains($"state-{state.Tone.ToString().ToLowerInvariant()}", chip.Find(".state").ClassName);
    }

    [Fact]
    public void ProblemBanner_Problem_SaysSentenceTurnAndCode()
    {
        var banner = Render<ProblemBanner>(parameters => parameters.Add(b => b.Problem, new Problem("key-revoked", "Apple refused the key.") { Turn = Turn.KeyCustodian }));

        Assert.Contains("Apple refused the key. (key-revoked)", banner.Find("[role=alert]").TextContent);
        Assert.Contains("Whose turn: a key custodian", banner.Markup);
    }

    [Fact]
    public void ProblemBanner_Nothing_DrawsNothing() =>
        Assert.Empty(Render<ProblemBanner>(parameters => parameters.Add(b => b.Problem, null)).Markup.Trim());

    [Fact]
    public void Turns_Every_HasWordsUnlessNobodys() =>
        Assert.All(Enum.GetValues<Turn>(), turn => Assert.Equal(turn is Turn.Nobody, Turns.InWords(turn) is null));

    [Fact]
    public void FilterChips_Chosen_LivesInTheAddressAndKeepsTheRest()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("runs/1?q=ana");
        var chips = Render<FilterChips>(parameters => parameters.Add(f => f.Filters, [new FilterView("outcome", "Outcome is", null, [("Refused", "refused")])]));

        chips.Find("select").Change("Refused");

        Assert.EndsWith("runs/1?q=ana&outcome=Refused", navigation.Uri);
    }

    [Fact]
    public void FilterChips_Removed_LeavesTheAddress()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("runs/1?outcome=Refused&q=ana");
        var chips = Render<FilterChips>(parameters => parameters.Add(f => f.Filters, [new FilterView("outcome", "Outcome is", "Refused", [("Refused", "refused")])]));

        chips.Find("button[aria-label='Remove the filter: Outcome is refused']").Click();

        Assert.EndsWith("runs/1?q=ana", navigation.Uri);
    }

    [Fact]
    public async Task ConfirmDialog_TypedCount_OpensTheButtonOnlyForTheRightOne()
    {
        var host = Render<MudPopoverProvider>();
        var provider = Render<MudDialogProvider>();
        var asked = provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().AskAsync("Remove 3 people?", "They leave the group.", "Remove 3 people", danger: true, typeToConfirm: "3"));

        var button = () => provider.FindAll("button").Single(b => b.TextContent.Trim() == "Remove 3 people");
        provider.WaitForAssertion(() => Assert.True(button().HasAttribute("disabled")));
        provider.Find("input").Input("2");
        Assert.True(button().HasAttribute("disabled"));
        provider.Find("input").Input("3");
        button().Click();

        Assert.True(await asked);
        Assert.NotNull(host);
    }
}
