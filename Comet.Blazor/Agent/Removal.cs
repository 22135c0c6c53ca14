using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent;

/// <summary>An administrator wants this client to be gone. It ends its work as on SIGTERM, and then for good: a service manager that starts it again gets the same answer.</summary>
public sealed class Removal
{
    /// <summary>Exit code of a client that was removed.</summary>
    public const int ExitCode = 3;

    private readonly TaskCompletionSource<Uninstall> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is asked for.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Takes the server's request.</summary>
    /// <exception cref="JsonException">The body is none.</exception>
    public Response Take(Request request)
    {
        _asked.TrySetResult(request.Body?.Deserialize(AgentJson.Default.Uninstall) ?? throw new JsonException());
        return new Response(request.Id, 200, "OK");
    }

    /// <summary>The failure of a client whose state folder says that it was removed.</summary>
    public static AgentFailure Removed(string stateFolder) => new(
        $"This client was removed by an administrator and does not run any more. To make this computer a device again, remove the folder {stateFolder} and start the agent with a user and a password that the server knows.")
    {
        ExitCode = ExitCode,
    };

    /// <summary>After everything has ended and the state folder is free: removes what is wanted, and tells what was done by the failure that ends the program. Nothing when it was not asked for.</summary>
    /// <exception cref="AgentFailure">It was.</exception>
    public async Task FinishAsync(AgentSettings settings)
    {
        if (!_asked.Task.IsCompleted)
        {
            return;
        }

        if (!(await _asked.Task).RemoveSettings)
        {
            throw Removed(settings.StateFolder);
        }

        string[] left = [.. new[] { Try(settings.StateFolder, static p => Directory.Delete(p, recursive: true)), Try(settings.PasswordFile, File.Delete) }.OfType<string>()];
        throw new AgentFailure(
            $"This client was removed by an administrator, with its settings. {(left.Length == 0 ? "" : $"These could not be removed: {string.Join("; ", left)} ")}The program itself is removed as it was installed.") { ExitCode = ExitCode };
    }

    /// <summary>Removes; answers what could not be, and why.</summary>
    private static string? Try(string path, Action<string> remove)
    {
        try
        {
            remove(path);
            return null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {ex.Message}";
        }
    }
}
