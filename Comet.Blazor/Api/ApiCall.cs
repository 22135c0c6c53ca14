using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>One authenticated call of the HTTP API: who, and the form fields (spec/06 §1).</summary>
/// <param name="http">The request.</param>
/// <param name="form">The form's fields.</param>
/// <param name="by">The caller.</param>
public sealed class ApiCall(HttpContext http, IFormCollection form, Actor by)
{
    /// <summary>The caller.</summary>
    public Actor By { get; } = by;

    /// <summary>The address by which the caller reaches this server, with scheme and trailing slash.</summary>
    public string BaseAddress => $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/";

    /// <summary>A service of the request.</summary>
    public T Service<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    /// <summary>An optional text; null when absent or empty.</summary>
    public string? Optional(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A required text.</summary>
    /// <exception cref="ApiException">It is absent.</exception>
    public string Text(string name) => form.ContainsKey(name) ? form[name].ToString() : throw new ApiException(Refusal.Invalid, $"The parameter {name} is missing.");

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
}

/// <summary>Ends an API call with a refusal.</summary>
/// <param name="kind">The kind.</param>
/// <param name="why">The sentence.</param>
public sealed class ApiException(Refusal kind, string why) : Exception(why)
{
    /// <summary>The kind.</summary>
    public Refusal Kind { get; } = kind;
}
