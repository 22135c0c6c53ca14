using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>Asks devices while a person waits.</summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="dispatcher">Brings the answers.</param>
/// <param name="accounts">Describes storages for devices, and holds the accounts' policies.</param>
/// <param name="policies">Name the policy in a refusal.</param>
public sealed class DeviceQuestions(DeviceAccess access, IDeviceDispatcher dispatcher, IAccountDevices accounts, IPolicyDirectory policies) : IDeviceQuestions
{
    /// <summary>How long a device may take to answer a question (spec/02 §2: 60 s for browsing).</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    /// <summary>The most snapshots that a device may tell of.</summary>
    public const int MostSnapshots = 100_000;

    private const int LookEverySeconds = 1;

    /// <inheritdoc />
    public async Task<Outcome<FolderPage>> BrowseAsync(Actor by, string connectionId, string path, string after, CancellationToken ct)
    {
        var found = access.Find(by, connectionId, Right.AccountsManage);
        return !found.Ok ? found.Plain
            : by.Kind == ActorKind.Customer ? await FolderAsync(connectionId, path, after, ct)
            : !found.Value.AllowsFilenames ? Outcome.Denied("This device does not allow administrators to see file names. Enter the paths by hand.")
            : await accounts.PolicyAsync(found.Value.Account, ct) is { Says.AdminViewFilenames: DefaultSettingMode.AlwaysOff } held
                ? Outcome.Denied($"{new PolicyRefusal(policies.Find(held.Id)?.Name ?? "").Says("administrators seeing file names")} Enter the paths by hand.")
            : await FolderAsync(connectionId, path, after, ct);
    }

    private Task<Outcome<FolderPage>> FolderAsync(string connectionId, string path, string after, CancellationToken ct) =>
        AskAsync(connectionId, AgentProtocol.Actions.BrowseFolder, new BrowseFolder(path, after), AgentJson.Default.BrowseFolder, AgentJson.Default.FolderPage, ct);

    /// <inheritdoc />
    public async Task<Outcome<ItemEstimate>> EstimateAsync(
        Actor by, string connectionId, string engine, IReadOnlyDictionary<string, string> engineProps, TimeSpan limit, IProgress<ItemEstimate>? progress, CancellationToken ct)
    {
        var found = access.Find(by, connectionId, Right.AccountsManage);
        if (!found.Ok)
        {
            return found.Plain;
        }

        var ask = new EstimateItem(Guid.NewGuid().ToString(), engine, engineProps.ToDictionary(), (int)Math.Clamp(limit.TotalSeconds, 1, int.MaxValue), LookEverySeconds);
        try
        {
            for (var looks = 0; looks <= (ask.LimitSeconds / LookEverySeconds) + AnswerWithin.TotalSeconds; looks++)
            {
                var answer = await AskAsync(connectionId, AgentProtocol.Actions.EstimateItem, ask, AgentJson.Default.EstimateItem, AgentJson.Default.ItemEstimate, ct);
                if (!answer.Ok || answer.Value.Ended)
                {
                    return answer;
                }

                progress?.Report(answer.Value);
            }

            return Outcome.Refuse(Refusal.DeviceRefused, "The device does not come to an end with counting. Try again, or count less.");
        }
        catch (OperationCanceledException)
        {
            // The device would notice after half a minute; its disk is spared that.
            _ = AskAsync(connectionId, AgentProtocol.Actions.EstimateItem, ask with { WaitSeconds = 0 }, AgentJson.Default.EstimateItem, AgentJson.Default.ItemEstimate, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task<Outcome<VaultTested>> TestVaultAsync(Actor by, string connectionId, JsonObject destination, CancellationToken ct)
    {
        var found = access.Find(by, connectionId, Right.AccountsManage);
        return found.Ok
            ? await AskAsync(connectionId, AgentProtocol.Actions.TestVault, new TestVault(accounts.Describe("", destination)), AgentJson.Default.TestVault, AgentJson.Default.VaultTested, ct)
            : found.Plain;
    }

    /// <inheritdoc />
    public async Task<Outcome<IReadOnlyList<SnapshotEntry>>> SnapshotsAsync(Actor by, string connectionId, string vaultId, CancellationToken ct)
    {
        var found = access.Find(by, connectionId, Right.DevicesAct);
        var vault = found.Ok ? access.Vault(found.Value, vaultId).Plain : found.Plain;
        if (!vault.Ok)
        {
            return vault;
        }

        List<SnapshotEntry> all = [];
        while (all.Count < MostSnapshots)
        {
            var page = await AskAsync(connectionId, AgentProtocol.Actions.ListSnapshots, new ListSnapshots(vaultId, all.Count), AgentJson.Default.ListSnapshots, AgentJson.Default.SnapshotPage, ct);
            if (!page.Ok)
            {
                return page.Plain;
            }

            all.AddRange(page.Value.Snapshots);
            if (page.Value.Snapshots.Length == 0 || all.Count >= page.Value.Total)
            {
                return Outcome.Of<IReadOnlyList<SnapshotEntry>>(all);
            }
        }

        return Outcome.Refuse(Refusal.DeviceRefused, $"The device tells of more than {MostSnapshots} snapshots in this Storage Vault. Let a retention pass delete old ones.");
    }

    private async Task<Outcome<TAnswer>> AskAsync<TAsk, TAnswer>(
        string connectionId, string action, TAsk ask, JsonTypeInfo<TAsk> askShape, JsonTypeInfo<TAnswer> answerShape, CancellationToken ct)
    {
        var answer = await dispatcher.AskAsync(connectionId, action, JsonSerializer.SerializeToElement(ask, askShape), AnswerWithin, ct);
        if (!answer.Ok)
        {
            return answer.Plain;
        }

        try
        {
            return answer.Value.ValueKind == JsonValueKind.Object && answer.Value.Deserialize(answerShape) is { } read
                ? read
                : Outcome.Refuse(Refusal.DeviceRefused, "The device's answer is empty.");
        }
        catch (JsonException ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, $"The device's answer can't be read: {ex.Message}");
        }
    }
}
