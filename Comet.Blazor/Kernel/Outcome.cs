namespace Comet.Blazor.Kernel;

/// <summary>Why a command was refused. The numbers are the API's status codes (spec/06 §3).</summary>
public enum Refusal
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>A parameter is missing or wrong.</summary>
    Invalid = 400,

    /// <summary>Credentials are missing or wrong.</summary>
    Unauthenticated = 401,

    /// <summary>A right, a policy or a suspended account forbids it.</summary>
    Denied = 403,

    /// <summary>The thing named does not exist.</summary>
    Missing = 404,

    /// <summary>Changed by somebody else meanwhile, or a duplicate name.</summary>
    Conflict = 409,

    /// <summary>Too many failed attempts; wait.</summary>
    TooMany = 429,

    /// <summary>This server cannot do it.</summary>
    Unsupported = 501,

    /// <summary>The device refused, or left.</summary>
    DeviceRefused = 502,

    /// <summary>The device did not answer in time.</summary>
    TimedOut = 504,
}

/// <summary>Result of a command: done, or an expected refusal with a sentence for a person. Faults are exceptions.</summary>
/// <param name="Kind">The kind of refusal; <see cref="Refusal.None"/> when done.</param>
/// <param name="Why">The sentence; empty when done.</param>
public readonly record struct Outcome(Refusal Kind, string Why)
{
    /// <summary>Done.</summary>
    public static Outcome Done => new(Refusal.None, "");

    /// <summary>True when done.</summary>
    public bool Ok => Kind == Refusal.None;

    /// <summary>A refusal.</summary>
    public static Outcome Refuse(Refusal kind, string why) => new(kind, why);

    /// <summary>Done with a value; for types, such as lists seen as interfaces, that do not convert by themselves.</summary>
    public static Outcome<T> Of<T>(T value) => new(Refusal.None, "", value);

    /// <summary>A parameter is missing or wrong.</summary>
    public static Outcome Invalid(string why) => new(Refusal.Invalid, why);

    /// <summary>The thing named does not exist.</summary>
    public static Outcome Missing(string why) => new(Refusal.Missing, why);

    /// <summary>A right is lacking.</summary>
    public static Outcome Denied(string why) => new(Refusal.Denied, why);

    /// <summary>Changed meanwhile, or a duplicate.</summary>
    public static Outcome Conflict(string why) => new(Refusal.Conflict, why);
}

/// <summary>Result of a command that yields a value.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Kind">The kind of refusal; <see cref="Refusal.None"/> when done.</param>
/// <param name="Why">The sentence; empty when done.</param>
/// <param name="Value">The value; default when refused.</param>
public readonly record struct Outcome<T>(Refusal Kind, string Why, T? Value)
{
    /// <summary>True when done.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Kind == Refusal.None;

    /// <summary>The refusal without the value.</summary>
    public Outcome Plain => new(Kind, Why);

    /// <summary>Done with a value.</summary>
    public static implicit operator Outcome<T>(T value) => new(Refusal.None, "", value);

    /// <summary>Carries a refusal over.</summary>
    public static implicit operator Outcome<T>(Outcome refusal) => new(refusal.Kind, refusal.Why, default);
}
