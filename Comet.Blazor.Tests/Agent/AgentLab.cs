using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Builder;

namespace Comet.Blazor.Tests.Agent;

/// <summary>A real server, the real agent as a process of its own, and real restic between them.</summary>
internal sealed class AgentLab : IAsyncDisposable
{
    public const string User = "mary";
    public const string Password = "correct horse";
    private readonly TempFolder _data;
    private readonly bool _guest;
    private readonly List<CometProcess> _agents = [];
    private TestServer? _server;
    private IReadOnlyList<string> _args = [];
    private Action<WebApplicationBuilder>? _configure;

    private AgentLab(TempFolder data, bool guest)
    {
        (_data, _guest) = (data, guest);
        File.WriteAllText(PasswordFile, Password + "\n");
    }

    public TempFolder Work { get; } = new();

    /// <summary>Variables of the agent's environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The server inside this process; there is none while it is stopped.</summary>
    public TestServer Server => _server ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>Stays the same over restarts, as devices and vaults know it.</summary>
    public string Address { get; private set; } = "";

    public string DataFolder => _data.Path;

    public string State => Work.Sub("state");

    public string PasswordFile => Work.Sub("password");

    public string DeviceId => JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(State, "agent.json")), StateJson.Default.AgentIdentity)!.DeviceId;

    public CometProcess Agent => _agents[^1];

    private static Actor Admin { get; } = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AccountId Account => Server.Get<AccountStore>().EntryByAnyName(User)!.Id;

    /// <param name="prepare">Called with the server's data folder before the server starts.</param>
    /// <param name="args">Options of the server.</param>
    /// <param name="configure">Changes the server's services.</param>
    public static async Task<AgentLab> StartAsync(Action<TempFolder>? prepare = null, IReadOnlyList<string>? args = null, Action<WebApplicationBuilder>? configure = null)
    {
        var lab = new AgentLab(new TempFolder(), guest: false) { _args = args ?? [], _configure = configure };
        prepare?.Invoke(lab._data);
        await lab.StartServerAsync();
        var added = await lab.Server.Get<AddUser>().RunAsync(Admin, new NewUser(User, Password), Ct);
        Assert.True(added.Ok, added.Why);
        return lab;
    }

    /// <summary>As <see cref="StartAsync"/>, with a connected agent.</summary>
    public static async Task<AgentLab> ConnectedAsync(params string[] options)
    {
        var lab = await StartAsync();
        lab.StartAgent(options);
        await lab.OnlineAsync();
        return lab;
    }

    /// <summary>Another computer of the same account.</summary>
    public AgentLab Beside() => new(_data, guest: true) { _server = Server, Address = Address };

    public async Task StartServerAsync()
    {
        _server = await TestServer.StartAsync(_data, _configure, [.. _args, .. Address.Length > 0 ? new[] { "--Urls", Address } : []]);
        Address = _server.Address;
    }

    public async Task StopServerAsync()
    {
        await Server.StopAsync();
        _server = null;
    }

    /// <summary>Starts the agent; options are added to what every agent needs.</summary>
    public CometProcess StartAgent(params string[] options) => StartAgentAt(Address, options);

    public CometProcess StartAgentAt(string address, params string[] options)
    {
        string[] state = options.Contains("--state") ? [] : ["--state", State];
        var agent = CometProcess.Start(["agent", "--server", address, "--username", User, "--password-file", PasswordFile, .. state, .. options], Variables);
        _agents.Add(agent);
        return agent;
    }

    public async Task<LiveConnection> OnlineAsync()
    {
        await Wait.UntilAsync(() => Agent.HasExited || Live() is not null, "the device is online");
        return Live() ?? throw new InvalidOperationException("The agent has ended: " + Agent.Output);
    }

    public async Task<string> AddItemAsync(IReadOnlyList<string> paths, params string[] exclusions)
    {
        var item = await Server.SaveFileAsync(Admin, User, null, new FileItem("Documents", DeviceId, paths, exclusions), Ct);
        Assert.True(item.Ok, item.Why);
        return item.Value;
    }

    /// <summary>A Protected Item with the settings of an engine as they stand in the profile.</summary>
    public async Task<string> AddRawItemAsync(string engine, IReadOnlyDictionary<string, string> props, Action<JsonObject>? more = null)
    {
        var id = Guid.NewGuid().ToString();
        var device = DeviceId;
        await EditAsync(document =>
        {
            var item = new JsonObject
            {
                ["Engine"] = engine, ["Description"] = engine, ["OwnerDevice"] = device, ["CreateTime"] = 1, ["ModifyTime"] = 1,
                ["EngineProps"] = new JsonObject(props.Select(static p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            };
            more?.Invoke(item);
            document.Root["Sources"]![id] = item;
        });
        await SettledAsync();
        return id;
    }

    /// <summary>A Storage Vault of any type, with its fields as they stand in the profile.</summary>
    public async Task<string> AddRawVaultAsync(int type, Action<JsonObject> fields)
    {
        var id = Guid.NewGuid().ToString();
        await EditAsync(document =>
        {
            var vault = new JsonObject { ["Description"] = VaultTypes.Name(type), ["DestinationType"] = type, ["CreateTime"] = 1, ["ModifyTime"] = 1 };
            fields(vault);
            document.Root["Destinations"]![id] = vault;
        });
        await SettledAsync();
        return id;
    }

    /// <summary>The repository password of a vault.</summary>
    public async Task<string> VaultPasswordAsync(string vaultId)
    {
        var parameters = Server.Get<ICustomerCredentials>().ParametersFor(User);
        var keys = PasswordKeys.Derive(Password, parameters.Salt, parameters.Iterations);
        return VaultKeyWrap.TryUnwrap(vaultId, (await VaultAsync(vaultId)).WrappedKey, keys.WrapKey)!;
    }

    public async Task<string> AddVaultAsync()
    {
        var template = Server.Get<IStorageTemplates>().List(Actor.Server, "").Value!.First();
        var vault = await Server.Get<RequestVault>().RunAsync(Admin, User, template.Id, Address, null, null, Ct);
        Assert.True(vault.Ok, vault.Why);
        return vault.Value.VaultId;
    }

    public Task<Outcome<string>> TryRunAsync(string item, string vault, BackupOptions? options = null) =>
        Server.Get<IRunBackup>().RunAsync(Admin, Live()!.Id, item, vault, options ?? new BackupOptions(), Ct);

    /// <summary>"Run backup now"; answers the job's id.</summary>
    public async Task<string> RunAsync(string item, string vault, BackupOptions? options = null)
    {
        var job = await TryRunAsync(item, vault, options);
        Assert.True(job.Ok, job.Why);
        return job.Value;
    }

    /// <summary>Waits for the job's end as the device told it.</summary>
    public async Task<Job> EndAsync(string job, int seconds = 60)
    {
        await Wait.UntilAsync(async () => await JobAsync(job) is { IsRunning: false }, $"the job has ended ({Agent.Output})", seconds);
        return (await JobAsync(job))!;
    }

    /// <summary>A folder with one file of random bytes, as an item.</summary>
    public async Task<string> AddBigItemAsync(int mebibytes) => await AddItemAsync([await AddBigFileAsync(mebibytes)]);

    /// <summary>Puts other random bytes into the file of <see cref="AddBigItemAsync"/>; answers its folder.</summary>
    public async Task<string> AddBigFileAsync(int mebibytes)
    {
        var folder = Directory.CreateDirectory(Work.Sub("big")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "big.bin"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(mebibytes << 20), Ct);
        return folder;
    }

    public async Task<Job> BackUpAsync(string item, string vault) => await EndAsync(await RunAsync(item, vault));

    public Task<Job?> JobAsync(string job) => Server.Get<JobStore>().GetAsync(job, Ct);

    /// <summary>Waits until restic has done at least so many bytes of the job.</summary>
    public Task ProgressAsync(string job, long bytes = 1) =>
        Wait.UntilAsync(() => Server.Get<LiveJobs>().Find(Guid.Parse(job))?.Figures?.Report.BytesDone >= bytes, $"progress is seen ({Agent.Output})");

    /// <summary>The job's log, one line per entry, beginning with the severity.</summary>
    public async Task<string> LogAsync(string job)
    {
        var store = Server.Get<JobStore>();
        Assert.True(store.TryFind(job, out var found));
        var prefix = JobCollections.LogPrefix(found.Key);
        var entries = await store.ReadAsync(
            r => r.Scan(JobCollections.Logs, prefix).TakeWhile(p => p.Key.Text!.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(p => JsonSerializer.Deserialize<JobEntry[]>(p.Json)!).ToList(),
            Ct);
        return string.Join('\n', entries.Select(static e => $"{e.Severity} {e.Message}"));
    }

    /// <summary>Ids of all jobs in the history.</summary>
    public async Task<List<string>> JobsAsync()
    {
        List<string> ids = [];
        await foreach (var (_, job) in Server.Get<JobStore>().AllAsync(Ct))
        {
            ids.Add(job.Id);
        }

        return ids;
    }

    /// <summary>Asks the device to cancel, as the job page does.</summary>
    public async Task<Outcome> CancelAsync(string job)
    {
        var body = JsonSerializer.SerializeToElement(new CancelJob(job, (await JobAsync(job))!.CancellationId ?? ""), AgentJson.Default.CancelJob);
        return (await Server.Get<IDeviceDispatcher>().AskAsync(Live()!.Id, AgentProtocol.Actions.CancelJob, body, TimeSpan.FromSeconds(10), Ct)).Plain;
    }

    /// <summary>Changes the profile as an administrator would.</summary>
    public async Task EditAsync(Action<AccountDocument> edit)
    {
        var outcome = await Server.Get<AccountStore>().ChangeAsync(Account, null, d => { edit(d); return Outcome.Done; }, tellDevices: true, Ct);
        Assert.True(outcome.Ok, outcome.Why);
    }

    /// <summary>Makes the device read its profile, so that a change made before is known to it.</summary>
    public async Task SettledAsync()
    {
        var outcome = await Server.Get<IDeviceDispatcher>().AskAsync(Live()!.Id, AgentProtocol.Actions.RefetchProfile, null, TimeSpan.FromSeconds(10), Ct);
        Assert.True(outcome.Ok, outcome.Why);
    }

    public Task<Outcome> RevokeAsync() => Server.Get<RevokeDevice>().RunAsync(Admin, User, DeviceId, Ct);

    /// <summary>The vault as the device sees it.</summary>
    public async Task<AgentVault> VaultAsync(string vault)
    {
        var profile = await Server.Get<IAccountDevices>().ProfileForAsync(Account, DeviceId, Ct);
        Assert.True(profile.Ok, profile.Why);
        return profile.Value.Vaults.Single(v => v.Id == vault);
    }

    public bool IsOffline => Live() is null;

    /// <summary>The bucket's folder on the server's disk.</summary>
    public async Task<string> BucketAsync(string vault) => Path.Combine(Server.Get<DataFolder>().Storage, (await VaultAsync(vault)).Bucket);

    /// <summary>The bucket's folder on the server's disk, which is a restic repository, and its password.</summary>
    public async Task<(string Folder, string Password)> RepositoryAsync(string vaultId)
    {
        var vault = await VaultAsync(vaultId);
        return (Path.Combine(Server.Get<DataFolder>().Storage, vault.Bucket), await VaultPasswordAsync(vaultId));
    }

    /// <summary>A restic that uploads so many KiB in a second: a backup that lasts.</summary>
    public string SlowRestic(int kib = 500) => Script($"""case "$1" in backup) exec $restic --limit-upload {kib} "$@";; esac; exec $restic "$@" """);

    /// <summary>A restic that behaves as the script says; <c>$restic</c> is the real one.</summary>
    public string Script(string body)
    {
        Assert.True(File.Exists("/usr/bin/restic"), "These tests need restic: apt-get install restic");
        var path = Work.Sub("restic-script");
        File.WriteAllText(path, $"#!/bin/sh\nrestic=/usr/bin/restic\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return path;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        Work.Dispose();
        if (_guest)
        {
            return;
        }

        if (_server is not null)
        {
            await _server.StopAsync();
        }

        _data.Dispose();
    }

    private LiveConnection? Live() => File.Exists(Path.Combine(State, "agent.json")) ? Server.Get<ILiveConnections>().Of(Account, DeviceId).FirstOrDefault() : null;
}
