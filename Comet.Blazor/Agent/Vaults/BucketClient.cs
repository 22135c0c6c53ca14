using System.Net;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>The few calls to a bucket that the agent makes itself, because restic's messages would not tell the cases apart.</summary>
/// <param name="http">The client.</param>
public sealed class BucketClient(HttpClient http)
{
    private const string ReasonHeader = "Comet-Reason";

    /// <summary>Whether the bucket holds a repository.</summary>
    /// <exception cref="AgentFailure">The bucket can't be used.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<bool> HasRepositoryAsync(Repository repository, CancellationToken ct)
    {
        using var answer = await SendAsync(repository, HttpMethod.Head, "config", null, ct);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound when Reason(answer) is null => false,
            _ => throw new StorageException((int)answer.StatusCode, Reason(answer) ?? answer.ReasonPhrase ?? ""),
        };
    }

    /// <summary>Makes the repository's folders.</summary>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task CreateAsync(Repository repository, CancellationToken ct)
    {
        using var answer = await SendAsync(repository, HttpMethod.Post, "?create=true", [], ct);
        Check(answer);
    }

    /// <summary>Stores an object. The very same one may be there already.</summary>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task StoreAsync(Repository repository, string name, byte[] content, CancellationToken ct)
    {
        using var answer = await SendAsync(repository, HttpMethod.Post, name, content, ct);
        Check(answer);
    }

    /// <summary>Stores an object and removes it again. In a bucket from which nothing may be removed it stays; nobody looks at it.</summary>
    /// <exception cref="StorageException">The storage refused to take it.</exception>
    public async Task ProbeAsync(Repository repository, string name, byte[] content, CancellationToken ct)
    {
        await StoreAsync(repository, name, content, ct);
        using var removed = await SendAsync(repository, HttpMethod.Delete, name, null, ct);
        if (removed.StatusCode is not HttpStatusCode.Forbidden)
        {
            Check(removed);
        }
    }

    private static void Check(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new StorageException((int)answer.StatusCode, Reason(answer) ?? answer.ReasonPhrase ?? "");
        }
    }

    private static string? Reason(HttpResponseMessage answer) => answer.Headers.TryGetValues(ReasonHeader, out var values) ? values.FirstOrDefault() : null;

    private async Task<HttpResponseMessage> SendAsync(Repository repository, HttpMethod method, string path, byte[]? content, CancellationToken ct)
    {
        var bucket = repository.Place.Bucket!;
        using var request = new HttpRequestMessage(method, new Uri(bucket.Address, path)) { Content = content is null ? null : new ByteArrayContent(content) };
        request.Headers.Authorization = bucket.Authorization;
        try
        {
            return await http.SendAsync(request, ct);
        }
        catch (HttpRequestException ex)
        {
            throw NetworkProblem.Describe(ex, repository.ToString(), bucket.Address.Authority);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AgentFailure($"The storage at {repository} does not answer. Check that the server runs and that this computer may connect to it.");
        }
    }
}

/// <summary>The storage refused a request.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">The HTTP reason.</param>
public sealed class StorageException(int status, string reason) : Exception($"{status} {reason}")
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The HTTP reason.</summary>
    public string Reason { get; } = reason;
}
