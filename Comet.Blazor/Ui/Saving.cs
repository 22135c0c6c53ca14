using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui;

/// <summary>Runs a command for a page: a disk that can't be written, or a secret that can't be opened, is a sentence for the person, not a fault of the page.</summary>
public static class Saving
{
    /// <summary>The command's outcome; for an <see cref="IOException"/> or a <see cref="SecretLostException"/> a refusal with its message, which says what to do. Nothing was changed then.</summary>
    public static async Task<Outcome> TryAsync(Func<Task<Outcome>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception ex) when (ex is IOException or SecretLostException)
        {
            return Outcome.Refuse(Refusal.Unsupported, ex.Message);
        }
    }
}
