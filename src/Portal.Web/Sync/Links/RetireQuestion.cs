using MudBlazor;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Sync.Links;

/// <summary>The question before a link is retired, wherever that is asked.</summary>
public static class RetireQuestion
{
    /// <summary>Shows it and waits.</summary>
    public static Task<bool> AskAsync(IDialogService dialogs, LinkView link)
    {
        var inGroup = link.State is LinkState.Draft ? "Nobody is in its group" : link.GroupCount is { } count ? $"{SyncStateViews.People(count)} stay in the group" : "Everybody stays in the group";
        return dialogs.AskAsync("Retire this link?", $"{inGroup}: retiring removes nobody. The group and the release type become free for another link. It cannot be undone; a new link starts from the beginning.", "Retire link", danger: true, typeToConfirm: link.GroupName);
    }
}
