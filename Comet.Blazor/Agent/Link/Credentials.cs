using System.Text;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>The account's password and what is derived from it (decisions.md 25). The file is read at every sign-in, so that correcting it is enough.</summary>
/// <param name="file">The password file.</param>
public sealed class Credentials(string file)
{
    // Fewer would help a false server to guess the password from what the agent shows it; more would only cost time.
    private const int MinIterations = 100_000;
    private const int MaxIterations = 10_000_000;
    private const int MinSaltBytes = 8;
    private (string Password, string Salt, int Iterations, PasswordKeys Keys)? _derived;

    /// <summary>The half that wraps vault keys; null before the first sign-in.</summary>
    public byte[]? WrapKey => _derived?.Keys.WrapKey;

    /// <summary>Reads the password.</summary>
    /// <exception cref="AgentFailure">The file can't be read or is empty.</exception>
    public string ReadPassword()
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure($"The password file {file} can't be read: {ex.Message}", ex);
        }

        var password = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return password.Length > 0 ? password : throw new AgentFailure($"The password file {file} is empty. Write the account's password into it.");
    }

    /// <summary>Puts a new password into the password file, for the next sign-in. The link that is up goes on under the present one.</summary>
    /// <param name="wrapped">As <see cref="UpdatePassword"/> says.</param>
    /// <exception cref="AgentFailure">It can't be opened with the present password, or the file can't be written; the present one stands.</exception>
    public void Replace(string wrapped)
    {
        if (_derived is not { } known || VaultKeyWrap.TryUnwrap(UpdatePassword.For, wrapped, known.Keys.WrapKey) is not { Length: > 0 } password)
        {
            throw new AgentFailure("The new password can't be opened with the one that this device has.");
        }

        try
        {
            var path = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
            DurableFile.Write(path, Encoding.UTF8.GetBytes(password.EndsWith('\r') ? password : password + "\n"));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure($"The password file {file} can't be written: {ex.Message} Write the new password into it.", ex);
        }
    }

    /// <summary>Derives both halves as the server says.</summary>
    /// <exception cref="AgentFailure">The file can't be used, or the server asks for a weak derivation.</exception>
    public async Task<PasswordKeys> DeriveAsync(Salt parameters)
    {
        var password = ReadPassword();
        if (_derived is { } known && known.Password == password && known.Salt == parameters.Value && known.Iterations == parameters.Iterations)
        {
            return known.Keys;
        }

        var salt = new byte[256];
        if (parameters.Iterations is < MinIterations or > MaxIterations || !Convert.TryFromBase64String(parameters.Value, salt, out var length) || length < MinSaltBytes)
        {
            throw new AgentFailure("The server asks to derive the password in a way that is not safe. It is not trusted with the password; check --server.");
        }

        var keys = await Task.Run(() => PasswordKeys.Derive(password, salt[..length], parameters.Iterations));
        _derived = (password, parameters.Value, parameters.Iterations, keys);
        return keys;
    }
}
