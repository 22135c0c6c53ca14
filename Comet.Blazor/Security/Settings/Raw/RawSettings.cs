using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Settings.Raw;

/// <summary>The settings as text for a person.</summary>
/// <param name="Json">Indented; secrets are marks.</param>
/// <param name="Mark">Another one means that the settings were changed meanwhile.</param>
public sealed record RawText(string Json, string Mark);

/// <summary>
/// The whole settings document as text (spec/04 §6, §7): shown with its secrets obscured; what comes back is checked before anything is
/// written, and refused when it would lock everybody or the writer out.
/// </summary>
/// <param name="settings">The settings file, which keeps a copy of the state before.</param>
/// <param name="secrets">Obscures.</param>
/// <param name="sessions">Ends those that have lost their ground.</param>
/// <param name="audit">The record.</param>
public sealed class RawSettings(SettingsFile settings, ObscuredSecrets secrets, SessionStore sessions, AuditLog audit)
{
    /// <summary>The longest text, in characters.</summary>
    public const int MaxLength = 4_000_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // shown in a field, never as markup
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The settings; <see cref="Refusal.Denied"/> without the right.</summary>
    public Outcome<RawText> Read(Actor by) =>
        by.Needs(Right.SettingsEdit) is { Ok: false } denied ? denied
        : settings.Read(root => new RawText(secrets.Obscure(root).ToJsonString(Indented), MarkOf(root)));

    /// <summary>Checks a text without writing; answers what would change, field by field, secrets without their values.</summary>
    public Outcome<IReadOnlyList<AuditDifference>> Preview(Actor by, string text, string mark)
    {
        var plan = Plan(by, text, mark);
        return plan.Ok ? new AuditChange(plan.Value.Before, plan.Value.After).Differences().ToList() : plan.Plain;
    }

    /// <summary>Checks and writes. <see cref="Refusal.Conflict"/> when the settings were changed meanwhile, or somebody would be locked out.</summary>
    /// <param name="by">Who.</param>
    /// <param name="text">The new settings.</param>
    /// <param name="mark">Of what the person began with.</param>
    /// <param name="session">Key of the session that stays when the own sign-in changes.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> SaveAsync(Actor by, string text, string mark, string? session)
    {
        var plan = await Task.Run(() => Plan(by, text, mark)); // plain passwords in it are hashed, slowly
        var outcome = plan.Ok ? settings.TryUpdate(root => Replace(root, plan.Value.After, mark)) : plan.Plain;
        if (outcome.Ok)
        {
            await EndSessionsAsync(AdministratorStore.In(plan.Value!.Before), AdministratorStore.In(plan.Value.After), by, session);
        }

        return outcome.Kind == Refusal.Invalid ? outcome : await audit.RecordAsync(
            new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings("All, as text")) { Change = outcome.Ok ? new AuditChange(plan.Value!.Before, plan.Value.After) : null },
            outcome);
    }

    private static string MarkOf(JsonObject root) => Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(root)));

    private static Outcome Meanwhile() => Outcome.Conflict("The settings were changed by someone else meanwhile. Reload them, and make your changes again.");

    private static Outcome Replace(JsonObject root, JsonObject after, string mark)
    {
        if (MarkOf(root) != mark)
        {
            return Meanwhile();
        }

        root.Clear();
        foreach (var (name, value) in after)
        {
            root[name] = value?.DeepClone();
        }

        return Outcome.Done;
    }

    private Outcome<RawPlan> Plan(Actor by, string text, string mark)
    {
        if (by.Needs(Right.SettingsEdit) is { Ok: false } denied)
        {
            return denied;
        }

        var current = settings.Read(static root => (JsonObject)root.DeepClone());
        if (MarkOf(current) != mark)
        {
            return Meanwhile();
        }

        var written = Parse(text);
        var restored = written.Ok ? secrets.Restore(written.Value, current) : written;
        if (!restored.Ok || SettingsShape.Check(restored.Value) is { Ok: false })
        {
            return restored.Ok ? SettingsShape.Check(restored.Value) : restored.Plain;
        }

        AdministratorStore.HashPlainTexts(restored.Value);
        var allowed = Allowed(by, current, restored.Value);
        return allowed.Ok ? new RawPlan(current, restored.Value) : allowed;
    }

    private static Outcome<JsonObject> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Outcome.Invalid($"The settings may have {MaxLength} characters at most.");
        }

        try
        {
            JsonTexts.Check(Encoding.UTF8.GetBytes(text));
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? (Outcome<JsonObject>)Outcome.Invalid("The settings must be one JSON object, in braces { }.");
        }
        catch (JsonException ex)
        {
            var end = ex.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return Outcome.Invalid($"This is not valid JSON at line {ex.LineNumber + 1}, character {ex.BytePositionInLine + 1}: {(end < 0 ? ex.Message : ex.Message[..end])}");
        }
    }

    /// <summary>The same guards as on the page of administrators.</summary>
    private static Outcome Allowed(Actor by, JsonObject before, JsonObject after)
    {
        if (JsonNode.DeepEquals(before["AdminUsers"], after["AdminUsers"]))
        {
            return Outcome.Done;
        }

        var (were, are) = (AdministratorStore.In(before), AdministratorStore.In(after));
        if (AdministratorGuards.MayManage(by, were) is { Ok: false } denied)
        {
            return denied;
        }

        var me = are.FirstOrDefault(a => a.Name == by.Name);
        if (by.Kind == ActorKind.Administrator && me is null)
        {
            return Outcome.Conflict("You can't delete yourself. Another administrator can do that.");
        }

        // Compared as text: who has restrictions must not lift them here.
        foreach (var one in were.Concat(are).Where(one => !Same(one, were.FirstOrDefault(a => a.Name == one.Name)) || !Same(one, are.FirstOrDefault(a => a.Name == one.Name))))
        {
            if (AdministratorGuards.HasNoMoreThan(by, were, one) is { Ok: false } more)
            {
                return more;
            }
        }

        return me is not null && AdministratorGuards.ComesBack(by, me) is { Ok: false } lost ? Outcome.Conflict(lost.Why)
            : are.Any(AdministratorGuards.CanRepair) ? Outcome.Done
            : Outcome.Conflict("Nobody could repair this server any more: at least one administrator needs to have no restrictions and a way to sign in.");
    }

    private static bool Same(Administrator one, Administrator? other) => other is not null && Text(one) == Text(other);

    private static string Text(Administrator one) => JsonSerializer.Serialize(one, AdministratorJson.Default.Administrator);

    private async Task EndSessionsAsync(IReadOnlyList<Administrator> were, IReadOnlyList<Administrator> are, Actor by, string? session)
    {
        static (string, bool, bool, bool, string?, int, string, string?) SignIn(Administrator a) =>
            (a.PasswordRecord, a.AllowPassword, a.AllowTotp, a.AllowWebAuthn, a.TotpKey, a.Keys.Count, a.OrganizationId, a.AllowedAddresses);

        foreach (var one in were.Where(one => are.FirstOrDefault(a => a.Name == one.Name) is not { } now || SignIn(now) != SignIn(one)))
        {
            await sessions.EndOthersAsync(ActorKind.Administrator, one.Name, one.Name == by.Name ? session : null, CancellationToken.None);
        }
    }

    private sealed record RawPlan(JsonObject Before, JsonObject After);
}
