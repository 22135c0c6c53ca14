using System.Reflection;

namespace Comet.Blazor.Kernel;

/// <summary>The one version of server and agent (decisions.md 28).</summary>
public static class ServerVersion
{
    /// <summary>MAJOR.MINOR.PATCH.</summary>
    public static string Text { get; } = typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Name of the release line.</summary>
    public const string Codename = "First light";
}
