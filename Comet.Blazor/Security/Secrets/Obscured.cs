namespace Comet.Blazor.Security.Secrets;

/// <summary>What stands in the place of a secret that is not shown; sent back, it means that the secret stays (spec/04 §5).</summary>
public static class Obscured
{
    /// <summary>The text.</summary>
    public const string Text = "********";

    /// <summary>A secret as it is shown: nothing when there is none.</summary>
    public static string Of(string? secret) => string.IsNullOrEmpty(secret) ? "" : Text;
}
