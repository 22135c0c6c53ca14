using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.App.Layout;

/// <summary>Keeps a failed page from ending the whole tab: says what happened, with a reference that is in the log.</summary>
/// <param name="log">The log.</param>
/// <param name="navigation">Knows the page.</param>
/// <param name="js">Leads to the sign-in.</param>
public sealed partial class PageErrors(ILogger<PageErrors> log, NavigationManager navigation, IJSRuntime js)
{
    private string _reference = "";

    /// <inheritdoc />
    protected override Task OnErrorAsync(Exception exception)
    {
        var page = "/" + navigation.ToBaseRelativePath(navigation.Uri);
        if (exception is UnauthorizedAccessException)
        {
            // Not a fault: the session ended between two clicks.
            return SignInAgain.GoAsync(js, navigation, "ended");
        }

        _reference = ErrorReference.New();
        LogFailed(log, _reference, page, exception);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Error, "Reference {Reference}: the page {Page} failed.")]
    private static partial void LogFailed(ILogger log, string reference, string page, Exception ex);
}
