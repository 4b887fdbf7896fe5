using MudBlazor;

namespace Portal.Web.Layout;

/// <summary>MudBlazor's colours for both schemes. Both are written into every document, each under its own selector, so the first paint is right whatever the choice.</summary>
internal static class PortalThemes
{
    private static readonly string[] _text = ["Inter", "system-ui", "sans-serif"];

    public static readonly MudTheme Light = Of(":root", new PaletteLight
    {
        Primary = "#3451c6", PrimaryContrastText = "#ffffff", Secondary = "#565c69", Background = "#f6f7f9", Surface = "#ffffff",
        AppbarBackground = "#ffffff", AppbarText = "#1b1e25", DrawerBackground = "#f6f7f9", DrawerText = "#1b1e25",
        TextPrimary = "#1b1e25", TextSecondary = "#565c69", TextDisabled = "#8b909b", ActionDefault = "#565c69", LinesDefault = "#e2e4e9", LinesInputs = "#b9bdc7",
        TableLines = "#e2e4e9", TableHover = "#f1f3f8", Divider = "#e2e4e9", Success = "#1a6b3c", Warning = "#8a5300", Error = "#b3261e", Info = "#3451c6",
    }, new PaletteDark());

    public static readonly MudTheme Dark = Of(":root[data-theme=dark]", new PaletteLight(), new PaletteDark
    {
        Primary = "#9db0ff", PrimaryContrastText = "#11152b", Secondary = "#a3a8b4", Background = "#121317", Surface = "#1a1c22", BackgroundGray = "#17181d",
        AppbarBackground = "#1a1c22", AppbarText = "#e7e8ec", DrawerBackground = "#121317", DrawerText = "#e7e8ec",
        TextPrimary = "#e7e8ec", TextSecondary = "#a3a8b4", TextDisabled = "#6d727e", ActionDefault = "#a3a8b4", LinesDefault = "#2c2f38", LinesInputs = "#525763",
        TableLines = "#2c2f38", TableHover = "#20232b", Divider = "#2c2f38", Success = "#7fd3a0", Warning = "#f0c069", Error = "#ff9c94", Info = "#9db0ff",
    });

    private static MudTheme Of(string selector, PaletteLight light, PaletteDark dark) => new()
    {
        PaletteLight = light,
        PaletteDark = dark,
        PseudoCss = new PseudoCss { Scope = selector },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = _text, FontSize = ".875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = _text, FontSize = ".875rem", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = _text, FontSize = ".8125rem", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontFamily = _text, FontSize = ".75rem", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = _text, FontSize = "1rem", FontWeight = "600", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = _text, FontSize = ".8125rem", FontWeight = "550", TextTransform = "none", LetterSpacing = "normal" },
        },
    };
}
