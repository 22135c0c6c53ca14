using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>Jobs by the contract's filters, and the notes of jobs that have ended.</summary>
public sealed class JobSearchTests
{
    private const string One = "11111111-1111-4111-8111-111111111111";
    private static readonly SearchClause Failed = SearchClause.Rule("BackupJobDetail.Status", "int_gte", "7000");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_ByTheApi_FindsAndCountsWhatMatches()
    {
        await using var fleet = await Fleet.StartAsync();
        await InsertAsync(fleet, ("item-1", 1_800_000_000, JobStatus.Success), ("item-2", 1_800_000_100, JobStatus.Error), ("item-1", 1_800_000_200, JobStatus.Missed));

        var found = JsonNode.Parse(await TextAsync(fleet, "get-jobs-for-custom-search", Failed.ToJson().ToJsonString()))!;
        Assert.Empty(Differences(found));
        Assert.Equal([JobStatus.Error, JobStatus.Missed], found.AsArray().Select(static j => (int)j!["Status"]!));
        Assert.Equal("""{"Count":2}""", await TextAsync(fleet, "count-jobs-for-custom-search", Failed.ToJson().ToJsonString()));
        Assert.Equal("""{"Count":3}""", await TextAsync(fleet, "count-jobs-for-custom-search", "{}"));
        Assert.Equal("""{"Count":1}""", await TextAsync(fleet, "count-jobs-for-custom-search", SearchClause.Group("and", Failed, SearchClause.Rule("SourceGUID", "str_eq", "item-1")).ToJson().ToJsonString()));
        Assert.Equal("""{"Count":3}""", await TextAsync(fleet, "count-jobs-for-custom-search", SearchClause.Rule("Username", "str_regexmatch", "^ma").ToJson().ToJsonString()));
        Assert.Contains("unknown field", await TextAsync(fleet, "get-jobs-for-custom-search", SearchClause.Rule("Colour", "str_eq", "x").ToJson().ToJsonString()), StringComparison.Ordinal);
        Assert.Contains("\"Status\":400", await TextAsync(fleet, "count-jobs-for-custom-search", "{"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByRuleAndTags_FindsTheRunsOfTheRule()
    {
        await using var fleet = await Fleet.StartAsync();
        await fleet.Server.Get<JobStore>().WriteAsync(
            writer =>
            {
                writer.Insert(JobHistoryTests.Doc("item-1", 1_800_000_000, JobStatus.Error) with { RuleId = "rule-1", Tags = "before the move" }, new JobOwner(fleet.Account.Id, true));
                writer.Insert(JobHistoryTests.Doc("item-1", 1_800_000_100, JobStatus.Error), new JobOwner(fleet.Account.Id, true));
                return true;
            },
            Ct);

        Assert.Equal("""{"Count":1}""", await TextAsync(fleet, "count-jobs-for-custom-search", SearchClause.Rule("BackupRuleGUID", "str_eq", "rule-1").ToJson().ToJsonString()));
        Assert.Equal("""{"Count":1}""", await TextAsync(fleet, "count-jobs-for-custom-search", SearchClause.Rule("BackupJobDetail.Tags", "str_contains", "move").ToJson().ToJsonString()));
        Assert.Equal("""{"Count":1}""", await TextAsync(fleet, "count-jobs-for-custom-search", SearchClause.Rule("Tags", "str_eq", "").ToJson().ToJsonString()));
    }

    [Fact]
    public async Task Find_TakesTheTimeOfTheEnd_OrOfTheStart()
    {
        await using var fleet = await Fleet.StartAsync();
        await InsertAsync(fleet, ("item-1", 1_800_000_000, JobStatus.Success), ("item-1", 1_800_000_100, JobStatus.Error), ("item-1", 1_800_000_200, JobStatus.Error));
        var search = fleet.Server.Get<IJobSearch>();
        var ends = (await search.FindAsync(fleet.Account.Id, static _ => true, SearchClause.All, JobMoment.Started, 0, long.MaxValue >> 30, 10, Ct)).Value!.Jobs.Select(static j => j.End).ToArray();

        var between = await search.FindAsync(fleet.Account.Id, static _ => true, SearchClause.All, JobMoment.Ended, ends[0], ends[2], 10, Ct);
        Assert.Equal(ends[1..], between.Value!.Jobs.Select(static j => j.End));
        Assert.Equal([1_800_000_100L], (await search.FindAsync(null, static _ => true, SearchClause.All, JobMoment.Started, 1_800_000_000, 1_800_000_100, 10, Ct)).Value!.Jobs.Select(static j => j.Start));

        var newest = (await search.FindAsync(null, static _ => true, SearchClause.All, JobMoment.Started, 0, 1_900_000_000, 1, Ct)).Value!;
        Assert.Equal((3, 1_800_000_200L), (newest.Count, newest.Jobs.Single().Start));
        Assert.Empty((await search.FindAsync(null, static _ => false, SearchClause.All, JobMoment.Started, 0, 1_900_000_000, 9, Ct)).Value!.Jobs);
        Assert.Equal(Refusal.Invalid, (await search.FindAsync(null, static _ => true, SearchClause.Rule("Colour", "str_eq", "x"), JobMoment.Started, 0, 1_900_000_000, 9, Ct)).Kind);
    }

    [Fact]
    public async Task EndedJob_IsNoted_UntilSomebodyHasToldOfThatEnd()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        Assert.Empty(await new EndedJobs(rig.Store).WaitingAsync(10, Ct));

        await rig.SendAsync(new JobFinished(2, One, JobStatus.Error, rig.Now, null));
        await rig.RestartAsync();

        IEndedJobs ended = new EndedJobs(rig.Store);
        var note = Assert.Single(await ended.WaitingAsync(10, Ct));
        Assert.Equal(One, note.JobId);
        await ended.DoneAsync([note with { End = 1 }], Ct); // it has ended anew since
        Assert.Single(await ended.WaitingAsync(10, Ct));
        await ended.DoneAsync([note], Ct);
        Assert.Empty(await ended.WaitingAsync(10, Ct));
    }

    private static Task InsertAsync(Fleet fleet, params (string Item, long Start, int Status)[] jobs) => fleet.Server.Get<JobStore>().WriteAsync(
        writer =>
        {
            foreach (var (item, start, status) in jobs)
            {
                writer.Insert(JobHistoryTests.Doc(item, start, status), new JobOwner(fleet.Account.Id, true));
            }

            return true;
        },
        Ct);

    private static List<string> Differences(JsonNode found)
    {
        using var document = JsonDocument.Parse(found.ToJsonString());
        return [.. ContractFile.Differences(document.RootElement, "[]BackupJobDetail")];
    }

    private static async Task<string> TextAsync(Fleet fleet, string call, string query)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Username"] = "admin", ["AuthType"] = "Password", ["Password"] = "admin", ["Query"] = query });
        using var response = await fleet.Server.Client.PostAsync(new Uri(fleet.Server.Address + "api/v1/admin/" + call), form, Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
