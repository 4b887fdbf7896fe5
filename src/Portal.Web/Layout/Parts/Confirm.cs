using MudBlazor;

namespace Portal.Web.Layout.Parts;

/// <summary>Asks a person to decide.</summary>
public static class Confirm
{
    /// <summary>Shows the question and waits.</summary>
    /// <param name="dialogs">Injected <c>IDialogService</c>.</param>
    /// <param name="title">The decision, such as "Remove 3 people from the group?".</param>
    /// <param name="sentence">What will happen, to whom, and whether it can be undone.</param>
    /// <param name="action">The verb with its object on the button, such as "Remove 3 people".</param>
    /// <param name="danger">Draws the button red.</param>
    /// <param name="typeToConfirm">Text that must be typed first.</param>
    /// <returns>True when the person chose the action.</returns>
    public static async Task<bool> AskAsync(this IDialogService dialogs, string title, string sentence, string action, bool danger = false, string? typeToConfirm = null)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Title, title },
            { dialog => dialog.Sentence, sentence },
            { dialog => dialog.Action, action },
            { dialog => dialog.Danger, danger },
            { dialog => dialog.TypeToConfirm, typeToConfirm },
        };
        var shown = await dialogs.ShowAsync<ConfirmDialog>(title, parameters);
        return await shown.Result is { Canceled: false };
    }
}
