using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// Turns registrations of FIDO U2F in a settings file of before into security keys, once, at start (mission "FIDO U2F"): the keys stay, and
/// where U2F was required, a security key is. What can't be read is kept aside under <see cref="AsideField"/>.
/// </summary>
/// <param name="settings">The settings file.</param>
/// <param name="log">The log.</param>
public sealed partial class U2fMigration(SettingsFile settings, ILogger<U2fMigration> log) : IOpenAtStart
{
    /// <summary>Where registrations stay that could not be read; nothing looks at it.</summary>
    public const string AsideField = "U2FRegistrationsNotMigrated";

    private const string OldKeys = "U2FRegistrations";
    private const string OldFlag = "AllowPasswordAndU2FLogin";
    private const string NewKeys = "WebAuthnRegistrations";
    private const string NewFlag = "AllowPasswordAndWebAuthnLogin";

    /// <inheritdoc />
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public Task OpenAsync(CancellationToken ct)
    {
        if (!settings.Read(static root => Administrators(root).Any(static a => a.ContainsKey(OldKeys) || a.ContainsKey(OldFlag))))
        {
            return Task.CompletedTask;
        }

        foreach (var (name, keys, unreadable) in settings.Update(static root => Administrators(root).Select(Migrate).ToList()))
        {
            if (keys > 0)
            {
                LogMigrated(keys, name);
            }

            if (unreadable.Count > 0)
            {
                LogUnreadable(string.Join(", ", unreadable), name, AsideField);
            }
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<JsonObject> Administrators(JsonObject root) => (root["AdminUsers"] as JsonArray ?? []).OfType<JsonObject>();

    private static (string Name, int Keys, List<string> Unreadable) Migrate(JsonObject administrator)
    {
        List<string> unreadable = [];
        var keys = administrator[NewKeys] as JsonArray ?? [];
        var before = keys.Count;
        foreach (var old in (administrator[OldKeys] as JsonArray ?? []).ToList())
        {
            if (Read(old) is not { } key)
            {
                unreadable.Add(old is JsonObject named && Text(named["Description"]) is { Length: > 0 } description ? description : "one without a name");
                Aside(administrator, old);
            }
            else if (!keys.OfType<JsonObject>().Any(k => Text(k["ID"]) == Convert.ToBase64String(key.Id)))
            {
                keys.Add(JsonSerializer.SerializeToNode(key, SecurityKeyJson.Default.SecurityKey));
            }
        }

        if (keys.Count > before)
        {
            administrator[NewKeys] = keys.Parent is null ? keys : keys.DeepClone();
        }

        // Required before means required afterwards; AllowPasswordLogin says whether the password alone opens, and stays as it is.
        if (administrator[OldFlag] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True)
        {
            administrator[NewFlag] = true;
        }

        administrator.Remove(OldKeys);
        administrator.Remove(OldFlag);
        return (Text(administrator["Username"]) ?? "", keys.Count - before, unreadable);
    }

    private static void Aside(JsonObject administrator, JsonNode? old)
    {
        if (administrator[AsideField] is not JsonArray aside)
        {
            administrator[AsideField] = aside = [];
        }

        aside.Add(old?.DeepClone());
    }

    private static SecurityKey? Read(JsonNode? node)
    {
        if (node is not JsonObject old || U2fRegistration.Read(Bytes(old["Registration"])) is not { } registration)
        {
            return null;
        }

        return new SecurityKey
        {
            Description = Text(old["Description"]) ?? "",
            RegisterTime = old["RegisterTime"] is JsonValue time && time.TryGetValue(out long seconds) ? seconds : 0,
            Type = 1,
            IsLegacyU2F = true,
            Id = registration.KeyHandle,
            Credential = new SecurityKeyCredential { PublicKey = registration.PublicKey, AttestationType = "fido-u2f", Aaguid = new byte[16] },
        };
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static byte[] Bytes(JsonNode? node)
    {
        try
        {
            return Convert.FromBase64String(Text(node) ?? "");
        }
        catch (FormatException)
        {
            return []; // counts as unreadable and is named in the log
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} registrations of FIDO U2F of the administrator {Name} are security keys (WebAuthn) now.")]
    private partial void LogMigrated(int count, string name);

    [LoggerMessage(LogLevel.Warning, "Registrations of FIDO U2F of the administrator {Name} could not be read: {Descriptions}. They are kept under {Field} in cometd.cfg and open nothing; register these keys again under My Account.")]
    private partial void LogUnreadable(string descriptions, string name, string field);
}

/// <summary>A registration message of FIDO U2F: 0x05, the public key as a point (65 bytes), the key handle's length and the key handle; then certificate and signature.</summary>
/// <param name="KeyHandle">What WebAuthn calls the credential's id.</param>
/// <param name="PublicKey">As COSE.</param>
internal sealed record U2fRegistration(byte[] KeyHandle, byte[] PublicKey)
{
    private const int Point = 1;
    private const int Length = 66;

    /// <summary>Reads one; null when it is none.</summary>
    public static U2fRegistration? Read(ReadOnlySpan<byte> message) =>
        message.Length > Length + 1 && message[0] == 0x05 && message[Length] is > 0 and var length && message.Length >= Length + 1 + length
        && LegacyKeyVerifier.CoseOf(message[Point..Length]) is { } key
            ? new U2fRegistration(message.Slice(Length + 1, length).ToArray(), key) : null;
}
