using System.Text.Json;
using Comet.Blazor.Data;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// Devices that have registered, and for which it is still to be decided whether they get a Storage Vault of their own. The note of a device is written
/// in the commit that registers it and stays until that is done, so that neither a crash nor a storage that does not answer leaves it without.
/// </summary>
/// <param name="file">Where the notes are kept.</param>
public sealed class WaitingDevices(UsersStore file)
{
    private const string Collection = "new_devices";

    /// <summary>Notes a device; in the commit that registers it.</summary>
    public static void Write(DbWriter db, NewDevice device) => db.Put(Collection, new DbRecord(Key(device), [], JsonSerializer.SerializeToUtf8Bytes(device)));

    /// <summary>All that wait.</summary>
    public Task<List<NewDevice>> ReadAsync(CancellationToken ct) =>
        file.Db.ReadAsync(static db => db.Scan(Collection).Select(static r => JsonSerializer.Deserialize<NewDevice>(r.Json)!).ToList(), ct);

    /// <summary>It does not wait any more.</summary>
    public Task ForgetAsync(NewDevice device) =>
        file.Db.AppendAsync(
            db =>
            {
                db.Delete(Collection, Key(device));
                return true;
            },
            CancellationToken.None);

    private static DbKey Key(NewDevice device) => $"{device.Account.Value} {device.DeviceId}";
}
