using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Architecture;

/// <summary>Which room may use which (docs/architecture.md, "Doors"). Namespace = folder.</summary>
public class DoorTests
{
    private const string Root = "Comet.Blazor.";

    private static readonly ArchUnitNET.Domain.Architecture House = new ArchLoader().LoadAssembly(typeof(Outcome).Assembly).Build();

    /// <summary>Room → rooms of ours that it may use besides itself. A feature's use of other features is a rule of its own.</summary>
    private static readonly Dictionary<string, string[]> Doors = new()
    {
        ["Kernel"] = [],
        ["Wire"] = ["Kernel"],
        ["Data"] = ["Kernel"],
        ["Ui"] = ["Kernel", "Data"],
        ["Security"] = ["Kernel", "Data", "Ui"],
        ["Api"] = ["Kernel", "Data", "Ui", "Security"],
        ["Features"] = ["Kernel", "Wire", "Data", "Ui", "Security", "Api"],
        ["Agent"] = ["Kernel", "Wire"],
        ["App"] = ["Kernel", "Wire", "Data", "Ui", "Security", "Api", "Features", "Agent"],
    };

    public static TheoryData<string> Rooms => [.. Doors.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_UsesOnlyItsDoors(string room)
    {
        var allowed = Doors[room].Append(room).ToHashSet();

        var breaches = Uses().Where(u => RoomOf(u.From) == room && RoomOf(u.To) is { } other && !allowed.Contains(other));

        Assert.Empty(Describe(breaches));
    }

    [Fact]
    public void Every_Type_LivesInARoom()
    {
        var homeless = House.Types.Where(t => t.FullName.StartsWith(Root, StringComparison.Ordinal) && !IsGenerated(t) && !Doors.ContainsKey(RoomOf(t.FullName) ?? ""));

        Assert.Empty(homeless.Select(t => t.FullName));
    }

    [Fact]
    public void House_IsReadWithTheBodiesOfAsyncMethods()
    {
        Assert.Contains((Root + "Data.DbEngine", "LiteDB.Engine.LiteEngine"), Uses());
        Assert.Contains((Root + "App.ServerHost", Root + "App.Start.StartFailure"), Uses()); // used inside an async method only
    }

    [Fact]
    public void Feature_UsesAnotherFeature_OnlyThroughItsOpenFolder()
    {
        var breaches = Uses().Where(u => FeatureOf(u.From) is { } mine && FeatureOf(u.To) is { } other && mine != other
            && !u.To.StartsWith($"{Root}Features.{other}.Open.", StringComparison.Ordinal));

        Assert.Empty(Describe(breaches));
    }

    [Fact]
    public void OpenFolder_UsesOnlyKernelAndWire()
    {
        var breaches = Uses().Where(u => u.From.StartsWith(Root + "Features.", StringComparison.Ordinal) && u.From.Contains(".Open.", StringComparison.Ordinal)
            && RoomOf(u.To) is { } room && room is not ("Kernel" or "Wire") && !u.To.Contains(".Open.", StringComparison.Ordinal));

        Assert.Empty(Describe(breaches));
    }

    [Fact]
    public void LiteDb_IsNamedOnlyInData() => Assert.Empty(Describe(Uses().Where(u => u.To.StartsWith("LiteDB.", StringComparison.Ordinal) && RoomOf(u.From) != "Data")));

    [Fact]
    public void Agent_KnowsNeitherComponentsNorStores() =>
        Assert.Empty(Describe(Uses().Where(u => RoomOf(u.From) == "Agent" && (u.To.StartsWith("MudBlazor.", StringComparison.Ordinal) || u.To.StartsWith("LiteDB.", StringComparison.Ordinal)))));

    [Fact]
    public void Kernel_UsesNoPackage() =>
        Assert.Empty(Describe(Uses().Where(u => RoomOf(u.From) == "Kernel" && !u.To.StartsWith("System.", StringComparison.Ordinal) && RoomOf(u.To) is null && !u.To.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
            && !u.To.StartsWith("Microsoft.Win32", StringComparison.Ordinal))));

    [Fact]
    public void HttpContext_StaysAtTheEdge() =>
        Assert.Empty(Describe(Uses().Where(u => u.To == "Microsoft.AspNetCore.Http.HttpContext"
            && RoomOf(u.From) is not ("App" or "Api" or "Security") && !OuterName(u.From).EndsWith("Endpoints", StringComparison.Ordinal) && !OuterName(u.From).EndsWith("Endpoint", StringComparison.Ordinal))));

    private static IEnumerable<(string From, string To)> Uses() =>
        from type in House.Types
        where type.FullName.StartsWith(Root, StringComparison.Ordinal) && !IsGenerated(type)
        from to in type.Dependencies.Select(d => d.Target.FullName).Distinct()
        select (type.FullName, to);

    private static IEnumerable<string> Describe(IEnumerable<(string From, string To)> uses) => uses.Select(u => $"{u.From} uses {u.To}").Distinct().Order(StringComparer.Ordinal);

    private static string? RoomOf(string type) => type.StartsWith(Root, StringComparison.Ordinal) ? type[Root.Length..].Split('.')[0] : null;

    private static string? FeatureOf(string type) => type.StartsWith(Root + "Features.", StringComparison.Ordinal) ? type[(Root + "Features.").Length..].Split('.')[0] : null;

    private static string OuterName(string type) => type.Split('.')[^1].Split(['+', '/', '<'])[0];

    private static bool IsGenerated(IType type) => type.FullName.Contains("__", StringComparison.Ordinal) || type.FullName.StartsWith(Root + "_Imports", StringComparison.Ordinal)
        || type.FullName.Contains("<>", StringComparison.Ordinal) || type.Name.StartsWith("_Imports", StringComparison.Ordinal);
}
