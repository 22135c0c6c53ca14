using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Lockout;

/// <summary>How often a sign-in may fail (spec/04 §4.6; contract: LoginProtectionOptions).</summary>
/// <param name="Enabled">Whether failures count at all.</param>
/// <param name="FailureThreshold">Failures of one name from one address after which it must wait; ten times as many for an address whatever the names.</param>
/// <param name="CooldownSeconds">The wait, in seconds.</param>
public sealed record LoginProtection(bool Enabled, int FailureThreshold, int CooldownSeconds)
{
    /// <summary>The field in <c>cometd.cfg</c>.</summary>
    public const string Field = "LoginProtection";

    /// <summary>The highest threshold that is accepted.</summary>
    public const int MaxThreshold = 100_000;

    /// <summary>The longest wait that is accepted, in seconds: a week.</summary>
    public const int MaxCooldownSeconds = 7 * 24 * 3600;

    /// <summary>What a new server starts with, and what a settings file without the field means (docs/adr/login-protection.md).</summary>
    public static LoginProtection Default { get; } = new(true, 10, 300);

    /// <summary>The wait.</summary>
    public TimeSpan Cooldown => TimeSpan.FromSeconds(CooldownSeconds);

    /// <summary>Reads the settings document. A number that is absent or 0 is one that nobody chose, and gets the default.</summary>
    /// <exception cref="InvalidDataException">The field is there in a shape that is none; the message says what to correct.</exception>
    public static LoginProtection Read(JsonObject settings)
    {
        try
        {
            if (settings[Field] is not { } node)
            {
                return Default;
            }

            var fields = node.AsObject();
            var read = new LoginProtection(
                (bool?)fields[nameof(Enabled)] ?? false, Number(fields, nameof(FailureThreshold), Default.FailureThreshold), Number(fields, nameof(CooldownSeconds), Default.CooldownSeconds));
            return read.Check() is { Ok: false } problem ? throw new InvalidDataException($"The settings file cometd.cfg has a {Field} that can't be used: {problem.Why}") : read;
        }
        catch (Exception ex) when (ex is InvalidOperationException or FormatException or JsonException)
        {
            throw new InvalidDataException(
                $"The settings file cometd.cfg has a {Field} that can't be read. It must be like {{\"Enabled\": true, \"FailureThreshold\": 10, \"CooldownSeconds\": 300}}. Correct it.", ex);
        }
    }

    /// <summary>Writes it into the settings document; unknown fields beside it stay.</summary>
    public void Write(JsonObject settings)
    {
        if (settings[Field] is not JsonObject fields)
        {
            settings[Field] = fields = [];
        }

        fields[nameof(Enabled)] = Enabled;
        fields[nameof(FailureThreshold)] = FailureThreshold;
        fields[nameof(CooldownSeconds)] = CooldownSeconds;
    }

    /// <summary>Whether the numbers can be used.</summary>
    public Outcome Check() =>
        FailureThreshold is < 1 or > MaxThreshold ? Outcome.Invalid($"FailureThreshold must be 1 to {MaxThreshold}.")
        : CooldownSeconds is < 1 or > MaxCooldownSeconds ? Outcome.Invalid($"CooldownSeconds must be 1 to {MaxCooldownSeconds}.")
        : Outcome.Done;

    private static int Number(JsonObject fields, string name, int whenAbsent)
    {
        // A number that was set and not yet written and read again keeps its type.
        var number = fields[name]?.AsValue() is not { } value ? 0 : value.TryGetValue(out int set) ? set : value.GetValue<long>();
        return number == 0 ? whenAbsent : (int)Math.Clamp(number, int.MinValue, int.MaxValue);
    }
}
