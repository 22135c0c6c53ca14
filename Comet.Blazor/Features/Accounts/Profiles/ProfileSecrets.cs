using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
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
    /// <summary>The profile as it is stored, from its JSON.</summary>
    public byte[] Seal(AccountId account, byte[] profile) => NeedsSealing(profile) ? Seal(account, ProfileJson.Load(profile), profile, OpenedProfile.New) : profile;

    /// <summary>The profile as it is stored. Seals in place: <paramref name="root"/> is of no use afterwards.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="root">The profile.</param>
    /// <param name="json">The same as JSON.</param>
    /// <param name="opened">What it was made of: a secret that did not change keeps its sealed text, so that an unchanged profile stays byte for byte.</param>
    public byte[] Seal(AccountId account, JsonObject root, byte[] json, OpenedProfile opened) =>
        Rewrite(root, text => SecretBox.IsSealed(text) ? text : opened.Seals.TryGetValue(text, out var same) ? same : box.Seal(Purpose(account), text)) ? ProfileJson.Save(root) : json;

    /// <summary>The stored profile as it is, as JSON. See <see cref="Load"/>.</summary>
    public byte[] Open(AccountId account, byte[] stored) => Load(account, stored) is { Seals.Count: > 0 } opened ? ProfileJson.Save(opened.Root) : stored;

    /// <summary>
    /// The stored profile as it is. A secret that can't be opened, because the keys folder is gone, stays sealed, so that it works again with
    /// the folder put back.
    /// </summary>
    public OpenedProfile Load(AccountId account, byte[] stored)
    {
        var root = ProfileJson.Load(stored);
        Dictionary<string, string> seals = [];
        Rewrite(root, text =>
        {
            try
            {
                if (SecretBox.IsSealed(text))
                {
                    var clear = box.Open(Purpose(account), text);
                    seals[clear] = text;
                    return clear;
                }
            }
            catch (SecretLostException ex)
            {
                LogLost(account, ex.Message);
            }

            return text;
        });
        return new OpenedProfile(root, seals);
    }

    /// <summary>True when the stored profile holds a secret in clear, as earlier versions left them.</summary>
    public static bool NeedsSealing(byte[] stored)
    {
        var needs = false;
        Rewrite(ProfileJson.Load(stored), text =>
        {
            needs |= !SecretBox.IsSealed(text);
            return text;
        });
        return needs;
    }

    private static string Purpose(AccountId account) => "profile:" + account.Value;

    private static bool Rewrite(JsonObject root, Func<string, string> secret)
    {
        var changed = false;
        foreach (var (_, part) in root)
        {
            changed |= JsonSecrets.Rewrite(part, secret); // the fields of the profile itself have formats of their own
        }

        return changed;
    }

    [LoggerMessage(LogLevel.Error, "A secret in the profile of account {Account} can't be opened: {Why}")]
    private partial void LogLost(AccountId account, string why);
}

/// <summary>A profile whose secrets were opened.</summary>
/// <param name="Root">The profile.</param>
/// <param name="Seals">The opened secrets, with the sealed texts that stand for them on the disk.</param>
public sealed record OpenedProfile(JsonObject Root, IReadOnlyDictionary<string, string> Seals)
{
    /// <summary>Nothing was opened.</summary>
    public static OpenedProfile New { get; } = new([], new Dictionary<string, string>());
}
