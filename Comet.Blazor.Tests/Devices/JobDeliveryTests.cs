using System.Collections.Concurrent;
using System.Diagnostics;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Extensions.DependencyInjection;
using Codes = Comet.Blazor.Wire.AgentProtocol.CloseCodes;

namespace Comet.Blazor.Tests.Devices;

/// <summary>Job messages over real sockets: at least once on the wire, exactly once in the store, acknowledged only when they are safe.</summary>
public sealed class JobDeliveryTests
{
    private const string Job = "0b6d5f9e-5f5e-4f7c-9d2b-1f2e3d4c5b6a";
    private const long Time = 1_772_366_400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_SentTwice_AreRecordedOnceAndAcknowledgedBothTimes()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        AgentMessage[] all = [Started(1), Log(2, "one"), Log(3, "two"), Finished(4)];

        foreach (var message in all)
        {
            await device.SendAsync(message);
            await device.SendAsync(message);
        }

        await AckedAsync(device, 4);
        await AssertRecordedOnceAsync(fleet);
    }

    [Fact]
    public async Task Messages_SentAgainAfterAReconnect_AreRecordedOnce()
    {
        await using var fleet = await Fleet.StartAsync();
        await using (var device = await fleet.SignInAsync())
        {
            await device.SendAsync(Started(1));
            await device.SendAsync(Log(2, "one"));
            await AckedAsync(device, 2);
            device.Socket.Abort();
        }

        await using var again = await fleet.SignInAsync("device-1", "epoch-1", Job);
        Assert.Equal(2, again.Welcome!.LastSequence);
        foreach (var message in new AgentMessage[] { Started(1), Log(2, "one"), Log(3, "two"), Finished(4) })
        {
            await again.SendAsync(message);
        }

        await AckedAsync(again, 4);
        await AssertRecordedOnceAsync(fleet);
    }

    [Fact]
    public async Task Messages_OfANewEpoch_CountFromOneAgain()
    {
        await using var fleet = await Fleet.StartAsync();
        await using (var device = await fleet.SignInAsync())
        {
            await device.SendAsync(Started(1));
            await AckedAsync(device, 1);
        }

        await using var reinstalled = await fleet.SignInAsync("device-1", "epoch-2", Job);
        Assert.Equal(0, reinstalled.Welcome!.LastSequence);
        await reinstalled.SendAsync(Log(1, "one"));
        await AckedAsync(reinstalled, 1);
    }

    [Fact]
    public async Task Messages_ManyAtOnce_AllStoredInOrderAndAcknowledgedInSteps()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        const int Lines = 300; // more than may be unacknowledged

        await device.SendAsync(Started(1));
        for (var i = 0; i < Lines; i++)
        {
            await device.SendAsync(Log(i + 2, $"line {i}"));
        }

        await AckedAsync(device, Lines + 1);
        Assert.Equal(Enumerable.Range(0, Lines).Select(static i => $"line {i}"), await LogAsync(fleet.Server.Get<JobStore>()));
    }

    [Fact]
    public async Task Ack_Arrived_MessageIsOnTheDiskAlready()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await device.SendAsync(Started(1));
        await device.SendAsync(Log(2, "one"));
        await AckedAsync(device, 2);

        // What a server would find that starts after this one was killed right now.
        using var copy = new TempFolder();
        using (var cp = Process.Start("cp", ["-r", fleet.Server.Folder.Path + "/.", copy.Path]))
        {
            await cp.WaitForExitAsync(Ct);
            Assert.Equal(0, cp.ExitCode);
        }

        await using var store = new JobStore(new DataFolder(copy.Path));
        await store.OpenAsync(Ct);
        Assert.Equal(JobStatus.Running, (await store.GetAsync(Job, Ct))!.Status);
        Assert.Equal(["one"], await LogAsync(store));
    }

    [Fact]
    public async Task Ack_WaitsForTheStore_AndOtherDevicesDoNot()
    {
        var gate = new Gate();
        await using var fleet = await Fleet.StartAsync(configure: b =>
        {
            b.Services.AddSingleton<JobIntake>();
            b.Services.AddSingleton<IJobIntake>(sp => new GatedIntake(sp.GetRequiredService<JobIntake>(), gate));
        });
        await using var device = await fleet.SignInAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await device.SendAsync(Started(1));
        await Wait.UntilAsync(() => gate.Waiting.Count == 1, "the message is being stored");

        await device.AssertNextAsync<Pong>(new Ping()); // reading goes on, and no acknowledgement came before this answer
        await other.AssertAliveAsync();
        gate.Open();

        Assert.Equal(1, (await device.ReadAsync<Ack>()).Seq);
    }

    [Fact]
    public async Task Unacknowledged_TooMany_ReadingStopsUntilSomeAreStored()
    {
        var gate = new Gate();
        await using var fleet = await Fleet.StartAsync(configure: b =>
        {
            b.Services.AddSingleton<JobIntake>();
            b.Services.AddSingleton<IJobIntake>(sp => new GatedIntake(sp.GetRequiredService<JobIntake>(), gate));
        });
        await using var device = await fleet.SignInAsync();
        await device.SendAsync(Started(1));
        for (var i = 2; i <= 2 * AgentProtocol.MaxUnacknowledged; i++)
        {
            await device.SendAsync(Log(i, "x"));
        }

        await Wait.UntilAsync(() => gate.Waiting.Count == AgentProtocol.MaxUnacknowledged, "the server has taken as many as it may");
        var pong = device.ReadAsync<Pong>();
        await device.SendAsync(new Ping());
        Assert.False(pong.IsCompleted);
        Assert.Equal(AgentProtocol.MaxUnacknowledged, gate.Waiting.Count);
        gate.Open();

        await pong;
        await Wait.UntilAsync(async () => (await LogAsync(fleet.Server.Get<JobStore>())).Count == 2 * AgentProtocol.MaxUnacknowledged - 1, "all lines are stored");
    }

    [Fact]
    public async Task Message_OfAnotherDevicesJob_EndsTheLinkAndChangesNothing()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var thief = await fleet.SignInAsync("device-2");
        await device.SendAsync(Started(1));
        await AckedAsync(device, 1);

        await thief.SendAsync(Finished(1));

        Assert.Equal(Codes.BadMessage, (await thief.EndAsync())!.Code);
        Assert.Equal(JobStatus.Running, (await fleet.Server.Get<JobStore>().GetAsync(Job, Ct))!.Status);
        await device.AssertAliveAsync();
    }

    [Fact]
    public async Task ConnectedTwice_BothAreListedAndWork_AndOneLeavesAlone()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var older = await fleet.SignInAsync();
        await using var newer = await fleet.SignInAsync();

        Assert.NotEqual(older.Welcome!.ConnectionId, newer.Welcome!.ConnectionId);
        Assert.Equal(2, fleet.Connections.Of(fleet.Account.Id, "device-1").Count);
        await older.AssertAliveAsync();
        older.Socket.Abort();

        await fleet.CountAsync(1);
        Assert.Equal(newer.Welcome.ConnectionId, Assert.Single(fleet.Connections.Of(fleet.Account.Id, "device-1")).Id);
        await newer.AssertAliveAsync();
    }

    [Fact]
    public async Task ConnectedTwice_SameOutboxOverBoth_IsRecordedOnce()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var older = await fleet.SignInAsync();
        await using var newer = await fleet.SignInAsync();
        AgentMessage[] all = [Started(1), Log(2, "one"), Log(3, "two"), Finished(4)];
        foreach (var message in all)
        {
            await older.SendAsync(message);
        }

        await AckedAsync(older, 4);
        foreach (var message in all)
        {
            await newer.SendAsync(message);
        }

        await AckedAsync(newer, 4);
        await AssertRecordedOnceAsync(fleet);
    }

    private static JobStarted Started(long seq) => new(seq, Job, JobKind.Backup, "item-1", "vault-1", Time, "1.2.3", "c-1");

    private static JobLog Log(long seq, string text) => new(seq, Job, [new LogLine(Time, "I", text)]);

    private static JobFinished Finished(long seq) => new(seq, Job, JobStatus.Success, Time + 60, new JobResult("snap", 1, 2, 300, 4, 50, 6));

    private static async Task AckedAsync(AgentClient device, long last)
    {
        var before = 0L;
        while (before < last)
        {
            var ack = await device.ReadAsync<Ack>();
            Assert.InRange(ack.Seq, before, last); // never goes back
            before = ack.Seq;
        }
    }

    private static async Task AssertRecordedOnceAsync(Fleet fleet)
    {
        var store = fleet.Server.Get<JobStore>();
        var jobs = new List<Job>();
        await foreach (var (_, job) in store.AllAsync(Ct))
        {
            jobs.Add(job);
        }

        var one = Assert.Single(jobs);
        Assert.Equal((Job, JobStatus.Success, Time + 60, 50L), (one.Id, one.Status, one.EndTime, one.UploadSize));
        Assert.Equal(["one", "two"], await LogAsync(store));
    }

    private static Task<List<string>> LogAsync(JobStore store)
    {
        Assert.True(store.TryFind(Job, out var found));
        var prefix = JobCollections.LogPrefix(found.Key);
        return store.ReadAsync(
            r => r.Scan(JobCollections.Logs, prefix).TakeWhile(p => p.Key.Text!.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(p => System.Text.Json.JsonSerializer.Deserialize<JobEntry[]>(p.Json)!).Select(static e => e.Message).ToList(),
            Ct);
    }

    /// <summary>A store that takes its time.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<long> Waiting { get; } = new();

        public Task Opened => _open.Task;

        public void Open() => _open.SetResult();
    }

    private sealed class GatedIntake(IJobIntake intake, Gate gate) : IJobIntake
    {
        private Task _last = Task.CompletedTask;

        public Task<long> OnConnectAsync(AccountId account, string deviceId, string epoch, IReadOnlyCollection<string> activeJobs, CancellationToken ct) =>
            intake.OnConnectAsync(account, deviceId, epoch, activeJobs, ct);

        public Task<Outcome<long>> ReceiveAsync(AccountId account, string deviceId, string epoch, JobMessage message, CancellationToken ct)
        {
            gate.Waiting.Enqueue(message.Seq);
            var before = _last;
            var stored = StoreAsync();
            _last = stored;
            return stored;

            async Task<Outcome<long>> StoreAsync()
            {
                await before;
                await gate.Opened;
                return await intake.ReceiveAsync(account, deviceId, epoch, message, ct);
            }
        }

        public void Report(AccountId account, string deviceId, JobProgress progress) => intake.Report(account, deviceId, progress);
    }
}
