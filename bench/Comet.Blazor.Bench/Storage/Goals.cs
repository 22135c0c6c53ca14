namespace Comet.Blazor.Bench.Storage;

/// <summary>Compares a figure with its goal and says so.</summary>
internal static class Goals
{
    /// <summary>Prints one line; answers true when the goal is met.</summary>
    public static bool Check(string what, double value, string relation, double goal)
    {
        var met = relation == "at most" ? value <= goal : value >= goal;
        Console.WriteLine($"- {what}: {value.Two()}, goal {relation} {goal.Two()}: {(met ? "met" : "MISSED")}");
        return met;
    }
}
