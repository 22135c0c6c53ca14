using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Tests.Architecture;

/// <summary>What keeps the sources readable (docs/architecture.md, "Sizes").</summary>
public partial class SourceTests
{
    /// <summary>Files over the limit, each with a reason. This list only shrinks.</summary>
    private static readonly Dictionary<string, string> TooLong = [];

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [Fact]
    public void Files_AreShortEnoughToRead()
    {
        var breaches = from file in Sources()
                       let limit = Limit(file)
                       let lines = File.ReadLines(file).Count()
                       where lines > limit && !TooLong.ContainsKey(Path.GetRelativePath(Top(), file))
                       select $"{Path.GetRelativePath(Top(), file)}: {lines} lines, limit {limit}";

        Assert.Empty(breaches);
    }

    [Fact]
    public void Sources_HoldNoRegionsAndNoUnfinishedMarks()
    {
        var breaches = from file in Sources()
                       where Path.GetFileName(file) != "SourceTests.cs"
                       from line in File.ReadLines(file)
                       where Unwanted().IsMatch(line)
                       select $"{Path.GetRelativePath(Top(), file)}: {line.Trim()}";

        Assert.Empty(breaches);
    }

    [Fact]
    public void Components_InjectAtMostSixServices()
    {
        var breaches = from type in typeof(Outcome).Assembly.GetTypes()
                       where type.IsAssignableTo(typeof(IComponent))
                       let injected = type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Count(p => p.GetCustomAttribute<InjectAttribute>() is not null)
                       where injected > 6
                       select $"{type.FullName}: {injected}";

        Assert.Empty(breaches);
    }

    private static IEnumerable<string> Sources() =>
        from folder in new[] { "Comet.Blazor", "Comet.Blazor.Tests", "bench" }
        from file in Directory.EnumerateFiles(Path.Combine(Top(), folder), "*.*", SearchOption.AllDirectories)
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select file;

    private static int Limit(string file) =>
        file.Contains("Comet.Blazor.Tests", StringComparison.Ordinal) ? 500
        : file.EndsWith(".razor", StringComparison.Ordinal) ? 300
        : file.EndsWith(".razor.cs", StringComparison.Ordinal) ? 350
        : 400;

    [GeneratedRegex(@"#region|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex Unwanted();
}
