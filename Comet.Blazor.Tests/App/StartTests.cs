using System.Net;
using System.Net.Sockets;
using Comet.Blazor.App.Start;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.App;

/// <summary>Starting and stopping the real executable (decisions.md 22, 28).</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("bogus", "There is no verb 'bogus'")]
    [InlineData("--Nope=1", "There is no option '--Nope'")]
    [InlineData("--Comet:DataDirectry=/x", "There is no option '--Comet:DataDirectry'")]
    [InlineData("--Urls", "needs a value")]
    public async Task Arguments_Wrong_PrintsUsageAndExits2(string argument, string complaint)
    {
        await using var process = CometProcess.Start([argument]);

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains(complaint, process.Output, StringComparison.Ordinal);
        Assert.Contains("usage: Comet.Blazor", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Asked_PrintsUsageAndExits0()
    {
        await using var process = CometProcess.Start(["help"]);

        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains("usage: Comet.Blazor", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_FreshFolder_AnnouncesOneLineAndStopsCleanlyOnSigterm()
    {
        await using var server = await CometProcess.StartServerAsync(_folder.Sub("data"));

        server.Signal("TERM");

        Assert.Equal(0, await server.ExitAsync());
        Assert.Single(server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Server_SecondOnSameFolder_RefusesAndSaysWhy()
    {
        await using var first = await CometProcess.StartServerAsync(_folder.Path);
        await using var second = CometProcess.Start(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", _folder.Path]);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains(_folder.Path, second.Output, StringComparison.Ordinal);
        Assert.Contains("in use", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task Server_AfterKill_StartsAgainOnTheFolder()
    {
        await using var first = await CometProcess.StartServerAsync(_folder.Path);
        await first.KillAsync();

        await using var second = await CometProcess.StartServerAsync(_folder.Path);

        Assert.False(second.HasExited);
    }

    [Fact]
    public async Task Server_PortInUse_RefusesAndNamesTheAddress()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var server = CometProcess.Start(["--Urls", url, "--Comet:DataDirectory", _folder.Path]);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains($"The address {url} is in use by another program", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Comet:PublicUrl=zzz", "Comet:PublicUrl is 'zzz'")]
    [InlineData("--Urls=nonsense", "The setting Urls can't be used")]
    public async Task Server_BadSetting_Exits1AndNamesIt(string argument, string complaint)
    {
        await using var server = CometProcess.Start(["--Comet:DataDirectory", _folder.Path, argument]);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains(complaint, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_DataFolderUnwritable_Exits1AndNamesIt()
    {
        var file = _folder.Sub("a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var server = CometProcess.Start(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", Path.Combine(file, "data")]);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains("a-file", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DataFolder_Relative_CountsFromTheSolution()
    {
        Directory.CreateDirectory(_folder.Sub("repo/bin/Debug"));
        File.WriteAllText(_folder.Sub("repo/Comet.Blazor.sln"), "");

        Assert.Equal(_folder.Sub("repo/data"), DataFolderPath.Resolve("data", _folder.Sub("repo/bin/Debug")).Path);
    }

    [Fact]
    public void DataFolder_NoSolution_CountsFromTheExecutable()
    {
        Directory.CreateDirectory(_folder.Sub("opt"));

        Assert.Equal(_folder.Sub("opt/data"), DataFolderPath.Resolve("data", _folder.Sub("opt")).Path);
    }

    public void Dispose() => _folder.Dispose();
}
