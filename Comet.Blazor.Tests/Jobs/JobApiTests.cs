using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>The API's calls about jobs, with a real device at the other end.</summary>
public sealed class JobApiTests
{
    private const string One = "11111111-1111-4111-8111-111111111111";
    private const string Two = "22222222-2222-4222-8222-222222222222";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetJobs_AllAndOfAUser_AreTheContractsShape()
    {
        await using var fleet = await Fleet.StartAsync();
        Assert.Equal("[]", await TextAsync(fleet, "get-jobs-all"));
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var device = await fleet.SignInAsync();
        await using var other = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password);
        await RunAsync(device, One, JobStatus.Success);
        await StartAsync(other, Two);

        var all = JsonNode.Parse(await TextAsync(fleet, "get-jobs-all"))!.AsArray();
        var marys = JsonNode.Parse(await TextAsync(fleet, "get-jobs-for-user", ("TargetUser", "mary")))!.AsArray();

        AssertShape(all, "[]BackupJobDetail");
        Assert.Equal([One, Two], all.Select(static j => (string)j!["GUID"]!).Order());
        var job = Assert.Single(marys)!;
        Assert.Equal((One, "mary", JobStatus.Success, 4001, "device-1", 600L), (
            (string)job["GUID"]!, (string)job["Username"]!, (int)job["Status"]!, (int)job["Classification"]!, (string)job["DeviceID"]!, (long)job["UploadSize"]!));
        Assert.Null(job["CancellationID"]);
        Assert.Equal(404, await StatusAsync(fleet, "get-jobs-for-user", ("TargetUser", "nobody")));
    }

    [Fact]
    public async Task GetJobsAll_MoreThanOneTurnOfTheStore_EachOnce()
    {
        await using var fleet = await Fleet.StartAsync();
        var account = fleet.Account.Id;
        await fleet.Server.Get<JobStore>().WriteAsync(
            writer =>
            {
                for (var i = 0; i < 450; i++)
                {
                    writer.Insert(JobHistoryTests.Doc("item-1", 1_800_000_000 + (i / 3), JobStatus.Success), new Features.Jobs.Index.JobOwner(account, true));
                }

                return true;
            },
            Ct);

        foreach (var text in new[] { await TextAsync(fleet, "get-jobs-all"), await TextAsync(fleet, "get-jobs-for-user", ("TargetUser", "mary")) })
        {
            Assert.Equal(450, JsonNode.Parse(text)!.AsArray().Select(static j => (string)j!["GUID"]!).Distinct().Count());
        }
    }

    [Fact]
    public async Task GetJobProperties_OfARunningJob_HoldsTheLastReport()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await StartAsync(device, One);
        await device.SendAsync(new JobProgress(One, 3, 1_800_000_001, 50, 100, 5, 10, []));
        await Wait.UntilAsync(() => fleet.Server.Get<LiveJobs>().Find(Guid.Parse(One))?.Figures is not null, "the report arrives");

        var job = JsonNode.Parse(await TextAsync(fleet, "get-job-properties", ("JobID", One.ToUpperInvariant())))!;

        AssertShape(job, "BackupJobDetail");
        Assert.Equal((3L, 50L, 5L, 10L, "c-1", 0L), ((long)job["Progress"]!["Counter"]!, (long)job["Progress"]!["BytesDone"]!, (long)job["Progress"]!["ItemsDone"]!,
            (long)job["Progress"]!["ItemsTotal"]!, (string)job["CancellationID"]!, (long)job["EndTime"]!));
        Assert.Equal(404, await StatusAsync(fleet, "get-job-properties", ("JobID", Two)));
        Assert.Equal(404, await StatusAsync(fleet, "get-job-properties", ("JobID", "../etc")));
        Assert.Equal(400, await StatusAsync(fleet, "get-job-properties"));
    }

    [Fact]
    public async Task GetJobLog_IsPlainTextInUtc_OneLinePerEntry()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await StartAsync(device, One);
        await device.SendAsync(new JobLog(2, One, [new LogLine(1_800_000_000, "I", "Scanning /home"), new LogLine(1_800_000_001, "W", "two\r\nlines"), new LogLine(1_800_000_002, "I", "ünknown")]));
        await device.ReadAsync<Ack>();

        using var response = await SendAsync(fleet, "get-job-log", ("JobID", One));
        var entries = JsonNode.Parse(await TextAsync(fleet, "get-job-log-entries", ("JobID", One)))!;

        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            "2027-01-15T08:00:00Z\tI\tScanning /home\n2027-01-15T08:00:01Z\tW\ttwo lines\n2027-01-15T08:00:02Z\tI\tünknown\n", await response.Content.ReadAsStringAsync(Ct));
        AssertShape(entries, "[]JobEntry");
        Assert.Equal(3, entries.AsArray().Count);
        Assert.Single(JsonNode.Parse(await TextAsync(fleet, "get-job-log-entries", ("JobID", One), ("MinSeverity", "W")))!.AsArray());
        Assert.Single(JsonNode.Parse(await TextAsync(fleet, "get-job-log-entries", ("JobID", One), ("MessageContains", "Scan")))!.AsArray());
        Assert.Empty(JsonNode.Parse(await TextAsync(fleet, "get-job-log-entries", ("JobID", One), ("MessageContains", "scan")))!.AsArray());
        Assert.Equal(400, await StatusAsync(fleet, "get-job-log-entries", ("JobID", One), ("MinSeverity", "X")));
        Assert.Equal(404, await StatusAsync(fleet, "get-job-log", ("JobID", Two)));
    }

    [Fact]
    public async Task Cancel_DeviceConfirms_OkAndTheStatusStaysUntilTheDeviceEndsTheJob()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await StartAsync(device, One);
        var cancelling = CancelAsync(fleet, One);

        var request = await device.ReadAsync<Request>();
        var asked = request.Body!.Value.Deserialize(AgentJson.Default.CancelJob)!;
        await device.SendAsync(new Response(request.Id, 200, "OK"));

        Assert.Equal((AgentProtocol.Actions.CancelJob, One, "c-1"), (request.Action, asked.JobId, asked.CancellationId));
        Assert.Equal("""{"Status":200,"Message":"OK"}""", (await cancelling).ToJsonString());
        Assert.Equal(JobStatus.Running, (await JobAsync(fleet, One)).Status);
        await device.SendAsync(new JobFinished(2, One, JobStatus.Cancelled, 1_800_000_100, null));
        await device.ReadAsync<Ack>();
        Assert.Equal(409, (int)(await CancelAsync(fleet, One))["Status"]!);
    }

    [Fact]
    public async Task Cancel_DeviceRefuses_ItsSentenceIsToldAndTheJobGoesOn()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await StartAsync(device, One);
        var cancelling = CancelAsync(fleet, One);

        await device.SendAsync(new Response((await device.ReadAsync<Request>()).Id, 404, "There is no such job here."));

        Assert.Equal("""{"Status":502,"Message":"There is no such job here."}""", (await cancelling).ToJsonString());
        Assert.Equal(JobStatus.Running, (await JobAsync(fleet, One)).Status);
    }

    [Fact]
    public async Task Cancel_DeviceConnectedTwice_TheProcessThatRunsTheJobIsFound()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync(epoch: "e1");
        await StartAsync(device, One);
        await using var twin = await fleet.SignInAsync(epoch: "e2", activeJobs: [One]);
        var cancelling = CancelAsync(fleet, One);
        var answering = new[] { AnswerAsync(device, 200), AnswerAsync(twin, 404) };

        Assert.Equal(200, (int)(await cancelling)["Status"]!);
        await answering[0];

        static async Task AnswerAsync(AgentClient client, int code) => await client.SendAsync(new Response((await client.ReadAsync<Request>()).Id, code, "x"));
    }

    [Fact]
    public async Task Cancel_NoAnswer_TimesOutAfterTenSeconds()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var device = await fleet.SignInAsync();
        await StartAsync(device, One);
        var cancelling = CancelAsync(fleet, One);
        await device.ReadAsync<Request>();

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(504, (int)(await cancelling)["Status"]!);
    }

    [Fact]
    public async Task Cancel_WhereNothingCanBeAsked_SaysWhy()
    {
        await using var fleet = await Fleet.StartAsync();
        await Fleet.AddUserAsync(fleet.Server, "peter");
        var device = await fleet.SignInAsync();
        await StartAsync(device, One, cancellation: "");
        await StartAsync(device, Two, 2);

        Assert.Equal((409, "does not offer"), await ToldAsync(One, "mary", "does not offer"));
        Assert.Equal((404, "peter has no job"), await ToldAsync(One, "peter", "peter has no job"));
        Assert.Equal((404, "no job with this id"), await ToldAsync(Guid.NewGuid().ToString("D"), "mary", "no job with this id"));
        await device.DisposeAsync();
        await fleet.CountAsync(0);
        Assert.Equal((502, "not connected"), await ToldAsync(Two, "mary", "not connected"));
        var outcome = await fleet.Server.Get<CancelRunningJob>().RunAsync(new Actor(ActorKind.Customer, "mary", fleet.Account.Id), null, One, Ct);
        Assert.Equal(Refusal.Denied, outcome.Kind);

        async Task<(int, string)> ToldAsync(string job, string user, string part)
        {
            var answer = await CancelAsync(fleet, job, user);
            Assert.Contains(part, (string)answer["Message"]!, StringComparison.Ordinal);
            return ((int)answer["Status"]!, part);
        }
    }

    private static async Task StartAsync(AgentClient device, string job, long seq = 1, string cancellation = "c-1")
    {
        await device.SendAsync(new JobStarted(seq, job, JobKind.Backup, "item-1", "vault-1", 1_800_000_000, "1.2.3", cancellation));
        await device.ReadAsync<Ack>();
    }

    private static async Task RunAsync(AgentClient device, string job, int status)
    {
        await StartAsync(device, job);
        await device.SendAsync(new JobFinished(2, job, status, 1_800_000_060, new JobResult("ab12cd34ef", 3, 40, 5000, 6, 600, 70)));
        await device.ReadAsync<Ack>();
    }

    private static async Task<Job> JobAsync(Fleet fleet, string id) => (await fleet.Server.Get<JobStore>().GetAsync(id, Ct))!;

    private static async Task<JsonNode> CancelAsync(Fleet fleet, string job, string user = "mary") =>
        JsonNode.Parse(await TextAsync(fleet, "job/cancel", ("TargetUser", user), ("JobID", job)))!;

    private static async Task<int> StatusAsync(Fleet fleet, string path, params (string Name, string Value)[] fields) => (int)JsonNode.Parse(await TextAsync(fleet, path, fields))!["Status"]!;

    private static async Task<string> TextAsync(Fleet fleet, string path, params (string Name, string Value)[] fields)
    {
        using var response = await SendAsync(fleet, path, fields);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private static async Task<HttpResponseMessage> SendAsync(Fleet fleet, string path, params (string Name, string Value)[] fields)
    {
        var response = await fleet.Server.Client.PostAsync(
            "api/v1/admin/" + path,
            new FormUrlEncodedContent([new("Username", "admin"), new("AuthType", "Password"), new("Password", "admin"), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]),
            Ct);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static void AssertShape(JsonNode value, string type)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
    }
}
