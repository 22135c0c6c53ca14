using Comet.Blazor.Ui.Settings;

namespace Comet.Blazor.Security.Administrators.Pages;

/// <summary>Addresses of the pages about administrators.</summary>
public static class AdministratorRoutes
{
    /// <summary>The list.</summary>
    public const string All = SettingsSection.Root + "/administrators";

    /// <summary>One administrator.</summary>
    public static string One(string name) => $"{All}/{Uri.EscapeDataString(name)}";
}
