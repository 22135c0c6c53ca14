using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui;

/// <summary>Runs a command for a page: a disk that can't be written is a sentence for the person, not a fault of the page.</summary>
public static class Saving
{
    /// <summary>The command's outcome; for an <see cref="IOException"/> a refusal with its message, which says that nothing was changed and what to do.</summary>
    public static async Task<Outcome> TryAsync(Func<Task<Outcome>> command)
    {
        try
        {
            return await command();
        }
        catch (IOException ex)
        {
            return Outcome.Refuse(Refusal.Unsupported, ex.Message);
        }
    }
}
