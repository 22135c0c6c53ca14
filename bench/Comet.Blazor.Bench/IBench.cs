namespace Comet.Blazor.Bench;

/// <summary>One program that measures ratios against a reference in the same run and prints a Markdown table (decisions.md 14).</summary>
public interface IBench
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>One line of help.</summary>
    string Purpose { get; }

    /// <summary>Runs it; answers 0 when every goal is met, 1 when one is missed.</summary>
    Task<int> RunAsync(string[] args);
}
