namespace Comet.Blazor.Security.WebAuthn;

/// <summary>What kind of thing a security key is (contract: WEBAUTHN_DEVICE_TYPE). A guess for the table: nothing depends on it.</summary>
public static class KeyKind
{
    private const int Unknown = 0;
    private const int Token = 1;
    private const int Android = 2;
    private const int Apple = 3;
    private const int AnyTpm = 4;
    private const int WindowsTpm = 5;
    private const int LinuxTpm = 6;

    // Models whose makers publish their numbers; keys in hardware have hundreds and are told by how they are reached.
    private static readonly Dictionary<Guid, int> Models = new()
    {
        [new("08987058-cadc-4b81-b6e1-30de50dcbe96")] = WindowsTpm, // Windows Hello, hardware
        [new("9ddd1817-af5a-4672-a2b9-3e3dd95000a9")] = WindowsTpm, // Windows Hello, protected by virtualisation
        [new("6028b017-b1d4-4c02-b4b3-afcdafc96bb2")] = WindowsTpm, // Windows Hello, software
        [new("b93fd961-f2e6-462f-b122-82002247de78")] = Android, // Android's own
        [new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] = Android, // Google Password Manager
        [new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd")] = Apple, // Apple Passwords
        [new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")] = Apple, // iCloud Keychain, managed
    };

    /// <summary>Guesses from the model's number, how it is attached and reached, and the browser's system.</summary>
    public static int Guess(ReadOnlySpan<byte> aaguid, string? attachment, IReadOnlyList<string> transports, string? userAgent)
    {
        if (aaguid.Length == 16 && Models.TryGetValue(new Guid(aaguid, bigEndian: true), out var model))
        {
            return model;
        }

        if (attachment == "platform" || (attachment is null && transports.Contains("internal")))
        {
            return userAgent switch
            {
                { } a when a.Contains("Android", StringComparison.Ordinal) => Android,
                { } a when a.Contains("Windows", StringComparison.Ordinal) => WindowsTpm,
                { } a when a.Contains("Macintosh", StringComparison.Ordinal) || a.Contains("iPhone", StringComparison.Ordinal) || a.Contains("iPad", StringComparison.Ordinal) => Apple,
                { } a when a.Contains("Linux", StringComparison.Ordinal) => LinuxTpm,
                _ => AnyTpm,
            };
        }

        // A telephone that stands in for a key is reached over "hybrid" and may be anybody's.
        return transports.Any(static t => t is "usb" or "nfc" or "ble" or "smart-card") || (attachment == "cross-platform" && !transports.Contains("hybrid")) ? Token : Unknown;
    }

    /// <summary>In words.</summary>
    public static string Words(int type) => type switch
    {
        Token => "Hardware security key",
        Android => "Android device",
        Apple => "Apple device",
        AnyTpm => "Built into a device",
        WindowsTpm => "Windows Hello",
        LinuxTpm => "Built into a Linux device",
        _ => "Security key",
    };
}
