using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// The names that an account had before it was renamed, with the time when it lost each, in a field of our own of the profile. A device that was away
/// meanwhile still signs in with such a name and is told the new one; nobody else can use it.
/// </summary>
public static class FormerNames
{
    /// <summary>The field: an object of name to Unix seconds UTC. It is the server's own, as CreateTime is.</summary>
    public const string Field = "FormerUsernames";

    private const int Most = 20;

    /// <summary>The names of a profile.</summary>
    public static ImmutableArray<FormerName> In(JsonElement profile) =>
        profile.At(Field) is { ValueKind: JsonValueKind.Object } names
            ? [.. names.EnumerateObject().Where(static n => n.Value.ValueKind == JsonValueKind.Number && n.Value.TryGetInt64(out _)).Select(static n => new FormerName(n.Name, n.Value.GetInt64()))]
            : [];

    /// <summary>Notes that the account loses a name; the oldest of many is forgotten. A name that it gets back is its own again.</summary>
    public static void Renamed(JsonObject profile, string from, string to, long now)
    {
        var names = profile.MapForWrite(Field);
        names.Remove(to);
        names[from] = now;
        foreach (var (name, _) in names.OrderByDescending(n => names.Number(n.Key)).Skip(Most).ToList())
        {
            names.Remove(name);
        }
    }
}

/// <summary>A name that an account had.</summary>
/// <param name="Name">The name.</param>
/// <param name="Until">When it lost the name, Unix seconds UTC.</param>
public sealed record FormerName(string Name, long Until);
