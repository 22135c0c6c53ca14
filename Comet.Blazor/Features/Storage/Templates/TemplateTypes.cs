using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Types of Storage Templates, the contract's REMOTESERVER, and which of them this server can make storage from (spec/03 §2).</summary>
public static class TemplateTypes
{
    /// <summary>A bucket of a Storage Role.</summary>
    public const string Comet = "comet";

    /// <summary>A folder of its own for each vault, in one S3-compatible bucket.</summary>
    public const string S3 = "s3";

    /// <summary>OBJECT_LOCK_OFF of the contract.</summary>
    public const long LockOff = 2;

    private const int MostText = 4096;
    private const long LockOn = 1;

    /// <summary>The DESTINATIONTYPE of a vault that is made from such a template.</summary>
    public static int VaultType(string type) => type == S3 ? VaultTypes.S3 : VaultTypes.StorageRole;

    /// <summary>Why no storage can be made from a template; null when it can.</summary>
    public static string? Reason(JsonObject template) => template.Text("Type") switch
    {
        Comet => null,
        S3 when template.Map("S3").Text("IAMEndpoint").Length > 0 =>
            "This server does not make users in an S3 store (IAM). Leave the IAM endpoint empty: each vault then gets a folder of its own in the bucket.",
        S3 => LocksObjects(template.Map("S3")) ? VaultLocations.NoObjectLock : null,
        "ldap" or "oidc" => "Templates of this type are for the sign-in of administrators, not for storage.",
        "aws" or "wasabi" or "idrivee2" or "b2" => "This server does not make users and keys at this provider. Use a template of type s3 with the provider's S3 address and a key for one bucket.",
        "storj" or "impossiblecloud-iam" or "impossiblecloud-partner" or "cometstorage" or "custom" =>
            "This server can't order storage from this provider. Use a template of type s3, or of type comet.",
        "local" or "localcopy" or "sftp" => "A Storage Template makes storage that all devices of a user reach, with a key of its own. Describe folders of a device and SFTP servers by hand, as Storage Vaults of the user.",
        var type => $"'{type}' is no type of Storage Template. Use comet or s3.",
    };

    /// <summary>What is wrong with a template of a type that works, in a sentence.</summary>
    /// <param name="template">With plain secrets.</param>
    public static Outcome Check(JsonObject template)
    {
        if (template.Text("Description").Trim().Length is 0 or > 255)
        {
            return Outcome.Invalid("Give each Storage Template a description of at most 255 characters: it becomes the name of the vaults.");
        }

        if (Reason(template) is { } reason)
        {
            return Outcome.Refuse(Refusal.Unsupported, reason);
        }

        if (template.Flag("StorageLimitEnabled") && template.Number("StorageLimitBytes") < 1)
        {
            return Outcome.Invalid($"The quota of the template {template.Text("Description")} must be at least 1 byte. Switch it off for no quota.");
        }

        return template.Text("Type") == S3 ? CheckS3(template.Map("S3")) : template.Text("RemoteAddress").Length > 0 ? CheckRemote(template) : Outcome.Done;
    }

    /// <summary>The fields of a vault in a folder of its own (contract: DestinationConfig).</summary>
    /// <param name="template">A template of type <see cref="S3"/> without complaint, with plain secrets.</param>
    public static JsonObject S3Location(JsonObject template)
    {
        var s3 = template.Map("S3");
        var address = Endpoint(s3.Text("S3Endpoint"))!;
        var prefix = s3.Text("Prefix").Trim('/');
        return new JsonObject
        {
            ["S3Server"] = address.IsDefaultPort ? address.Host : address.Authority,
            ["S3UsesTLS"] = address.Scheme == "https",
            ["S3AccessKey"] = s3.Text("AccessKey"),
            ["S3SecretKey"] = s3.Text("SecretKey"),
            ["S3BucketName"] = s3.Text("MasterBucket"),
            ["S3Subdir"] = (prefix.Length > 0 ? prefix + "/" : "") + Guid.NewGuid().ToString("N"),
            ["S3CustomRegion"] = s3.Text("Region"),
            ["S3RemoveDeleted"] = s3.Flag("RemoveDeleted"),
            ["S3ObjectLockMode"] = LockOff,
        };
    }

    /// <summary>Whether a template's S3 part asks for Object Lock; older documents say it by a flag.</summary>
    public static bool LocksObjects(JsonObject s3) => s3.Number("ObjectLockMode") == LockOn || (s3.Number("ObjectLockMode") == 0 && s3.Flag("UseObjectLock"));

    private static Outcome CheckRemote(JsonObject template) =>
        RemoteStorageRole.Address(template) is null ? Outcome.Invalid("The address of the other server must begin with https:// or http://, such as https://storage.example.com/.")
        : template.Text("Username").Length is 0 or > 255 ? Outcome.Invalid("The name of the administrator on the other server is missing.")
        : template.Text("Password").Length is 0 or > MostText ? Outcome.Invalid("The password of the administrator on the other server is missing.")
        : Outcome.Done;

    private static Outcome CheckS3(JsonObject s3) =>
        new[] { "S3Endpoint", "MasterBucket", "AccessKey", "SecretKey" }.FirstOrDefault(f => s3.Text(f).Trim().Length is 0 or > MostText) is { } missing ? Outcome.Invalid($"S3.{missing} is missing.")
        : Endpoint(s3.Text("S3Endpoint")) is null ? Outcome.Invalid("S3.S3Endpoint must be a host name, or an address such as https://s3.example.com.")
        : Outcome.Done;

    // A bare host name is reached by TLS.
    private static Uri? Endpoint(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text.Trim() : "https://" + text.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;
}
