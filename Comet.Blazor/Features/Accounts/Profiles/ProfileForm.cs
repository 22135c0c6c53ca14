using System.Text.Json.Nodes;
using Comet.Blazor.Security.Documents;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>A profile while a person edits it: what it was, what it shall be, and on which state that is based.</summary>
/// <param name="view">The profile as it was read.</param>
public sealed class ProfileForm(ProfileView view)
{
    /// <summary>The profile that the person began with.</summary>
    public JsonObject Began { get; private set; } = (JsonObject)view.Document.Root.DeepClone();

    /// <summary>The profile that the person wants.</summary>
    public JsonObject Mine { get; private set; } = (JsonObject)view.Document.Root.DeepClone();

    /// <summary>Hash of <see cref="Began"/>.</summary>
    public string Hash { get; private set; } = view.Hash;

    /// <summary>The fields of the tab that the person has changed.</summary>
    public IReadOnlyList<ProfileField> Changes => [.. ProfileFields.All.Where(f => !ProfileFields.Same(Began[f.Name], Mine[f.Name]))];

    /// <summary>What is wrong with a field that the person has changed; null when nothing is.</summary>
    public string? Problem(string field) => ProfileFields.Same(Began[field], Mine[field]) ? null : ProfileValues.Problem(field, Mine);

    /// <summary>True when nothing that was changed is wrong.</summary>
    public bool IsValid => Changes.All(f => ProfileValues.Problem(f.Name, Mine) is null);

    /// <summary>Gives a field a value. The value that it had leaves no trace.</summary>
    public void Set(string field, JsonNode? value)
    {
        if (!ProfileFields.Same(Began[field], value))
        {
            Mine[field] = value;
        }
        else if (Began.TryGetPropertyValue(field, out var before))
        {
            Mine[field] = before?.DeepClone();
        }
        else
        {
            Mine.Remove(field);
        }
    }

    /// <summary>What the person and somebody else have made of the profile.</summary>
    public MergeResult Against(ProfileView now) => DocumentMerge.Of(Began, now.Document.Root, Mine);

    /// <summary>Puts the person's changes onto what stands now.</summary>
    public void Rebase(ProfileView now)
    {
        Mine = Against(now).Merged;
        (Began, Hash) = ((JsonObject)now.Document.Root.DeepClone(), now.Hash);
    }
}
