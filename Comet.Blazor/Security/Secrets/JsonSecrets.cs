using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Secrets;

/// <summary>Finds the secrets in a document by the names of their fields (<see cref="AuditSecrets"/>).</summary>
public static class JsonSecrets
{
    /// <summary>Replaces every secret that is not empty, at every level. True when one became another text.</summary>
    /// <param name="at">The document; changed in place.</param>
    /// <param name="secret">What stands there instead.</param>
    public static bool Rewrite(JsonNode? at, Func<string, string> secret)
    {
        var changed = false;
        switch (at)
        {
            case JsonArray list:
                foreach (var each in list)
                {
                    changed |= Rewrite(each, secret);
                }

                break;
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    if (value?.GetValueKind() != JsonValueKind.String)
                    {
                        changed |= Rewrite(value, secret);
                    }
                    else if (AuditSecrets.IsSecret(name) && value.GetValue<string>() is { Length: > 0 } text && secret(text) is var other && other != text)
                    {
                        map[name] = other;
                        changed = true;
                    }
                }

                break;
            default:
                break;
        }

        return changed;
    }
}
