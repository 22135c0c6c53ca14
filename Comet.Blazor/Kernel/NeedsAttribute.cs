namespace Comet.Blazor.Kernel;

/// <summary>
/// On a page: the right without which it is not shown. Whoever opens its address all the same is told which permission is missing. This spares
/// people empty pages; what protects the data is that every service asks again (spec/04 §3.1).
/// </summary>
/// <param name="right">The right.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(Right right) : Attribute
{
    /// <summary>The right.</summary>
    public Right Right { get; } = right;
}
