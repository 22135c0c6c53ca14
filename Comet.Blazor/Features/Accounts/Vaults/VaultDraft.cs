using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>A Storage Vault as a person describes it (spec/01 §6). Secrets are not read out of a profile: one that is not named stays as it is.</summary>
/// <param name="Description">Its name.</param>
/// <param name="Type">DESTINATIONTYPE.</param>
public sealed record VaultDraft(string Description, int Type)
{
    private const int MostText = 4096;
    private const int MostLines = 65536;
    private const long MostBytes = 1L << 60;

    /// <summary>Values by <see cref="VaultField.Path"/>, flags as true and false; absent for a secret that stays.</summary>
    public ImmutableDictionary<string, string> Fields { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Secrets that the profile holds; by path.</summary>
    public ImmutableHashSet<string> KnownSecrets { get; init; } = [];

    /// <summary>Quota in bytes; null for none.</summary>
    public long? Limit { get; init; }

    /// <summary>What stays, unless a Protected Item has its own.</summary>
    public RetentionPolicy Retention { get; init; } = RetentionPolicy.KeepEverything;

    /// <summary>Ids of the devices that may use it; empty for all.</summary>
    public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>Hides from customers whose storage it is (RebrandStorage).</summary>
    public bool Rebrand { get; init; }

    /// <summary>A new vault of a type, with what its fields begin with.</summary>
    public static VaultDraft New(int type, RetentionPolicy retention) => new("", type)
    {
        Retention = retention,
        Fields = VaultFields.Of(type).Where(static f => !f.IsSecret).ToImmutableDictionary(static f => f.Path, Initial),
    };

    /// <summary>Reads a DestinationConfig, without its secrets.</summary>
    public static VaultDraft From(JsonObject vault)
    {
        var type = vault.Number("DestinationType") is > 0 and < int.MaxValue and var number ? (int)number : 0;
        var fields = VaultFields.Of(type);
        return new VaultDraft(vault.Text("Description"), type)
        {
            Fields = fields.Where(static f => !f.IsSecret).ToImmutableDictionary(static f => f.Path, f => Read(vault, f)),
            KnownSecrets = [.. fields.Where(f => f.IsSecret && Read(vault, f).Length > 0).Select(static f => f.Path)],
            Limit = vault.Flag("StorageLimitEnabled") ? vault.Number("StorageLimitBytes") : null,
            Retention = RetentionPolicy.Read(vault["DefaultRetention"] as JsonObject),
            Devices = [.. vault.Texts("AssociatedDevices")],
            Rebrand = vault.Flag("RebrandStorage"),
        };
    }

    /// <summary>Why devices can't use it; null when they can.</summary>
    public string? Unusable => VaultTypes.Reason(Type) ?? VaultLocations.Reason(Type, Field);

    /// <summary>Whether a person is asked for the field.</summary>
    public bool Asks(VaultField field) =>
        !field.OnlyWhenSet || (field.IsSecret ? KnownSecrets.Contains(field.Path) || Field(field.Path).Length > 0 : Field(field.Path) is not ("" or "false" or "0") && Field(field.Path) != field.Initial);

    /// <summary>The value of a field; empty when it has none or is a secret that stays.</summary>
    public string Field(string path) => Fields.GetValueOrDefault(path, "");

    /// <summary>What is wrong, in a sentence for the person who typed it.</summary>
    public Outcome Check()
    {
        if (Description.Trim().Length is 0 or > 255 || Description.Any(char.IsControl))
        {
            return Outcome.Invalid("Give the Storage Vault a name of at most 255 characters.");
        }

        if (VaultFields.Of(Type).Select(Complaint).FirstOrDefault(static c => c is not null) is { } wrong)
        {
            return Outcome.Invalid(wrong);
        }

        if (Type == VaultTypes.Sftp && SftpComplaint() is { } sftp)
        {
            return Outcome.Invalid(sftp);
        }

        if (Limit is < 1 or > MostBytes)
        {
            return Outcome.Invalid("The quota must be at least 1 byte. Switch it off for no quota.");
        }

        return RetentionCheck.Complaint(Retention) is { } retention ? Outcome.Invalid(retention) : Outcome.Done;
    }

    /// <summary>Writes it into a DestinationConfig; what it does not know stays.</summary>
    public void WriteTo(JsonObject vault)
    {
        vault["Description"] = Description.Trim();
        vault["DestinationType"] = (long)Type;
        foreach (var field in VaultFields.Of(Type))
        {
            if (Fields.TryGetValue(field.Path, out var value))
            {
                Write(vault, field, field.Path == "CometServer" ? WithSlash(value.Trim()) : value);
            }
        }

        vault["StorageLimitEnabled"] = Limit is not null;
        vault["StorageLimitBytes"] = Limit ?? vault.Number("StorageLimitBytes");
        vault["DefaultRetention"] = Retention.Write();
        vault["AssociatedDevices"] = new JsonArray([.. Devices.Select(static d => (JsonNode)d)]);
        vault["RebrandStorage"] = Rebrand;
    }

    private static string Initial(VaultField field) => field switch
    {
        { Initial.Length: > 0 } => field.Initial,
        { Kind: VaultFieldKind.Choice } => field.Choices[0].Value,
        { Kind: VaultFieldKind.Number } => "0",
        { Kind: VaultFieldKind.Flag } => "false",
        _ => "",
    };

    private static string WithSlash(string address) => address.Length == 0 || address.EndsWith('/') ? address : address + "/";

    private static string Read(JsonObject vault, VaultField field)
    {
        var (at, name) = Place(vault, field.Path);
        return field.Kind switch
        {
            VaultFieldKind.Flag => at.Flag(name) ? "true" : "false",
            VaultFieldKind.Number or VaultFieldKind.Choice => at.Number(name).ToString(CultureInfo.InvariantCulture),
            _ => at.Text(name),
        };
    }

    private static void Write(JsonObject vault, VaultField field, string value)
    {
        var names = field.Path.Split('.');
        var at = names.Length > 1 ? vault.MapForWrite(names[0]) : vault;
        at[names[^1]] = field.Kind switch
        {
            VaultFieldKind.Flag => value == "true",
            VaultFieldKind.Number or VaultFieldKind.Choice => long.Parse(value.Length == 0 ? "0" : value, CultureInfo.InvariantCulture),
            VaultFieldKind.Text => value.Trim(),
            _ => value,
        };
    }

    private static (JsonObject At, string Name) Place(JsonObject vault, string path) =>
        path.Split('.') is [var outer, var inner] ? (vault.Map(outer), inner) : (vault, path);

    private string? Complaint(VaultField field)
    {
        var given = Fields.TryGetValue(field.Path, out var value);
        value ??= "";
        var stays = field.IsSecret && !given && KnownSecrets.Contains(field.Path);
        return field switch
        {
            { Required: true } when value.Trim().Length == 0 && !stays => $"{field.Label} is missing.",
            { Kind: VaultFieldKind.SecretLines } => value.Length > MostLines ? $"{field.Label} is too long." : null,
            { Kind: VaultFieldKind.Number } => value.Length > 0 && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? $"{field.Label} must be a whole number of 0 or more." : null,
            { Kind: VaultFieldKind.Choice } => field.Choices.All(c => c.Value != value) ? $"{field.Label} must be one of: {string.Join(", ", field.Choices.Select(static c => c.Text))}." : null,
            { Path: "CometServer" } when !IsAddress(value) => "The server address must begin with https:// or http://, such as https://storage.example.com/.",
            { Path: "LocalcopyPath" } when !IsAbsolute(value) => @"The folder must be an absolute path on the device, such as /mnt/backup or E:\Backup.",
            _ => value.Length > MostText || value.Any(char.IsControl) ? $"{field.Label} is too long, or holds a control character." : null,
        };
    }

    private string? SftpComplaint() => Field("SFTPAuthMode") switch
    {
        _ when Field("SFTPCustomAuth_UseKnownHostsFile") == "true" && Field("SFTPCustomAuth_KnownHostsFile").Trim().Length == 0 => "File with known hosts is missing.",
        "1" => Empty("SFTPPassword") ? "Password is missing. Type it, or sign in with a private key." : null,
        "2" => Empty("SFTPPrivateKey") ? "Private key is missing. Paste it, or sign in with a password." : null,
        _ => null,
    };

    private bool Empty(string secret) => Fields.TryGetValue(secret, out var value) ? value.Length == 0 : !KnownSecrets.Contains(secret);

    private static bool IsAddress(string value) => Uri.TryCreate(value.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    private static bool IsAbsolute(string value) =>
        value.StartsWith('/') || value.StartsWith(@"\\", StringComparison.Ordinal) || (value.Length > 2 && char.IsAsciiLetter(value[0]) && value[1] == ':' && value[2] is '\\' or '/');
}
