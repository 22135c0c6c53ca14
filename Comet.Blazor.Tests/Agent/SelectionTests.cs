using System.Text.Json;
using Comet.Blazor.Agent;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Agent.Work.Files;
using Comet.Blazor.Agent.Work.Streams;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>What a selection means: patterns, expressions, and how restic is told.</summary>
public class SelectionTests
{
    [Theory]
    [InlineData("*.png", "/t/a.png", true)]
    [InlineData("*.png", "/t/deep/er/a.png", true)]
    [InlineData("*.png", "/t/a.png/b", false)]
    [InlineData("img/*.png", "/t/img/a.png", true)]
    [InlineData("img/*.png", "/t/x/img/a.png", false)]
    [InlineData("**/img/*.png", "/t/x/y/img/a.png", true)]
    [InlineData("a?[0-9]", "/t/ab7", true)]
    [InlineData("a?[!0-9]", "/t/ab7", false)]
    [InlineData("(a+)+$", "/t/aaa", false)]
    [InlineData("[", "/t/[", true)]
    [InlineData("*.png", "/other/a.png", false)]
    public void Glob_BelowAFolder_MeansNameOrPath(string glob, string path, bool matches) => Assert.Equal(matches, PathRegex.OfGlob("/t", glob).IsMatch(path));

    [Theory]
    [InlineData("(?=x)y")]
    [InlineData("(a)\\1")]
    [InlineData("[z-a]")]
    public void Regex_ThatMeansNothingOrIsNotLinear_IsRefusedByName(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<AgentFailure>(() => PathRegex.Of(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void Regex_Hostile_TakesLinearTime() => Assert.DoesNotMatch(PathRegex.Of("(a+)+$"), new string('a', 50_000) + "b");

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("!not", "[!]not")]
    [InlineData("#note", "[#]note")]
    [InlineData("$HOME", "$$HOME")]
    [InlineData(" x ", "[ ]x[ ]")]
    public void Line_ForRestic_MeansItself(string glob, string line) => Assert.Equal(line, ResticPattern.OfGlob(glob));

    [Fact]
    public void Line_OfAPath_HasNoPatternInIt() => Assert.Equal("/a/[*][?][[]x]\\\\y", ResticPattern.OfPath("/a/*?[x]\\y"));

    [Fact]
    public void Walk_AgreesWithTheRulesForEveryFile()
    {
        // A tree of all kinds, against the plain meaning of the rules.
        using var work = new TempFolder();
        var random = new Random(4711);
        string[] folders = ["src", "cache", "img", ".git", "node_modules"];
        string[] endings = [".tmp", ".txt", ".png", ".log", ""];
        for (var i = 0; i < 3000; i++)
        {
            var path = Path.Combine([work.Path, .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => folders[random.Next(folders.Length)])]);
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, $"f{random.Next(40)}{endings[random.Next(endings.Length)]}"), "");
        }

        var selection = FileSelection.Of(new AgentItem("", ItemEngines.File, "", new Dictionary<string, string>
        {
            ["INCLUDE"] = Path.Combine(work.Path, "src"), ["REXCLUDE0"] = @"\.tmp$", ["REXCLUDE1"] = "/cache/", ["REXCLUDE2"] = @"/f1\d\.log$",
            ["PINCLUDE"] = JsonSerializer.Serialize(new { TopDirectory = work.Path, Value = "*.png" }),
        }));

        var walk = ExclusionWalk.Run(selection, TestContext.Current.CancellationToken);

        Assert.Equal([work.Path], walk.Roots);
        var rules = walk.Exclusions.ToHashSet();
        foreach (var file in Directory.EnumerateFiles(work.Path, "*", SearchOption.AllDirectories))
        {
            var wanted = (file.StartsWith(Path.Combine(work.Path, "src") + "/", StringComparison.Ordinal) || file.EndsWith(".png", StringComparison.Ordinal))
                && !file.EndsWith(".tmp", StringComparison.Ordinal) && !file.Contains("/cache/", StringComparison.Ordinal)
                && !System.Text.RegularExpressions.Regex.IsMatch(file, @"/f1\d\.log$");
            Assert.True(wanted == !IsOut(work.Path, rules, file), $"{file} is {(wanted ? "" : "not ")}wanted");
        }

        Assert.Contains(ResticPattern.OfSuffix(work.Path, ".tmp"), rules);
    }

    [Fact]
    public void Walk_ManyLeftOutFiles_TakeFewPatterns()
    {
        using var work = new TempFolder();
        for (var d = 0; d < 40; d++)
        {
            var folder = Directory.CreateDirectory(work.Sub($"d{d}")).FullName;
            for (var f = 0; f < 50; f++)
            {
                File.WriteAllText(Path.Combine(folder, $"{f}.tmp"), "");
                File.WriteAllText(Path.Combine(folder, f % 2 == 0 ? $"same{f}.dat" : $"{d}-{f}.dat"), "");
            }
        }

        var walk = ExclusionWalk.Run(
            new FileSelection([work.Path], [], []) { RegexExclusions = [@"\.tmp$", @"/same\d+\.dat$"] }, TestContext.Current.CancellationToken);

        Assert.Equal(40 + (40 * 100), walk.Seen);
        Assert.Equal(26, walk.Exclusions.Count); // one ending, and 25 names that go wherever they are
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(9, false)]
    public void MandatoryExclusion_HoldsOnItsSystem(int os, bool here)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The answers are those of Linux.");
        Assert.Equal(here, FileSelection.HoldsHere(os));
    }

    [Fact]
    public void Homes_FollowLinksAndKnowTheirPeople()
    {
        using var work = new TempFolder();
        var home = Directory.CreateDirectory(work.Sub("mary")).FullName;
        var other = Directory.CreateDirectory(work.Sub("secret")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(home, "out"), other);
        var homes = HomeFolders.Of(["root:x:0:0::/root:/bin/sh", $"mary:x:1000:1000::{home}:/bin/sh", "nobody:x:65534:65534::/nonexistent:/"], "");

        Assert.Contains(home, homes);
        Assert.DoesNotContain("/root", homes);
        Assert.True(HomeFolders.Holds(homes, Path.Combine(home, "docs")));
        Assert.True(HomeFolders.Holds(homes, Path.Combine(home, "out"))); // the link itself
        Assert.False(HomeFolders.Holds(homes, Path.Combine(home, "out", "key")));
        Assert.False(HomeFolders.Holds(homes, Path.Combine(home, "..", "secret")));
        Assert.False(HomeFolders.Holds(homes, home + "-else"));
    }

    [Theory]
    [InlineData("../../etc/passwd", "etc/passwd")]
    [InlineData(@"C:\dump\x.sql", "C:/dump/x.sql")]
    [InlineData(" /./ ", " / ")]
    [InlineData("", "")]
    public void FileName_OfOutput_StaysInTheBackup(string name, string stored) => Assert.Equal(stored, ProgramOutput.FileName(name));

    [Fact]
    public void Output_WithoutCommandOrName_IsRefused()
    {
        Assert.Throws<AgentFailure>(() => ProgramOutput.Of(Item([])));
        Assert.Throws<AgentFailure>(() => ProgramOutput.Of(Item(new() { ["COMMAND"] = "x" })));
        Assert.Throws<AgentFailure>(() => ProgramOutput.Of(Item(new() { ["COMMAND"] = "x", ["SAVEAS"] = "a", ["EXTRACOMMAND-1"] = """["y","","/a"]""" })));
        Assert.Throws<AgentFailure>(() => ProgramOutput.Of(Item(new() { ["EXTRACOMMAND-1"] = """["y","x"]""" })));
    }

    [Fact]
    public async Task Profile_RefusedByTheServer_IsForgottenWithItsRules()
    {
        var answers = new Queue<Response>([new Response("1", 200, "OK", JsonSerializer.SerializeToElement(new AgentProfile("h", [], []), AgentJson.Default.AgentProfile)), new Response("2", 403, "This account is suspended.")]);
        using var keeper = new ProfileKeeper((_, _) => Task.FromResult<Response?>(answers.Dequeue()), new AgentConsole(TextWriter.Null, TimeProvider.System));

        Assert.True(await keeper.LoadAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(keeper.Known);
        Assert.False(await keeper.LoadAsync(TestContext.Current.CancellationToken));
        Assert.Null(keeper.Known);
        Assert.True(keeper.IsNews("h"));
    }

    private static AgentItem Item(Dictionary<string, string> props) => new("", ItemEngines.Stdout, "", props);

    private static bool IsOut(string root, HashSet<string> rules, string file)
    {
        for (var at = file; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            var name = Path.GetFileName(at);
            if (rules.Contains(ResticPattern.OfPath(at)) || rules.Contains(ResticPattern.OfName(root, name)) || (name.LastIndexOf('.') is > 0 and var dot && rules.Contains(ResticPattern.OfSuffix(root, name[dot..]))))
            {
                return true;
            }
        }

        return rules.Contains(ResticPattern.OfPath(root));
    }
}
