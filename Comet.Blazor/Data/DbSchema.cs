namespace Comet.Blazor.Data;

/// <summary>The schema of one store: its name, its version, and the steps that lead from older versions.</summary>
/// <param name="Name">Such as "jobs"; a file of another name is refused.</param>
/// <param name="Version">The current version, from 1.</param>
/// <param name="Steps">Step n leads from version n to n + 1, in one transaction; the old file is copied first.</param>
public sealed record DbSchema(string Name, int Version, IReadOnlyDictionary<int, Action<DbWriter>> Steps)
{
    /// <summary>A first version, without steps.</summary>
    public static DbSchema First(string name) => new(name, 1, new Dictionary<int, Action<DbWriter>>());
}
