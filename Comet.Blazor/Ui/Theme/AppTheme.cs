using MudBlazor;

namespace Comet.Blazor.Ui.Theme;

/// <summary>The one theme of the web interface. Status colours live in css/app.css, because a palette has no place for them.</summary>
public static class AppTheme
{
    private static readonly string[] Sans = ["Inter Variable", "Inter", "system-ui", "Segoe UI", "sans-serif"];

    /// <summary>Creates the theme; brand colours from the branding settings are applied on top of it.</summary>
    public static MudTheme Create() => new()
    {
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "6px",
            AppbarHeight = "48px",
            DrawerWidthLeft = "228px",
            DrawerMiniWidthLeft = "56px",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.8125rem", FontWeight = "400", LineHeight = "1.385", LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = Sans, FontSize = "1.25rem", FontWeight = "640", LineHeight = "1.3", LetterSpacing = "-0.017em" },
            H2 = new H2Typography { FontFamily = Sans, FontSize = "1rem", FontWeight = "640", LineHeight = "1.375", LetterSpacing = "-0.012em" },
            H3 = new H3Typography { FontFamily = Sans, FontSize = "0.84375rem", FontWeight = "620", LineHeight = "1.33", LetterSpacing = "-0.005em" },
            H4 = new H4Typography { FontFamily = Sans, FontSize = "1.625rem", FontWeight = "620", LineHeight = "1.23", LetterSpacing = "-0.025em" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "0.8125rem", FontWeight = "400", LineHeight = "1.385", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "0.8125rem", FontWeight = "400", LineHeight = "1.385", LetterSpacing = "normal" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Sans, FontSize = "0.875rem", FontWeight = "600", LineHeight = "1.43", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontFamily = Sans, FontSize = "0.75rem", FontWeight = "600", LineHeight = "1.33", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontFamily = Sans, FontSize = "0.75rem", FontWeight = "400", LineHeight = "1.33", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Sans, FontSize = "0.8125rem", FontWeight = "520", LineHeight = "1.385", LetterSpacing = "normal", TextTransform = "none" },
            Overline = new OverlineTypography { FontFamily = Sans, FontSize = "0.71875rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal", TextTransform = "none" },
        },
        PaletteLight = new PaletteLight
        {
            Primary = "#3646A8", PrimaryContrastText = "#FFFFFF", PrimaryDarken = "#2A388C", PrimaryLighten = "#5566C4",
            Secondary = "#525C6F", SecondaryContrastText = "#FFFFFF",
            Info = "#0A6A9C", InfoContrastText = "#FFFFFF", Success = "#0C6B4B", SuccessContrastText = "#FFFFFF",
            Warning = "#855000", WarningContrastText = "#FFFFFF", Error = "#B3261A", ErrorContrastText = "#FFFFFF",
            Dark = "#18202F", DarkContrastText = "#FFFFFF",
            TextPrimary = "#18202F", TextSecondary = "#525C6F", TextDisabled = "#8F98A8",
            ActionDefault = "#525C6F", ActionDisabled = "#8F98A8", ActionDisabledBackground = "#F1F3F8",
            Background = "#FFFFFF", BackgroundGray = "#F8F9FB", Surface = "#FFFFFF",
            AppbarBackground = "#FFFFFF", AppbarText = "#18202F",
            DrawerBackground = "#F4F5F7", DrawerText = "#18202F", DrawerIcon = "#525C6F",
            LinesDefault = "#E4E7EC", LinesInputs = "#858E9E", TableLines = "#E4E7EC", TableHover = "#F1F3F8", TableStriped = "#F8F9FB",
            Divider = "#E4E7EC", DividerLight = "#E4E7EC", Skeleton = "#E4E7EC",
            OverlayDark = "rgba(20,26,40,0.38)", HoverOpacity = 0.06, RippleOpacity = 0, RippleOpacitySecondary = 0, BorderOpacity = 1,
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#A3B3FF", PrimaryContrastText = "#101A45", PrimaryDarken = "#BCC8FF", PrimaryLighten = "#C9D3FF",
            Secondary = "#9CA7B8", SecondaryContrastText = "#131920",
            Info = "#7CC7F0", InfoContrastText = "#04202F", Success = "#71D2A6", SuccessContrastText = "#08281B",
            Warning = "#EFBD62", WarningContrastText = "#241800", Error = "#FF8E80", ErrorContrastText = "#2A0703",
            Dark = "#E3E8EF", DarkContrastText = "#131920",
            TextPrimary = "#E3E8EF", TextSecondary = "#9CA7B8", TextDisabled = "#626D7E",
            ActionDefault = "#9CA7B8", ActionDisabled = "#626D7E", ActionDisabledBackground = "#1C2530",
            Background = "#131920", BackgroundGray = "#171E27", Surface = "#131920",
            AppbarBackground = "#131920", AppbarText = "#E3E8EF",
            DrawerBackground = "#0D1117", DrawerText = "#E3E8EF", DrawerIcon = "#9CA7B8",
            LinesDefault = "#252E3A", LinesInputs = "#6B7688", TableLines = "#252E3A", TableHover = "#1C2530", TableStriped = "#171E27",
            Divider = "#252E3A", DividerLight = "#252E3A", Skeleton = "#2A3441",
            OverlayDark = "rgba(3,6,10,0.62)", HoverOpacity = 0.08, RippleOpacity = 0, RippleOpacitySecondary = 0, BorderOpacity = 1,
        },
    };
}
