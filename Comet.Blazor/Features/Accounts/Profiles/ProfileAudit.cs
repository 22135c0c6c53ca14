using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>What a command did to a profile, as the store saw it.</summary>
public sealed class ProfileTrace
{
    private byte[]? _before;
    private byte[]? _after;

    /// <summary>True when the profile was changed or removed.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The change, field by field.</summary>
    public AuditChange Change => new(Load(_before), Load(_after));

    /// <summary>The stored profile was replaced by another.</summary>
    public void Changed(byte[] before, byte[] after) => (IsChanged, _before, _after) = (true, before, after);

    /// <summary>The stored profile was removed.</summary>
    public void Removed(byte[] before) => (IsChanged, _before, _after) = (true, before, null);

    private static JsonObject? Load(byte[]? json) => json is null ? null : ProfileJson.Load(json);
}

/// <summary>Runs commands that change a profile and puts on record what they changed, or that they were denied.</summary>
/// <param name="audit">The audit log.</param>
public sealed class ProfileAudit(AuditLog audit)
{
    /// <summary>
    /// Runs the command. A change is on record also when the command fails after it; a command that changed nothing leaves no entry. What a
    /// command changes it changes without its caller's token, so that the entry follows even when nobody waits for it any more.
    /// </summary>
    public async Task<Outcome<T>> RunAsync<T>(AuditEvent happened, Func<ProfileTrace, Task<Outcome<T>>> command)
    {
        var trace = new ProfileTrace();
        Outcome<T> outcome;
        try
        {
            outcome = await command(trace);
        }
        catch when (trace.IsChanged)
        {
            await audit.RecordAsync(happened with { Change = trace.Change, Note = "Changed, but what follows the change failed." });
            throw;
        }

        if (!outcome.Ok)
        {
            return await audit.RecordAsync(happened, outcome);
        }

        var change = trace.IsChanged ? trace.Change : null;
        return change is null || JsonNode.DeepEquals(change.Before, change.After) ? outcome // nothing, or the order of fields
            : await audit.RecordAsync(happened with { Change = change }, outcome);
    }

    /// <summary>As <see cref="RunAsync{T}"/>, for a command without a value.</summary>
    public async Task<Outcome> RunAsync(AuditEvent happened, Func<ProfileTrace, Task<Outcome>> command) =>
        (await RunAsync(happened, async trace => await command(trace) is { Ok: false } refused ? (Outcome<bool>)refused : true)).Plain;
}
