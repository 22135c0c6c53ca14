using System.Runtime.CompilerServices;

namespace Comet.Blazor.Tests.App;

/// <summary>The part of MudBlazor's style sheet that we serve is that of the version in use. That nothing is missing from it, every journey's pictures check.</summary>
public sealed class MudSheetTests
{
    [Fact]
    public async Task ServedSheet_IsThatOfTheVersionInUse()
    {
        var expected = MudSheet.Trim(await File.ReadAllTextAsync(MudSheet.Whole(), TestContext.Current.CancellationToken));
        var path = Path.Combine(Top(), "Comet.Blazor", "wwwroot", "css", "mudblazor.css");
        if (Environment.GetEnvironmentVariable("COMET_WRITE_SHEET") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(path, expected, TestContext.Current.CancellationToken);
        }

        Assert.True(expected == await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), "MudBlazor or what is used of it has changed. Run this test once with COMET_WRITE_SHEET=1 and commit mudblazor.css.");
    }

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
