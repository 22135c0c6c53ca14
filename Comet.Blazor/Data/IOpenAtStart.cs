namespace Comet.Blazor.Data;

/// <summary>A store that must be open, with its index built, before the first listener answers. Opened in the order of registration.</summary>
public interface IOpenAtStart
{
    /// <summary>Opens the store.</summary>
    /// <exception cref="IOException">The file can't be read or written; the message names it and says what to do.</exception>
    /// <exception cref="InvalidDataException">The file is not what it should be; the message names it.</exception>
    Task OpenAsync(CancellationToken ct);
}
