namespace Comet.Blazor.Features.Policies;

/// <summary>A policy as the list shows it.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its description.</param>
/// <param name="Organization">Whose it is; empty for the top level.</param>
/// <param name="Users">How many users follow it.</param>
/// <param name="IsDefault">Given to every new user.</param>
/// <param name="Rules">How many sentences it enforces.</param>
/// <param name="Created">Unix seconds UTC.</param>
/// <param name="Changed">Unix seconds UTC.</param>
public sealed record PolicyRow(string Id, string Name, string Organization, int Users, bool IsDefault, int Rules, long Created, long Changed);
