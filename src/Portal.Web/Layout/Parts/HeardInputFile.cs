using Microsoft.AspNetCore.Components.Forms;

namespace Portal.Web.Layout.Parts;

/// <summary>
/// A file input that cannot be used before its script listens: until then the framework's own takes a file and tells nobody,
/// and the page waits for ever.
/// </summary>
public sealed class HeardInputFile : InputFile
{
    private bool _isHeard;

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        Enable();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (!firstRender) return;
        _isHeard = true;
        Enable();
        StateHasChanged();
    }

    private void Enable() => AdditionalAttributes = new Dictionary<string, object>(AdditionalAttributes ?? new Dictionary<string, object>()) { ["disabled"] = !_isHeard };
}
