using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>A field of a profile that a person edits by a form.</summary>
/// <param name="Name">Its name in the contract.</param>
/// <param name="Label">Its name to people.</param>
public sealed record ProfileField(string Name, string Label);

/// <summary>The fields of the Profile tab (spec/01 §2.1).</summary>
public static class ProfileFields
{
    /// <summary>All of them, in the order of the tab.</summary>
    public static IReadOnlyList<ProfileField> All { get; } =
    [
        new("AccountName", "Account name"),
        new("LanguageCode", "Language"),
        new("LocalTimezone", "Time zone"),
        new("GroupID", "Group"),
        new("PasswordRecovery", "Allow administrator to reset password"),
        new("RequirePasswordChange", "Require password change at next login"),
        new("AllProtectedItemsQuotaEnabled", "Limit of all Protected Items"),
        new("AllProtectedItemsQuotaBytes", "Size of all Protected Items"),
        new("MaximumDevices", "Maximum devices"),
        new("QuotaOffice365ProtectedAccounts", "Office 365 accounts"),
        new("QuotaHyperVGuests", "Hyper-V guests"),
        new("QuotaVMwareGuests", "VMware guests"),
        new("AutoStorageTemplateGUID", "Storage Vault for new devices"),
        new("LinuxHomedirSandbox", "Restrict Linux devices to home directories"),
    ];

    /// <summary>The label of a field; the name itself for one that is not on the tab.</summary>
    public static string LabelOf(string path) => All.FirstOrDefault(f => f.Name == path)?.Label ?? path;

    /// <summary>A value of a field as people write it.</summary>
    /// <param name="path">The field.</param>
    /// <param name="json">Its value's JSON.</param>
    public static string Shown(string path, string json) => json switch
    {
        "true" => "yes",
        "false" => "no",
        "\"\"" or "null" => "none",
        ['"', .. var text, '"'] => text,
        _ when path.EndsWith("Bytes", StringComparison.Ordinal) && long.TryParse(json, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => ByteSize.Format(bytes),
        _ => json,
    };

    /// <summary>Equal, or both nothing: an absent field, an empty text, 0 and false mean the same in the contract.</summary>
    public static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other) || (IsNothing(one) && IsNothing(other));

    private static bool IsNothing(JsonNode? node) => node is null || node.GetValueKind() switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => node.GetValue<string>().Length == 0,
        JsonValueKind.Number => node.AsValue().TryGetValue<long>(out var number) && number == 0,
        _ => false,
    };
}
