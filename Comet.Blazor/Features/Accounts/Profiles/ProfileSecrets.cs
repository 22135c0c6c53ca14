using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Keeps the secrets inside profiles (keys of buckets, passwords of storage and databases) sealed on the disk, each for its account: a copy of
/// the data folder without the keys folder opens no bucket. Above <see cref="AccountStore"/> everybody sees them as they are, so the profile's
/// hash and the contract know nothing of it.
/// </summary>
/// <param name="box">Seals.</param>
/// <param name="log">Told of secrets that can't be opened.</param>
public sealed partial class ProfileSecrets(SecretBox box, ILogger<ProfileSecrets> log)
{
    /// <summary>The profile as it is stored.</summary>
    public byte[] Seal(AccountId account, byte[] profile) => Rewrite(profile, text => SecretBox.IsSealed(text) ? text : box.Seal(Purpose(account), text));

    /// <summary>
    /// The stored profile as it is. A secret that can't be opened, because the keys folder is gone, stays sealed, so that it works again with
    /// the folder put back.
    /// </summary>
    public byte[] Open(AccountId account, byte[] stored) => Rewrite(stored, text =>
    {
        try
        {
            return SecretBox.IsSealed(text) ? box.Open(Purpose(account), text) : text;
        }
        catch (SecretLostException ex)
        {
            LogLost(account, ex.Message);
            return text;
        }
    });

    /// <summary>True when the stored profile holds a secret in clear, as earlier versions left them.</summary>
    public static bool NeedsSealing(byte[] stored)
    {
        var needs = false;
        Rewrite(stored, text =>
        {
            needs |= !SecretBox.IsSealed(text);
            return text;
        });
        return needs;
    }

    private static string Purpose(AccountId account) => "profile:" + account.Value;

    private static byte[] Rewrite(byte[] json, Func<string, string> secret)
    {
        var root = ProfileJson.Load(json);
        var changed = false;
        foreach (var (_, part) in root)
        {
            changed |= Walk(part, secret); // the fields of the profile itself have formats of their own
        }

        return changed ? ProfileJson.Save(root) : json;
    }

    private static bool Walk(JsonNode? at, Func<string, string> secret)
    {
        var changed = false;
        switch (at)
        {
            case JsonArray list:
                foreach (var each in list)
                {
                    changed |= Walk(each, secret);
                }

                break;
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    if (value?.GetValueKind() != JsonValueKind.String)
                    {
                        changed |= Walk(value, secret);
                    }
                    else if (AuditSecrets.IsSecret(name) && value.GetValue<string>() is { Length: > 0 } text && secret(text) is var other && other != text)
                    {
                        map[name] = other;
                        changed = true;
                    }
                }

                break;
            default:
                break;
        }

        return changed;
    }

    [LoggerMessage(LogLevel.Error, "A secret in the profile of account {Account} can't be opened: {Why}")]
    private partial void LogLost(AccountId account, string why);
}
