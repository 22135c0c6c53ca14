namespace Comet.Blazor.Kernel;

/// <summary>
/// The stable key of a customer account. The username is an attribute that may change (decisions.md 20 to 22); this never does.
/// Keys of devices, Protected Items and Storage Vaults are the map keys of the profile, any unique string, and stay strings.
/// </summary>
/// <param name="Value">32 lower-case hex digits.</param>
public readonly record struct AccountId(string Value)
{
    /// <summary>A new random id.</summary>
    public static AccountId New() => new(Guid.NewGuid().ToString("N"));

    /// <inheritdoc />
    public override string ToString() => Value;
}
