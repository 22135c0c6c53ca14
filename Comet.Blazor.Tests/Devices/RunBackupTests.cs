using System.Text.Json;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Devices;

/// <summary>"Run backup now" with a real device at the other end: what it is asked, and what the administrator is told.</summary>
public sealed class RunBackupTests
{
    private static readonly BackupOptions Options = new(SkipAlreadyRunning: true, LimitVaultSpeedBps: 5000, StopAfter: 60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_DeviceTakesTheJob_AnswersItsIdAndTheJobWaitsForItsStart()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var running = RunAsync(fleet, device);

        var (request, asked) = await AskedAsync(device);
        Assert.Equal(JobStatus.NotYetStarted, (await JobAsync(fleet, asked.JobId)).Status); // recorded before the device is asked
        Assert.Equal(("item-1", "vault-1", Options), (asked.ItemId, asked.VaultId, asked.Options));
        await AcceptAsync(device, request, asked.JobId);

        var outcome = await running;
        Assert.Equal(asked.JobId, outcome.Value);
        var job = await JobAsync(fleet, asked.JobId);
        Assert.Equal((JobStatus.NotYetStarted, JobKind.Backup, "device-1", "item-1", "vault-1"), (job.Status, job.Classification, job.DeviceId, job.SourceId, job.DestinationId));
        await device.SendAsync(new JobStarted(1, asked.JobId, JobKind.Backup, "item-1", "vault-1", 1_800_000_000, "1.2.3", "c"));
        Assert.Equal(1, (await device.ReadAsync<Ack>()).Seq);
        Assert.Equal(JobStatus.Running, (await JobAsync(fleet, asked.JobId)).Status);
    }

    [Fact]
    public async Task Run_DeviceRefuses_ItsSentenceIsToldAndEndsTheJob()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var running = RunAsync(fleet, device);

        var (request, asked) = await AskedAsync(device);
        await device.SendAsync(new Response(request.Id, 409, "This item is being backed up already."));

        var outcome = await running;
        Assert.Equal((Refusal.DeviceRefused, "This item is being backed up already."), (outcome.Kind, outcome.Why));
        Assert.Equal(JobStatus.Error, (await JobAsync(fleet, asked.JobId)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("""{"jobId":"another"}""")]
    [InlineData("""{"jobId":7}""")]
    public async Task Run_DeviceAnswersNonsense_IsRefusedAndTheJobEnds(string? body)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var running = RunAsync(fleet, device);

        var (request, asked) = await AskedAsync(device);
        await device.SendAsync(new Response(request.Id, 200, "OK", body is null ? null : JsonDocument.Parse(body).RootElement));

        Assert.Equal(Refusal.DeviceRefused, (await running).Kind);
        Assert.Equal(JobStatus.Error, (await JobAsync(fleet, asked.JobId)).Status);
    }

    [Fact]
    public async Task Run_DeviceSaysNothing_TimesOutAndAStartThatComesLateRevivesTheJob()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var running = RunAsync(fleet, device);
        var (_, asked) = await AskedAsync(device);

        fleet.FakeClock!.Advance(RunBackupNow.AnswerWithin);

        Assert.Equal(Refusal.TimedOut, (await running).Kind);
        Assert.Equal(JobStatus.Error, (await JobAsync(fleet, asked.JobId)).Status);
        await device.SendAsync(new JobStarted(1, asked.JobId, JobKind.Backup, "item-1", "vault-1", 1_800_000_000, "1.2.3", "c"));
        await device.ReadAsync<Ack>();
        Assert.Equal(JobStatus.Revived, (await JobAsync(fleet, asked.JobId)).Status);
    }

    [Fact]
    public async Task Run_DeviceLeavesBeforeItsAnswer_IsUnknownAndTheJobEnds()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var running = RunAsync(fleet, device);
        var (_, asked) = await AskedAsync(device);

        device.Socket.Abort();

        var outcome = await running;
        Assert.Equal(Refusal.Missing, outcome.Kind);
        Assert.StartsWith("ERR_UNKNOWN_DEVICE", outcome.Why, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Error, (await JobAsync(fleet, asked.JobId)).Status);
    }

    [Fact]
    public async Task Run_CallerLeaves_TheDevicesRefusalIsRecordedAllTheSame()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        using var caller = new CancellationTokenSource();
        var running = fleet.Server.Get<IRunBackup>().RunAsync(Fleet.Admin, device.Welcome!.ConnectionId, "item-1", "vault-1", Options, caller.Token);
        var (request, asked) = await AskedAsync(device);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await device.SendAsync(new Response(request.Id, 404, "No such item."));

        await Wait.UntilAsync(async () => (await JobAsync(fleet, asked.JobId)).Status == JobStatus.Error, "the refusal is recorded");
    }

    [Fact]
    public async Task Run_WithoutTheRight_IsDenied()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        var outcome = await fleet.Server.Get<IRunBackup>().RunAsync(
            new Actor(ActorKind.Administrator, "eve") { Limits = new ActorLimits { Denied = [Right.DevicesAct] } }, device.Welcome!.ConnectionId, "item-1", "vault-1", Options, Ct);

        Assert.Equal(Refusal.Denied, outcome.Kind);
    }

    [Theory]
    [InlineData("item-2", "vault-1", Refusal.Missing)] // another device's item
    [InlineData("item-9", "vault-1", Refusal.Missing)]
    [InlineData("item-1", "vault-9", Refusal.Missing)]
    [InlineData("item-1", "vault-2", Refusal.Missing)] // not for this device
    public async Task Run_WhatTheDeviceDoesNotHave_IsRefusedWithoutAJobAndWithoutAskingIt(string item, string vault, Refusal expected)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.GiveAsync("item-2", "device-2", "vault-2", "device-2");

        var outcome = await RunAsync(fleet, device, item, vault);

        Assert.Equal(expected, outcome.Kind);
        Assert.NotEmpty(outcome.Why);
        Assert.Empty(await JobsAsync(fleet));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    public async Task Run_NegativeLimits_AreInvalid(long speed, long stopAfter)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");

        var outcome = await fleet.Server.Get<IRunBackup>().RunAsync(
            Fleet.Admin, device.Welcome!.ConnectionId, "item-1", "vault-1", new BackupOptions(false, speed, stopAfter), Ct);

        Assert.Equal(Refusal.Invalid, outcome.Kind);
    }

    [Fact]
    public async Task Run_UnknownConnection_NamesTheErrorThatClientsLookFor()
    {
        await using var fleet = await Fleet.StartAsync();

        var outcome = await fleet.Server.Get<IRunBackup>().RunAsync(Fleet.Admin, "gone", "item-1", "vault-1", Options, Ct);

        Assert.Equal(Refusal.Missing, outcome.Kind);
        Assert.Contains("ERR_UNKNOWN_DEVICE", outcome.Why, StringComparison.Ordinal);
    }

    private static Task<Outcome<string>> RunAsync(Fleet fleet, AgentClient device, string item = "item-1", string vault = "vault-1") =>
        fleet.Server.Get<IRunBackup>().RunAsync(Fleet.Admin, device.Welcome!.ConnectionId, item, vault, Options, Ct);

    private static async Task<(Request Request, RunBackup Body)> AskedAsync(AgentClient device)
    {
        while (true)
        {
            if (await device.ReadAsync<Request>() is { Action: AgentProtocol.Actions.RunBackup } request)
            {
                return (request, request.Body!.Value.Deserialize(AgentJson.Default.RunBackup)!);
            }
        }
    }

    private static Task AcceptAsync(AgentClient device, Request request, string jobId) =>
        device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(jobId), AgentJson.Default.RunBackupAccepted)));

    private static async Task<Job> JobAsync(Fleet fleet, string id) => await fleet.Server.Get<JobStore>().GetAsync(id, Ct) ?? throw new InvalidOperationException($"No job {id}.");

    private static async Task<List<Job>> JobsAsync(Fleet fleet)
    {
        var all = new List<Job>();
        await foreach (var (_, job) in fleet.Server.Get<JobStore>().AllAsync(Ct))
        {
            all.Add(job);
        }

        return all;
    }
}
