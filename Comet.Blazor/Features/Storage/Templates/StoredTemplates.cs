using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>
/// The Storage Templates as the settings keep them (contract: RemoteStorageOption): AuthenticationRole.RemoteStorage of the server,
/// Organizations[id].RemoteStorage of a tenant. Their secrets are sealed on disk; plain ones, of another server or written by hand, work and are sealed
/// with the next change.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="secrets">Seals.</param>
public sealed class StoredTemplates(SettingsFile settings, SecretBox secrets)
{
    private const string Purpose = "storage-template";

    /// <summary>Where a secret goes: for another value of these, the secret has to be typed.</summary>
    private static readonly string[] Addresses = ["RemoteAddress", "Username", "S3Endpoint", "MasterBucket"];

    /// <summary>Copies of an organization's templates, secrets as on disk.</summary>
    /// <param name="organizationId">Empty for the top level.</param>
    public IReadOnlyList<JsonObject> Of(string organizationId) => settings.Read(root => List(root, organizationId).Select(static t => (JsonObject)t.DeepClone()).ToList());

    /// <summary>A copy of the template with plain secrets, from the first organization that has it; null when none has.</summary>
    /// <exception cref="SecretLostException">A secret does not open; the message says what to do.</exception>
    public JsonObject? Find(IReadOnlyList<string> organizations, string id)
    {
        var found = id.Length == 0 ? null : organizations.SelectMany(Of).FirstOrDefault(t => t.Text("ID") == id);
        _ = JsonSecrets.Rewrite(found, Plain);
        return found;
    }

    /// <summary>
    /// Replaces an organization's templates. <see cref="Obscured.Text"/> in a secret's place stands for the one that the template of this id has; it goes
    /// only where it went before, or whoever may change templates could have it sent elsewhere.
    /// </summary>
    /// <param name="organizationId">Empty for the top level.</param>
    /// <param name="templates">The new list.</param>
    /// <param name="seen">The list, as it was shown, that the change is based on; null for any. Refused as <see cref="Refusal.Conflict"/> when it is not that any more.</param>
    /// <param name="check">Looks at each, with plain secrets.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public Outcome<(JsonArray Before, JsonArray After)> Replace(string organizationId, JsonArray templates, JsonArray? seen, Func<JsonObject, JsonObject?, Outcome> check)
    {
        JsonArray before = [], after = [];
        var done = settings.TryUpdate(root =>
        {
            var old = List(root, organizationId).ToList();
            before = new JsonArray([.. old.Select(static t => t.DeepClone())]);
            after = [];
            if (seen is not null && !JsonNode.DeepEquals(seen, Shown(before)))
            {
                return Outcome.Conflict("Somebody else has changed the Storage Templates meanwhile. Reload the page, and change them again.");
            }

            foreach (var wanted in templates.OfType<JsonObject>().Select(static t => (JsonObject)t.DeepClone()))
            {
                var known = wanted.Text("ID") is { Length: > 0 } id ? old.Find(t => t.Text("ID") == id) : null;
                if (Complete(wanted, known) is { Ok: false } moved)
                {
                    return moved;
                }

                if (check(wanted, known) is { Ok: false } wrong)
                {
                    return wrong;
                }

                _ = JsonSecrets.Rewrite(wanted, text => secrets.Seal(Purpose, text));
                after.Add(wanted);
            }

            Owner(root, organizationId)["RemoteStorage"] = after.DeepClone();
            return Outcome.Done;
        });
        return done.Ok ? (before, after) : done;
    }

    /// <summary>Puts the secrets that a template keeps in their places. Refused as <see cref="Refusal.Invalid"/> for another address.</summary>
    /// <param name="wanted">The template, with <see cref="Obscured.Text"/> for secrets that stay.</param>
    /// <param name="known">The one that is stored; null for a new one.</param>
    /// <exception cref="SecretLostException">A secret does not open; the message says what to do.</exception>
    public Outcome Complete(JsonObject wanted, JsonObject? known) => Complete(wanted, known, wanted.Text("Description"), "");

    /// <summary>A copy with <see cref="Obscured.Text"/> in the place of secrets.</summary>
    public static JsonArray Shown(JsonArray templates)
    {
        var copy = (JsonArray)templates.DeepClone();
        _ = JsonSecrets.Rewrite(copy, Obscured.Of);
        return copy;
    }

    private static IEnumerable<JsonObject> List(JsonObject root, string organizationId) =>
        ((organizationId.Length == 0 ? root["AuthenticationRole"] : root["Organizations"]?[organizationId])?["RemoteStorage"] as JsonArray ?? []).OfType<JsonObject>();

    private static JsonObject Owner(JsonObject root, string organizationId) =>
        organizationId.Length == 0 ? root.MapForWrite("AuthenticationRole") : root.MapForWrite("Organizations").MapForWrite(organizationId);

    private string Plain(string text) => SecretBox.IsSealed(text) ? secrets.Open(Purpose, text) : text;

    private Outcome Complete(JsonObject wanted, JsonObject? known, string title, string path)
    {
        var moved = known is not null && Addresses.Any(a => wanted.Text(a) != known.Text(a));
        foreach (var (name, value) in wanted.ToList())
        {
            if (value is JsonObject inner)
            {
                if (Complete(inner, known?[name] as JsonObject, title, $"{path}{name}.") is { Ok: false } wrong)
                {
                    return wrong;
                }
            }
            else if (value is JsonValue text && text.TryGetValue<string>(out var content) && content == Obscured.Text)
            {
                if (moved || known is null)
                {
                    return Outcome.Invalid($"The address of the template {title} is another one: type {path}{name} for it.");
                }

                wanted[name] = Plain(known.Text(name));
            }
        }

        return Outcome.Done;
    }
}
