using Microsoft.AspNetCore.Components;
using Portal.Web.Layout;

namespace Portal.Web.People;

/// <summary>How pages ask for a person.</summary>
public static class PeopleLinks
{
    /// <summary>Goes to the people page with what was asked: words in the address, an e-mail address only in the history's state.</summary>
    public static void Find(NavigationManager navigation, string text)
    {
        var asked = text.Trim();
        if (asked.Contains('@')) navigation.NavigateTo(PortalUrls.People(), new NavigationOptions { HistoryEntryState = asked });
        else navigation.NavigateTo(PortalUrls.People(asked));
    }
}
