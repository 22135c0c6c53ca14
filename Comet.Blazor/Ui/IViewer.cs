using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui;

/// <summary>The person in front of this browser tab. Scoped: one per circuit.</summary>
public interface IViewer
{
    /// <summary>The actor for commands and queries.</summary>
    /// <exception cref="UnauthorizedAccessException">Nobody is signed in.</exception>
    ValueTask<Actor> ActorAsync();

    /// <summary>The address by which this tab reaches the server, with scheme and trailing slash.</summary>
    string BaseAddress { get; }
}
