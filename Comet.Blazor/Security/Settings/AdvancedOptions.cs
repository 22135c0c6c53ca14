using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui;

namespace Comet.Blazor.Security.Settings;

/// <summary>Advanced Options of the person in front of this tab; the same in all tabs, and after signing in again.</summary>
/// <param name="choices">What was chosen.</param>
/// <param name="viewer">The person.</param>
public sealed class AdvancedOptions(AdvancedChoices choices, Viewer viewer) : IAdvancedOptions
{
    /// <inheritdoc />
    public LiveSignal Changed => choices.Changed;

    /// <inheritdoc />
    public async ValueTask<bool> AreOnAsync() =>
        await viewer.FindActorAsync() is { Kind: ActorKind.Administrator } me && await choices.OfAsync(me.Name, CancellationToken.None);

    /// <summary>Switches them.</summary>
    /// <exception cref="IOException">It could not be stored; nothing was changed.</exception>
    public async Task ChooseAsync(bool on) => await choices.ChooseAsync((await viewer.ActorAsync()).Name, on, CancellationToken.None);
}
