using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Account;

/// <summary>Runs a command for a form: a full disk, or a secret that can't be opened, becomes a sentence in its place instead of the end of the page.</summary>
internal static class Saving
{
    /// <summary>The command's outcome; an <see cref="IOException"/> or a lost secret as a refusal, since both say that nothing was changed and what to do.</summary>
    public static async Task<Outcome> TryAsync(Func<Task<Outcome>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception ex) when (ex is IOException or Secrets.SecretLostException)
        {
            return Outcome.Refuse(Refusal.Unsupported, ex.Message);
        }
    }
}
