namespace Comet.Blazor.Features.Policies.Open;

/// <summary>How a policy treats a setting that the user could also choose (spec/01 §4.4). The numbers are the contract's DefaultSettingMode.</summary>
public enum DefaultSettingMode
{
    /// <summary>The product's own default; the user may change it.</summary>
    SystemDefault = 0,

    /// <summary>On at first; the user may change it.</summary>
    OptionalOn = 1,

    /// <summary>Off at first; the user may change it.</summary>
    OptionalOff = 2,

    /// <summary>On, whatever was stored.</summary>
    AlwaysOn = 3,

    /// <summary>Off, whatever was stored.</summary>
    AlwaysOff = 4,
}

/// <summary>What a mode means for a value.</summary>
public static class DefaultSettingModes
{
    /// <summary>All modes with their names for people, in the order of the mission.</summary>
    public static IReadOnlyList<(DefaultSettingMode Mode, string Name)> Names { get; } =
    [
        (DefaultSettingMode.SystemDefault, "System default"),
        (DefaultSettingMode.OptionalOn, "Optional, default on"),
        (DefaultSettingMode.OptionalOff, "Optional, default off"),
        (DefaultSettingMode.AlwaysOn, "Always on"),
        (DefaultSettingMode.AlwaysOff, "Always off"),
    ];

    /// <summary>The value that counts when <paramref name="requested"/> is what the user or the profile has.</summary>
    public static bool Effective(this DefaultSettingMode mode, bool requested) => mode switch
    {
        DefaultSettingMode.AlwaysOn => true,
        DefaultSettingMode.AlwaysOff => false,
        _ => requested,
    };

    /// <summary>The value that a new setting starts with.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="systemDefault">The product's own default.</param>
    public static bool Initial(this DefaultSettingMode mode, bool systemDefault) => mode switch
    {
        DefaultSettingMode.OptionalOn or DefaultSettingMode.AlwaysOn => true,
        DefaultSettingMode.OptionalOff or DefaultSettingMode.AlwaysOff => false,
        _ => systemDefault,
    };

    /// <summary>What a new account gets; the product's own default is off.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="requested">What its creator chose; null for nothing.</param>
    public static bool ForNew(this DefaultSettingMode mode, bool? requested) => mode.Effective(requested ?? mode.Initial(false));

    /// <summary>True when the user can't choose.</summary>
    public static bool IsEnforced(this DefaultSettingMode mode) => mode is DefaultSettingMode.AlwaysOn or DefaultSettingMode.AlwaysOff;
}
