using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>
/// The Storage Role of another server, by its API (spec/03 §2): it makes the bucket and its key, and devices use it there. Answers of that server are
/// told in at most a sentence, and it is not followed anywhere else: the name and password in a template are meant for it alone.
/// </summary>
public sealed class RemoteStorageRole : IDisposable
{
    private const int MostAnswer = 64 * 1024;
    private const int MostWords = 300;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MostAnswer,
    };

    /// <summary>The address of the other server with trailing slash; null when the template names none that can be used.</summary>
    public static string? Address(JsonObject template) =>
        Uri.TryCreate(template.Text("RemoteAddress").Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri.AbsoluteUri.TrimEnd('/') + "/" : null;

    /// <summary>Makes a bucket there. Refused as <see cref="Refusal.DeviceRefused"/> or <see cref="Refusal.TimedOut"/> with what that server said.</summary>
    /// <param name="template">With plain secrets.</param>
    /// <param name="ct">Cancels; a bucket that was being made then may be left over there.</param>
    public async Task<Outcome<BucketAccess>> CreateAsync(JsonObject template, CancellationToken ct)
    {
        var answer = await CallAsync(template, "admin/storage/register-bucket", [], ct);
        return !answer.Ok ? answer.Plain
            : answer.Value.Text("NewBucketID") is { Length: > 0 and <= 255 } id && answer.Value.Text("NewBucketKey") is { Length: > 0 and <= 1024 } key ? new BucketAccess(id, key)
            : Outcome.Refuse(Refusal.DeviceRefused, $"The server at {Address(template)} did not tell the bucket that it made. Use a server with a Storage Role.");
    }

    /// <summary>Deletes a bucket there. Refused as <see cref="CreateAsync"/>.</summary>
    public async Task<Outcome> DeleteAsync(JsonObject template, string bucket, CancellationToken ct) => (await CallAsync(template, "admin/storage/delete-bucket", [("BucketID", bucket)], ct)).Plain;

    /// <summary>Makes a bucket there and deletes it again: what a request for a Storage Vault needs, and nothing is left.</summary>
    public async Task<Outcome> TestAsync(JsonObject template, CancellationToken ct)
    {
        var made = await CreateAsync(template, ct);
        if (!made.Ok)
        {
            return made.Plain;
        }

        var deleted = await DeleteAsync(template, made.Value.Id, CancellationToken.None);
        return deleted.Ok ? deleted : Outcome.Refuse(deleted.Kind, $"A bucket could be made there, but not deleted again: {deleted.Why} Delete the bucket {made.Value.Id} there by hand.");
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<Outcome<JsonObject>> CallAsync(JsonObject template, string call, (string Name, string Value)[] fields, CancellationToken ct)
    {
        if (Address(template) is not { } address)
        {
            return Outcome.Invalid("The address of the other server must begin with https:// or http://, such as https://storage.example.com/.");
        }

        try
        {
            using var form = new FormUrlEncodedContent(
            [
                new("Username", template.Text("Username")), new("AuthType", "Password"), new("Password", template.Text("Password")), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value)),
            ]);
            using var response = await _http.PostAsync(new Uri(new Uri(address), "api/v1/" + call), form, ct);
            return Read(address, response.StatusCode, await response.Content.ReadAsStringAsync(ct));
        }
        catch (HttpRequestException ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, ex.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => $"There is no server of the name {new Uri(address).Host}. Correct the address.",
                HttpRequestError.SecureConnectionError => $"There is no secure connection to {address}: {(ex.InnerException ?? ex).Message.TrimEnd('.')}. Give that server a certificate that this computer trusts, or add its authority to those that it trusts.",
                HttpRequestError.ConfigurationLimitExceeded => $"What answers at {address} is no Comet server: it sends too much.",
                _ => $"The server at {address} can't be reached: {ex.Message.TrimEnd('.')}. Check that it runs and that this computer may connect to it.",
            });
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return Outcome.Refuse(Refusal.TimedOut, $"The server at {address} does not answer. Check that it runs and that this computer may connect to it.");
        }
    }

    private static Outcome<JsonObject> Read(string address, HttpStatusCode code, string text)
    {
        JsonObject? answer;
        try
        {
            answer = code == HttpStatusCode.OK ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            answer = null;
        }

        return answer is null ? Outcome.Refuse(Refusal.DeviceRefused, string.Create(CultureInfo.InvariantCulture, $"What answers at {address} is no Comet server (HTTP {(int)code}). Correct the address."))
            : answer.Number("Status") is >= 200 and < 300 ? answer
            : Outcome.Refuse(Refusal.DeviceRefused, $"The server at {address} refused: {Words(answer.Text("Message"))}");
    }

    private static string Words(string message)
    {
        var text = new StringBuilder();
        foreach (var c in message.Where(static c => !char.IsControl(c)).Take(MostWords))
        {
            text.Append(c);
        }

        return text.Length == 0 ? "it did not say why." : text[^1] == '.' ? text.ToString() : text.Append('.').ToString();
    }
}
