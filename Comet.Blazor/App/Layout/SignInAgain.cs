using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.App.Layout;

/// <summary>Leads a tab whose session is over to the sign-in page, and from there back to its place.</summary>
internal static class SignInAgain
{
    /// <summary>The sign-in page's address.</summary>
    /// <param name="navigation">Knows the place.</param>
    /// <param name="why">The reason that the page tells; empty for none.</param>
    public static string Address(NavigationManager navigation, string why) =>
        $"{SessionCookie.SignInPath}?return={Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri))}{(why.Length > 0 ? "&why=" + why : "")}";

    /// <summary>Goes there. By script, not by the navigation manager: that one reports a closed tab as a fault of the server.</summary>
    public static async Task GoAsync(IJSRuntime js, NavigationManager navigation, string why)
    {
        try
        {
            await js.InvokeVoidAsync("comet.leave", Address(navigation, why));
        }
        catch (Exception ex) when (ex is JSDisconnectedException or OperationCanceledException)
        {
            return; // the tab was closed, or went while this waited for its answer
        }
    }
}
