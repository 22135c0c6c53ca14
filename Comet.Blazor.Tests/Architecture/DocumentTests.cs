using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Tests.Architecture;

/// <summary>What README.md and docs/ say about the repository is there.</summary>
public sealed partial class DocumentTests
{
    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [Fact]
    public void Links_LeadToFilesOfTheRepository()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Top(), "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Top(), "README.md"));
        var dead = from page in pages
                   from match in Link().Matches(File.ReadAllText(page))
                   let target = match.Groups["to"].Value.Split('#')[0]
                   where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
                   select $"{Path.GetFileName(page)}: {target}";

        Assert.Empty(dead);
    }

    [Fact]
    public void Readme_NamesEveryPageOfDocs()
    {
        var readme = File.ReadAllText(Path.Combine(Top(), "README.md"));
        var pages = Directory.EnumerateFiles(Path.Combine(Top(), "docs"), "*.md").Select(static p => "docs/" + Path.GetFileName(p));

        Assert.DoesNotContain(pages, p => !readme.Contains($"({p})", StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_AllHaveTheirReason()
    {
        var reasons = File.ReadAllText(Path.Combine(Top(), "docs", "dependencies.md"));
        var used = from file in Directory.EnumerateFiles(Top(), "*.csproj", SearchOption.AllDirectories).Append(Path.Combine(Top(), "Directory.Build.props"))
                   from match in Package().Matches(File.ReadAllText(file))
                   select match.Groups["name"].Value;

        Assert.DoesNotContain(used, p => !Regex.IsMatch(reasons, $@"(?m)^\|.*(?<![\w.]){Regex.Escape(p)}(?![\w.]).*\|.*\|"));
    }

    [Fact]
    public void Layout_NamesEveryRoomAndFeature()
    {
        var layout = File.ReadAllText(Path.Combine(Top(), "docs", "architecture.md")).Split("```")[1];
        var product = Path.Combine(Top(), "Comet.Blazor");
        var rooms = Directory.EnumerateDirectories(product).Concat(Directory.EnumerateDirectories(Path.Combine(product, "Features")))
            .Select(static d => Path.GetFileName(d)!).Where(static d => d is not ("bin" or "obj")).ToList();
        var named = Room().Matches(layout).Select(static m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(rooms.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("<PackageReference Include=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Package();

    [GeneratedRegex(@"^ {2,4}(?<name>\w+)/", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Room();
}
