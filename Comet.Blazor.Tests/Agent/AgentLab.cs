using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>A real server, the real agent as a process of its own, and real restic between them.</summary>
internal sealed class AgentLab : IAsyncDisposable
{
    public const string User = "mary";
    public const string Password = "correct horse";
    private readonly TempFolder _data = new();
    private readonly List<CometProcess> _agents = [];
    private TestServer? _server;

    private AgentLab() => File.WriteAllText(PasswordFile, Password + "\n");

    public TempFolder Work { get; } = new();

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

    private AccountId Account => Server.Get<AccountStore>().EntryByName(User)!.Id;

    public static async Task<AgentLab> StartAsync()
    {
        var lab = new AgentLab();
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

    public async Task StartServerAsync()
    {
        _server = await TestServer.StartAsync(_data, null, Address.Length > 0 ? ["--Urls", Address] : []);
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
        var agent = CometProcess.Start(["agent", "--server", address, "--username", User, "--password-file", PasswordFile, .. state, .. options]);
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
        var item = await Server.Get<SaveProtectedItem>().RunAsync(Admin, User, null, new FileItem("Documents", DeviceId, paths, exclusions), null, Ct);
        Assert.True(item.Ok, item.Why);
        return item.Value;
    }

    public async Task<string> AddVaultAsync()
    {
        var template = Server.Get<IStorageTemplates>().List("").First();
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

    /// <summary>The vault as the device sees it.</summary>
    public async Task<AgentVault> VaultAsync(string vault)
    {
        var profile = await Server.Get<IAccountDevices>().ProfileForAsync(Account, DeviceId, Ct);
        Assert.True(profile.Ok, profile.Why);
        return profile.Value.Vaults.Single(v => v.Id == vault);
    }

    /// <summary>The bucket's folder on the server's disk, which is a restic repository, and its password.</summary>
    public async Task<(string Folder, string Password)> RepositoryAsync(string vaultId)
    {
        var vault = await VaultAsync(vaultId);
        var parameters = Server.Get<ICustomerCredentials>().ParametersFor(User);
        var keys = PasswordKeys.Derive(Password, parameters.Salt, parameters.Iterations);
        return (Path.Combine(Server.Get<DataFolder>().Storage, vault.Bucket), VaultKeys.TryUnwrap(vaultId, vault.WrappedKey, keys.WrapKey)!);
    }

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

        if (_server is not null)
        {
            await _server.StopAsync();
        }

        _data.Dispose();
        Work.Dispose();
    }

    private LiveConnection? Live() => Server.Get<ILiveConnections>().All.FirstOrDefault();
}
