using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Api.Account;

/// <summary>Administrators in the contract's frozen names; secrets are obscured.</summary>
public static class AdministratorWire
{
    private static readonly string[] Security =
    [
        "PasswordFormat", "Password", "AllowPasswordLogin", "AllowPasswordAndTOTPLogin", "AllowPasswordAndU2FLogin", "AllowPasswordAndWebAuthnLogin",
        "WebAuthnRegistrations", "RequirePasswordChange", "TOTPKeyEncryptionFormat", "TOTPKey", "IPWhitelist",
    ];

    /// <summary>AllowedAdminUser.</summary>
    public static JsonObject User(Administrator one)
    {
        var node = (JsonObject)JsonSerializer.SerializeToNode(one with { PasswordRecord = Obscured.Of(one.PasswordRecord), TotpKey = Obscured.Of(one.TotpKey), Others = null }, AdministratorJson.Default.Administrator)!;
        node.Remove("TOTPKeyChecked");
        node["AllowPasswordAndU2FLogin"] = false; // what came by U2F is among the WebAuthn registrations
        return node;
    }

    /// <summary>AdminAccountPropertiesResponse.</summary>
    public static JsonObject Properties(Administrator one)
    {
        var user = User(one);
        var security = new JsonObject();
        foreach (var field in Security.Where(user.ContainsKey))
        {
            security[field] = user[field]?.DeepClone();
        }

        return new JsonObject { ["OrganizationID"] = one.OrganizationId, ["Permissions"] = user["Permissions"]!.DeepClone(), ["Security"] = security };
    }
}
