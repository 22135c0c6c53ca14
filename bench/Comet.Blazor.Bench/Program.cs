using Comet.Blazor.Bench;

var all = typeof(IBench).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IBench))).Select(t => (IBench)Activator.CreateInstance(t)!)
    .OrderBy(b => b.Name, StringComparer.Ordinal).ToList();
if (args is [var name, ..] && all.Find(b => b.Name == name) is { } bench)
{
    return await bench.RunAsync(args[1..]);
}

Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Comet.Blazor.Bench -- <name> [options]");
foreach (var b in all)
{
    Console.Error.WriteLine($"  {b.Name,-12} {b.Purpose}");
}

return 2;
