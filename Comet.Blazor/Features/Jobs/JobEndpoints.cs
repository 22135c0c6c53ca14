using System.Buffers;
using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Jobs;

/// <summary>Jobs in the HTTP API (spec/06 §8). Long answers are written as they are read.</summary>
public static class JobEndpoints
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Maps the calls.</summary>
    public static void MapJobApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/get-jobs-all", AllAsync);
        routes.MapAdminApi("admin/get-jobs-for-user", OfUserAsync);
        routes.MapAdminApi("admin/get-jobs-for-custom-search", SearchAsync);
        routes.MapAdminApi("admin/count-jobs-for-custom-search", CountAsync);
        routes.MapAdminApi("admin/get-job-properties", PropertiesAsync);
        routes.MapAdminApi("admin/get-job-log", LogAsync);
        routes.MapAdminApi("admin/get-job-log-entries", LogEntriesAsync);
        routes.MapAdminApi("admin/job/cancel", CancelAsync);
        routes.MapGet("/jobs/{id}/log.txt", DownloadLogAsync).RequireAuthorization();
    }

    private static Task<ApiResult> AllAsync(ApiCall call, CancellationToken ct) => Task.FromResult(Jobs(call.Service<JobDetails>().All(call.By)));

    private static Task<ApiResult> OfUserAsync(ApiCall call, CancellationToken ct) =>
        Task.FromResult(Jobs(call.Service<JobDetails>().OfUser(call.By, call.Text("TargetUser"))));

    private static Task<ApiResult> SearchAsync(ApiCall call, CancellationToken ct) => Task.FromResult(Jobs(call.Service<JobSearch>().Matching(call.By, call.Text("Query"))));

    private static async Task<ApiResult> CountAsync(ApiCall call, CancellationToken ct)
    {
        var matching = call.Service<JobSearch>().Matching(call.By, call.Text("Query"));
        if (!matching.Ok)
        {
            return ApiResult.From(matching.Plain);
        }

        try
        {
            return ApiResult.Json(new JsonObject { ["Count"] = await matching.Value(ct).LongCountAsync(ct) });
        }
        catch (SearchTimeoutException ex)
        {
            return ApiResult.From(Outcome.Invalid(ex.Message));
        }
    }

    private static async Task<ApiResult> PropertiesAsync(ApiCall call, CancellationToken ct)
    {
        var job = await call.Service<JobDetails>().GetAsync(call.By, call.Text("JobID"), ct);
        return job.Ok ? ApiResult.Json(job.Value.Job.ToJson()) : ApiResult.From(job.Plain);
    }

    private static Task<ApiResult> LogAsync(ApiCall call, CancellationToken ct)
    {
        var log = call.Service<JobDetails>().Log(call.By, call.Text("JobID"));
        return Task.FromResult(log.Ok
            ? new ApiResult("text/plain; charset=utf-8", (body, stop) => WriteTextAsync(body, log.Value, stop))
            : ApiResult.From(log.Plain));
    }

    private static Task<ApiResult> LogEntriesAsync(ApiCall call, CancellationToken ct)
    {
        var least = call.Optional("MinSeverity") is not { } severity ? 0
            : severity.Length == 1 && LogPiece.Severities.Contains(severity[0], StringComparison.Ordinal) ? LogPiece.Rank(severity)
            : throw new ApiException(Refusal.Invalid, "The parameter MinSeverity must be D, I, W or E.");
        var text = call.Optional("MessageContains");
        var log = call.Service<JobDetails>().Log(call.By, call.Text("JobID"));
        return Task.FromResult(!log.Ok ? ApiResult.From(log.Plain) : Array(
            stop => log.Value.AllAsync(stop).Where(e => LogPiece.Rank(e.Severity) >= least && (text is null || e.Message.Contains(text, StringComparison.Ordinal))),
            JobJson.Default.JobEntry));
    }

    private static async Task<ApiResult> CancelAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<CancelRunningJob>().RunAsync(call.By, call.Text("TargetUser"), call.Text("JobID"), ct));

    // The page's download, under the session's cookie; reading only, so that another site could at most make a browser save a file.
    private static async Task<IResult> DownloadLogAsync(string id, HttpContext http, SessionStore sessions, IAdministrators administrators, JobDetails jobs)
    {
        if (SessionActor.Of(sessions.Find(http.User.FindFirstValue(SessionCookie.KeyClaim)), administrators) is not { } reader)
        {
            return Results.Unauthorized();
        }

        var log = jobs.Log(reader, id);
        return log.Ok
            ? Results.Stream(body => WriteTextAsync(body, log.Value, http.RequestAborted), "text/plain; charset=utf-8", $"job-{Guid.Parse(id):D}.txt")
            : Results.Text(log.Why, statusCode: (int)log.Kind);
    }

    private static ApiResult Jobs(Outcome<Func<CancellationToken, IAsyncEnumerable<Job>>> read) =>
        read.Ok ? Array(read.Value, JobJson.Default.Job) : ApiResult.From(read.Plain);

    // Through memory in pieces: the serializer writes synchronously, which a response does not allow.
    private static ApiResult Array<T>(Func<CancellationToken, IAsyncEnumerable<T>> read, JsonTypeInfo<T> shape) => new("application/json; charset=utf-8", async (body, ct) =>
    {
        var pending = new ArrayBufferWriter<byte>(2 * FlushBytes);
        await using var json = new Utf8JsonWriter(pending);
        json.WriteStartArray();
        await foreach (var one in read(ct))
        {
            JsonSerializer.Serialize(json, one, shape);
            if (pending.WrittenCount > FlushBytes)
            {
                await body.WriteAsync(pending.WrittenMemory, ct);
                pending.ResetWrittenCount();
            }
        }

        json.WriteEndArray();
        json.Flush();
        await body.WriteAsync(pending.WrittenMemory, ct);
    });

    /// <summary>One line per entry: UTC, severity, message, parted by tabs (spec/02 §3.4).</summary>
    internal static string Line(JobEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTimeOffset.FromUnixTimeSeconds(entry.Time):yyyy-MM-ddTHH:mm:ssZ}\t{entry.Severity}\t{entry.Message.ReplaceLineEndings(" ")}\n");

    private static async Task WriteTextAsync(Stream body, JobLogView log, CancellationToken ct)
    {
        await using var text = new StreamWriter(body, new UTF8Encoding(false), FlushBytes, leaveOpen: true);
        await foreach (var entry in log.AllAsync(ct))
        {
            await text.WriteAsync(Line(entry).AsMemory(), ct);
        }
    }
}
