using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Retention;

/// <summary>What passes have found out, kept on disk until the server has it. A newer report of the same vault completes the older one.</summary>
/// <param name="state">Where they are kept, and whose they are.</param>
/// <param name="console">Told what can't be sent.</param>
public sealed class VaultReports(StateFolder state, AgentConsole console) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Asks the server; null when it does not answer.</summary>
    public required Func<string, JsonElement?, CancellationToken, Task<Response?>> Ask { get; init; }

    /// <summary>Keeps a report, and sends it if there is a link.</summary>
    public void Put(VaultReport report)
    {
        lock (_gate)
        {
            var old = Read(PathOf(report.VaultId));
            var whole = report with { RetentionError = report.RetentionError ?? old?.RetentionError, Content = report.Content ?? old?.Content };
            DurableFile.Write(PathOf(report.VaultId), JsonSerializer.SerializeToUtf8Bytes(whole, AgentJson.Default.VaultReport));
        }

        _ = SendAsync(CancellationToken.None);
    }

    /// <summary>Sends what waits. Called after each sign-in.</summary>
    public async Task SendAsync(CancellationToken ct)
    {
        try
        {
            await _sending.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(PathOf("any"))!, "*.json").ToList())
            {
                await SendAsync(path, ct);
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            console.SayOnce($"What was found out about a Storage Vault could not be sent yet: {ex.Message}");
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _sending.Dispose();

    private async Task SendAsync(string path, CancellationToken ct)
    {
        var bytes = await File.ReadAllBytesAsync(path, ct);
        if (Parse(bytes) is not { } report)
        {
            DurableFile.Delete(path); // never whole
            return;
        }

        var answer = await Ask(AgentProtocol.DeviceActions.ReportVault, JsonSerializer.SerializeToElement(report, AgentJson.Default.VaultReport), ct);
        if (answer is not { Code: 200 or (int)Refusal.Missing or (int)Refusal.Invalid or (int)Refusal.Unsupported })
        {
            return; // later
        }

        lock (_gate)
        {
            if (File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            {
                DurableFile.Delete(path);
            }
        }
    }

    private static VaultReport? Read(string path) => File.Exists(path) ? Parse(File.ReadAllBytes(path)) : null;

    private static VaultReport? Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, AgentJson.Default.VaultReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // By account: a device that changes hands tells nobody about the vaults of its last owner.
    private string PathOf(string vaultId) => state.Sub("reports", StateFolder.NameFor(state.AccountId), StateFolder.NameFor(vaultId) + ".json");
}
