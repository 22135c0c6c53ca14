namespace Comet.Blazor.Data;

/// <summary>
/// The file <c>comet-server.db</c>: things of the server itself that several rooms keep in small collections of their own, such as
/// sessions and table preferences (decisions.md 22). A collection belongs to the room that writes it; its name begins with the room's.
/// </summary>
/// <param name="folder">Where the file is.</param>
public sealed class ServerStore(DataFolder folder) : IOpenAtStart, IAsyncDisposable
{
    private CometDb? _db;

    /// <summary>The open file. Registered before all other stores, so an <see cref="IOpenAtStart"/> may read it in its own opening.</summary>
    /// <exception cref="InvalidOperationException">Asked before <see cref="OpenAsync"/>.</exception>
    public CometDb Db => _db ?? throw new InvalidOperationException("The server's store is not open yet.");

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct) => _db = await CometDb.OpenAsync(folder.Server, DbSchema.First("server"), ct);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }
    }
}
