using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Settings.Raw;

/// <summary>Whether a settings document can be used: its known fields have the shape of the contract (ServerConfigOptions), and what the server reads is in range.</summary>
public static class SettingsShape
{
    private static readonly string[] Objects =
    [
        "AuthenticationRole", "Branding", "ConstellationRole", "OverseerRole", "Email", "ExternalAdminUserSources", "IPRateLimit", "LoginProtection", "License", "Organizations",
        "SelfBackup", "SessionSettings", "SoftwareBuildRole", "StorageRole", "WebhookOptions", "AuditFileOptions",
    ];

    private static readonly string[] Maps = ["ExternalAdminUserSources", "Organizations", "WebhookOptions", "AuditFileOptions"];
    private static readonly string[] Lists = ["AdminUsers", "ListenAddresses", "PSAConfigs"];

    /// <summary>Refuses with the field that is wrong and what it must be. Unknown fields may hold anything; null stands for the empty value.</summary>
    public static Outcome Check(JsonObject settings) => CheckKinds(settings) is { Ok: false } kinds ? kinds : CheckValues(settings);

    private static Outcome CheckKinds(JsonObject settings)
    {
        foreach (var (name, value) in settings)
        {
            var must = value is null ? null
                : Objects.Contains(name) && value is not JsonObject ? "an object, in braces { }"
                : Maps.Contains(name) && ((JsonObject)value).Any(static p => p.Value is not (null or JsonObject)) ? "an object whose values are objects"
                : Lists.Contains(name) && (value is not JsonArray list || list.Any(static i => i is not JsonObject)) ? "a list of objects, in brackets [ ]"
                : name == "ExperimentalOptions" && (value is not JsonArray texts || texts.Any(static i => i?.GetValueKind() != JsonValueKind.String)) ? "a list of texts"
                : name == "TrustXForwardedFor" && value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False) ? "true or false"
                : null;
            if (must is not null)
            {
                return Outcome.Invalid($"The field {name} must be {must}.");
            }
        }

        return Outcome.Done;
    }

    private static Outcome CheckValues(JsonObject settings)
    {
        try
        {
            LoginProtection.Read(settings);
            var administrators = AdministratorStore.In(settings);
            return CheckSessions(settings) is { Ok: false } sessions ? sessions
                : settings["AuthenticationRole"]?["RemoteStorage"] is not (null or JsonArray) ? Outcome.Invalid("The field AuthenticationRole.RemoteStorage must be a list.")
                : CheckAdministrators(administrators);
        }
        catch (InvalidDataException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    private static Outcome CheckSessions(JsonObject settings)
    {
        var seconds = (settings["SessionSettings"] as JsonObject)?["ExpiredInSeconds"];
        return seconds is null || (seconds is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) && number >= 0 && number <= SessionTimes.Longest.TotalSeconds)
            ? Outcome.Done
            : Outcome.Invalid($"The field SessionSettings.ExpiredInSeconds must be a whole number from 0, which means 30 minutes, to {SessionTimes.Longest.TotalSeconds:0}, which is 7 days.");
    }

    private static Outcome CheckAdministrators(IReadOnlyList<Administrator> administrators)
    {
        foreach (var one in administrators)
        {
            var rule = AdministratorFields.Check(one.OrganizationId, one.AllowedAddresses ?? "", one.Permissions);
            if (!rule.Ok)
            {
                return Outcome.Invalid($"The administrator {one.Name}: {rule.Why}");
            }

            if (one.PasswordFormat == 0 && string.IsNullOrEmpty(one.ExternalAuthenticationSource) && PasswordRules.Check(one.PasswordRecord) is { Ok: false } password)
            {
                return Outcome.Invalid($"The administrator {one.Name} has PasswordFormat 0, which is a password as plain text. {password.Why}");
            }
        }

        return Outcome.Done;
    }
}
