using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Answers;

/// <summary>
/// Whether a key may write to an S3 bucket and delete there again, by one small object and by requests of the agent's own (signature version 4): restic
/// would make the bucket, and its words do not tell a wrong key from a missing right.
/// </summary>
/// <param name="clock">Signatures hold the time.</param>
public sealed partial class S3Probe(TimeProvider clock) : IDisposable
{
    private const string Amazon = ".amazonaws.com";
    private const string Signed = "host;x-amz-content-sha256;x-amz-date";
    private const int MostAnswer = 64 * 1024;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15) })
    {
        Timeout = TimeSpan.FromSeconds(25), MaxResponseContentBufferSize = MostAnswer,
    };

    /// <summary>Returns when both work.</summary>
    /// <exception cref="AgentFailure">One does not; the sentence names what is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(VaultLocation at, CancellationToken ct)
    {
        var bucket = at.Need("S3BucketName", "the bucket");
        var server = at.Need("S3Server", "the server").TrimEnd('/');
        server = server.Contains("://", StringComparison.Ordinal) ? server[(server.IndexOf("://", StringComparison.Ordinal) + 3)..] : server;
        var folder = at.Text("S3Subdir").Trim('/');
        var name = $"{(folder.Length > 0 ? folder + "/" : "")}comet-test-{Guid.NewGuid():N}";
        var target = new Target($"{(at.Flag("S3UsesTLS") ? "https" : "http")}://{server}", bucket, name, at.Text("S3CustomRegion") is { Length: > 0 } region ? region : RegionOf(server));
        var credentials = new Credentials(at.Need("S3AccessKey", "the access key"), at.Need("S3SecretKey", "the secret key"));
        var content = RandomNumberGenerator.GetBytes(32);

        var (written, where) = await SendAsync(HttpMethod.Put, target, credentials, content, ct);
        if (written.Code is not null)
        {
            throw Refused(written, where, "write to");
        }

        var (deleted, _) = await SendAsync(HttpMethod.Delete, where, credentials, [], ct);
        if (deleted.Code is not null)
        {
            throw new AgentFailure($"{Refused(deleted, where, "delete from").Message} The backup engine has to remove its own locks. The object {name} of this test is left there.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string RegionOf(string server) => Regional().Match(server) is { Success: true } match ? match.Groups["region"].Value : "us-east-1";

    private static AgentFailure Refused(Answer answer, Target target, string what)
    {
        var host = new Uri(target.Server).Authority;
        return new AgentFailure(answer.Code switch
        {
            "NoSuchBucket" => $"There is no bucket {target.Bucket} at {host}. Make it there, or correct its name.",
            "InvalidAccessKeyId" => $"{host} does not know the access key. Correct it.",
            "SignatureDoesNotMatch" => $"The secret key is wrong: {host} does not accept what is signed with it. Correct it.",
            "RequestTimeTooSkewed" => "The clock of this device is wrong, so the storage refuses what it signs. Set the clock.",
            "AccessDenied" or "AllAccessDisabled" or "Forbidden" => $"The key may not {what} the bucket {target.Bucket}, or is none of {host}. Allow reading, writing and deleting of objects and listing of the bucket.",
            "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" => $"The bucket {target.Bucket} is in another region. Enter the region, and the server's address there.",
            var code => string.Create(CultureInfo.InvariantCulture, $"The storage at {host} answered HTTP {(int)answer.Status}, {code}."),
        });
    }

    private async Task<(Answer Answer, Target Where)> SendAsync(HttpMethod method, Target target, Credentials credentials, byte[] content, CancellationToken ct)
    {
        var answer = await OnceAsync(method, target, credentials, content, ct);
        if (answer.Code is null || answer.Region.Length == 0 || answer.Region == target.Region)
        {
            return (answer, target);
        }

        // The store tells in which region the bucket is.
        var server = new Uri(target.Server);
        var there = target with { Region = answer.Region, Server = server.Host.EndsWith(Amazon, StringComparison.OrdinalIgnoreCase) ? $"{server.Scheme}://s3.{answer.Region}{Amazon}" : target.Server };
        return (await OnceAsync(method, there, credentials, content, ct), there);
    }

    private async Task<Answer> OnceAsync(HttpMethod method, Target target, Credentials credentials, byte[] content, CancellationToken ct)
    {
        if (!Uri.TryCreate($"{target.Server}/{Escaped(target.Bucket)}/{Escaped(target.Name)}", UriKind.Absolute, out var address))
        {
            throw new AgentFailure($"{target.Server} is no address of a server. Enter a host name, and a port if it is an unusual one.");
        }

        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Put)
        {
            request.Content = new ByteArrayContent(content);
#pragma warning disable CA5351 // a checksum, which buckets with a retention ask for
            request.Content.Headers.ContentMD5 = MD5.HashData(content);
#pragma warning restore CA5351
        }

        Sign(request, target.Region, credentials, content);
        try
        {
            using var response = await _http.SendAsync(request, ct);
            return response.IsSuccessStatusCode ? new Answer(response.StatusCode, null, "") : Read(response, await response.Content.ReadAsStringAsync(ct));
        }
        catch (HttpRequestException ex)
        {
            throw NetworkProblem.Describe(ex, target.Server, address.Authority);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AgentFailure($"The storage at {target.Server} does not answer. Check that the server runs and that this computer may connect to it.");
        }
    }

    private static Answer Read(HttpResponseMessage response, string text)
    {
        var code = Code().Match(text) is { Success: true } told ? told.Groups[1].Value : response.StatusCode.ToString();
        var region = response.Headers.TryGetValues("x-amz-bucket-region", out var values) ? values.First() : Region().Match(text) is { Success: true } named ? named.Groups[1].Value : "";
        return new Answer(response.StatusCode, code, region);
    }

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private void Sign(HttpRequestMessage request, string region, Credentials credentials, byte[] content)
    {
        var now = clock.GetUtcNow();
        var (time, day) = (now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), now.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        var uri = request.RequestUri!;
        var host = uri.IsDefaultPort ? uri.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{uri.IdnHost}:{uri.Port}");
        var hash = Hex(SHA256.HashData(content));
        var canonical = $"{request.Method}\n{uri.AbsolutePath}\n\nhost:{host}\nx-amz-content-sha256:{hash}\nx-amz-date:{time}\n\n{Signed}\n{hash}";
        var scope = $"{day}/{region}/s3/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.Secret);
        foreach (var part in new[] { day, region, "s3", "aws4_request" })
        {
            key = Mac(key, part);
        }

        request.Headers.Host = host;
        request.Headers.Add("x-amz-content-sha256", hash);
        request.Headers.Add("x-amz-date", time);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={credentials.Access}/{scope},SignedHeaders={Signed},Signature={Hex(Mac(key, text))}");
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex("<Code>([^<]{1,100})</Code>")]
    private static partial Regex Code();

    [GeneratedRegex("<Region>([a-z0-9-]{1,50})</Region>")]
    private static partial Regex Region();

    [GeneratedRegex(@"^s3[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com", RegexOptions.IgnoreCase)]
    private static partial Regex Regional();

    private sealed record Target(string Server, string Bucket, string Name, string Region);

    private sealed record Credentials(string Access, string Secret);

    /// <summary>What the store said.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Code">The error's code; null when it was done.</param>
    /// <param name="Region">The bucket's region, when it was told.</param>
    private sealed record Answer(HttpStatusCode Status, string? Code, string Region);
}
