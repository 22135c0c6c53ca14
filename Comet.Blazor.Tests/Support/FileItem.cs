using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Support;

/// <summary>A Protected Item of type Files and Folders in few words, for tests that need one.</summary>
public sealed record FileItem(string Name, string DeviceId, IReadOnlyList<string> Paths, IReadOnlyList<string> Exclusions)
{
    /// <summary>Writes it into a SourceConfig; other settings of the engine stay as they are.</summary>
    public void WriteTo(JsonObject item)
    {
        item["Engine"] = ItemEngines.File;
        item["Description"] = Name;
        item["OwnerDevice"] = DeviceId;
        _ = new FileSelection(item.MapForWrite("EngineProps")) { Paths = Paths, Exclusions = Exclusions };
    }
}

public static class FileItems
{
    /// <summary>Adds the item, or changes the one with this id, and answers its id.</summary>
    public static async Task<Outcome<string>> SaveFileAsync(
        this AccountStore accounts, SaveProtectedItem save, Actor by, string username, string? itemId, FileItem item, string? requireHash, CancellationToken ct)
    {
        var id = itemId ?? Guid.NewGuid().ToString();
        var known = accounts.FindByName(username) is { } user ? await accounts.ReadAsync(user.Id, ct) : null;
        var source = known?.Item(id) ?? [];
        item.WriteTo(source);
        var saved = await save.RunAsync(by, username, new ItemChange(id, source), requireHash, ct);
        return saved.Ok ? id : saved.Plain;
    }

    /// <summary>As the other, on a running server.</summary>
    public static Task<Outcome<string>> SaveFileAsync(this TestServer server, Actor by, string username, string? itemId, FileItem item, CancellationToken ct) =>
        server.Get<AccountStore>().SaveFileAsync(server.Get<SaveProtectedItem>(), by, username, itemId, item, null, ct);
}
