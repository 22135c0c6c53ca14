using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.WebAuthn;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Api;

/// <summary>A request to the HTTP API and its form fields, whoever sent it (spec/06 §1).</summary>
/// <param name="http">The request.</param>
/// <param name="form">The form's fields.</param>
public class ApiRequest(HttpContext http, IFormCollection form)
{
    // The longest is a security key's answer. Checked before anything is computed of it: a stranger's password of 60 MB would be copied many times.
    private const int MaxCredential = 256 * 1024;

    /// <summary>Where it comes from; empty when unknown.</summary>
    public string Address { get; } = ClientAddress.Text(http.Connection.RemoteIpAddress);

    /// <summary>Where it comes from, for sign-in.</summary>
    public SignInFrom From => SignInFrom.Of(http, ActorVia.Api);

    /// <summary>How the program calls itself; empty when it does not.</summary>
    public string UserAgent => http.Request.Headers.UserAgent.ToString();

    /// <summary>The address at which security keys are asked: SelfAddress when it names this server, else the request's; null when that is none.</summary>
    public KeyOrigin? KeyOrigin => Security.WebAuthn.KeyOrigin.Of(http.Request, Service<IOptions<CometOptions>>().Value.PublicUrl, Optional("SelfAddress"));

    /// <summary>The call's path, such as "/api/v1/admin/list-users".</summary>
    public string Path => http.Request.Path;

    /// <summary>The address by which the caller reaches this server, with scheme and trailing slash.</summary>
    public string BaseAddress => $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/";

    /// <summary>A service of the request.</summary>
    public T Service<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    /// <summary>An optional text; null when absent or empty.</summary>
    public string? Optional(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A required text; may be empty.</summary>
    /// <exception cref="ApiException">It is absent.</exception>
    public string Text(string name) => form.ContainsKey(name) ? form[name].ToString() : throw Missing(name);

    /// <summary>A required JSON document as UTF-8; the handler parses it.</summary>
    /// <exception cref="ApiException">It is absent or empty.</exception>
    public byte[] Document(string name) => Optional(name) is { } text ? Encoding.UTF8.GetBytes(text) : throw Missing(name);

    /// <summary>SelfAddress, the address by which the caller reaches this server, with trailing slash; <see cref="BaseAddress"/> when left out.</summary>
    /// <exception cref="ApiException">It is no http or https address.</exception>
    public string SelfAddress()
    {
        if (Optional("SelfAddress") is not { } text)
        {
            return BaseAddress;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? text.EndsWith('/') ? text : text + "/"
            : throw new ApiException(Refusal.Invalid, "The parameter SelfAddress must be an http or https address.");
    }

    /// <summary>An optional whole number.</summary>
    /// <exception cref="ApiException">It is no number.</exception>
    public long Number(string name, long absent = 0) => Optional(name) is not { } text ? absent
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n
        : throw new ApiException(Refusal.Invalid, $"The parameter {name} must be a whole number.");

    /// <summary>An optional truth value: true/false or 1/0.</summary>
    /// <exception cref="ApiException">It is neither.</exception>
    public bool Flag(string name) => Optional(name) switch
    {
        null or "0" => false,
        "1" => true,
        { } text when bool.TryParse(text, out var b) => b,
        _ => throw new ApiException(Refusal.Invalid, $"The parameter {name} must be true or false."),
    };

    /// <summary>An optional parameter that holds JSON.</summary>
    /// <exception cref="ApiException">It is no valid JSON of that shape.</exception>
    public T? Json<T>(string name, JsonTypeInfo<T> shape)
    {
        if (Optional(name) is not { } text)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize(text, shape);
        }
        catch (JsonException ex)
        {
            throw new ApiException(Refusal.Invalid, $"The parameter {name} is not valid JSON: {ex.Message}");
        }
    }

    /// <summary>The same request with its caller.</summary>
    public ApiCall For(ApiCaller caller) => new(http, form, caller);

    /// <summary>
    /// One of the credentials: the form field, or else the header X-Comet-Admin-… that clients send with an upload (spec/06 §1). A header is as
    /// good, because no other site's page can send one. Empty when absent.
    /// </summary>
    /// <exception cref="ApiException">It is longer than any that could be right.</exception>
    internal string Credential(string name)
    {
        var given = form.TryGetValue(name, out var field) ? field.ToString() : http.Request.Headers["X-Comet-Admin-" + name].ToString();
        return given.Length <= MaxCredential ? given : throw new ApiException(Refusal.Invalid, $"The parameter {name} is longer than {MaxCredential} characters.");
    }

    private static ApiException Missing(string name) => new(Refusal.Invalid, $"The parameter {name} is missing.");
}

/// <summary>Ends an API call with a refusal.</summary>
/// <param name="kind">The kind.</param>
/// <param name="why">The sentence.</param>
public sealed class ApiException(Refusal kind, string why) : Exception(why)
{
    /// <summary>The kind.</summary>
    public Refusal Kind { get; } = kind;
}
