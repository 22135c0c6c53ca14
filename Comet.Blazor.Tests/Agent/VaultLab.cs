using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Tests.Agent;

/// <summary>What tests ask of a device's vaults, as an administrator.</summary>
internal static class VaultLab
{
    public static Actor Admin { get; } = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Lets the device do something to the vault, and waits for its end.</summary>
    public static async Task<Job> WorkAsync(this AgentLab lab, string vault, Func<IVaultWork, Func<Actor, string, string, CancellationToken, Task<Outcome<string>>>> what) =>
        await lab.EndAsync(await lab.BeginWorkAsync(vault, what));

    /// <summary>As <see cref="WorkAsync"/> without waiting; answers the job.</summary>
    public static async Task<string> BeginWorkAsync(this AgentLab lab, string vault, Func<IVaultWork, Func<Actor, string, string, CancellationToken, Task<Outcome<string>>>> what)
    {
        var job = await what(lab.Server.Get<IVaultWork>())(Admin, (await lab.OnlineAsync()).Id, vault, Ct);
        Assert.True(job.Ok, job.Why);
        return job.Value;
    }

    /// <summary>"Test connection", of a vault that need not be saved.</summary>
    public static async Task<VaultTested> TestAsync(this AgentLab lab, int type, Action<JsonObject> fields)
    {
        var destination = new JsonObject { ["DestinationType"] = type };
        fields(destination);
        var tested = await lab.Server.Get<IDeviceQuestions>().TestVaultAsync(Admin, (await lab.OnlineAsync()).Id, destination, Ct);
        Assert.True(tested.Ok, tested.Why);
        return tested.Value;
    }

    /// <summary>The vault's snapshots, as the device tells them.</summary>
    public static async Task<IReadOnlyList<SnapshotEntry>> SnapshotsAsync(this AgentLab lab, string vault)
    {
        var found = await lab.Server.Get<IDeviceQuestions>().SnapshotsAsync(Admin, (await lab.OnlineAsync()).Id, vault, Ct);
        Assert.True(found.Ok, found.Why);
        return found.Value;
    }

    /// <summary>Lets the vault keep the last backups alone.</summary>
    public static async Task KeepAsync(this AgentLab lab, string vault, int backups)
    {
        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = backups }).Write());
        await lab.SettledAsync();
    }

    public static async Task<JsonObject> ProfileAsync(this AgentLab lab) => (await lab.Server.Get<AccountStore>().ReadAsync((await lab.OnlineAsync()).Account, Ct))!.Root;

    /// <summary>The parts of the vault's analysis; null before there is one.</summary>
    public static async Task<List<(long Bytes, string[] UsedBy)>?> ContentAsync(this AgentLab lab, string vault) =>
        (await lab.ProfileAsync()).Map("Destinations").Map(vault).Map("Statistics").Map("ClientProvidedContent")["Components"] is JsonArray { Count: > 0 } parts
            ? [.. parts.Select(static p => ((long)p!["Bytes"]!, p["UsedBy"]!.AsArray().Select(static u => (string)u!).ToArray()))]
            : null;
}
