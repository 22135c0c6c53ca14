namespace Comet.Blazor.Kernel;

/// <summary>A sealed secret does not open. The message is for a person, says what to do, and holds no secret.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class SecretLostException(string message, Exception? inner = null) : Exception(message, inner);
