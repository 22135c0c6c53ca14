namespace Comet.Blazor.Data;

/// <summary>
/// The file <c>comet-users.db</c>: accounts, policies and groups (decisions.md 22), in one file so that a policy and the accounts that follow it
/// can change in one step. A collection belongs to the room that writes it.
/// </summary>
/// <param name="folder">Where the file is.</param>
public sealed class UsersStore(DataFolder folder) : IOpenAtStart, IAsyncDisposable
{
    private CometDb? _db;

    /// <summary>The file was not there before.</summary>
    public bool IsNew { get; } = !File.Exists(folder.Users);

    /// <summary>The open file. Registered before the stores that use it, so an <see cref="IOpenAtStart"/> may read it in its own opening.</summary>
    /// <exception cref="InvalidOperationException">Asked before <see cref="OpenAsync"/>.</exception>
    public CometDb Db => _db ?? throw new InvalidOperationException("The accounts are not open yet.");

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct) => _db = await CometDb.OpenAsync(folder.Users, DbSchema.First("users"), ct);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }
    }
}
