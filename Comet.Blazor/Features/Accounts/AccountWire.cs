using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Answers about accounts in the contract's frozen names.</summary>
public static class AccountWire
{
    /// <summary>UserProfileConfig, bare, with every field of the contract.</summary>
    public static JsonObject Profile(AccountDocument document)
    {
        var root = (JsonObject)document.Root.DeepClone();
        ProfileTemplates.Complete(root);
        return root;
    }

    /// <summary>GetProfileHashResponseMessage.</summary>
    public static JsonObject Hash(string hash) => new() { ["Status"] = 200, ["Message"] = "OK", ["ProfileHash"] = hash };

    /// <summary>GetProfileAndHashResponseMessage.</summary>
    public static JsonObject ProfileAndHash(ProfileView view)
    {
        var answer = Hash(view.Hash);
        answer["Profile"] = Profile(view.Document);
        return answer;
    }

    /// <summary>RequestStorageVaultResponseMessage.</summary>
    public static JsonObject RequestedVault(string vaultId, ProfileView view)
    {
        var answer = ProfileAndHash(view);
        answer["DestinationID"] = vaultId;
        return answer;
    }
}
