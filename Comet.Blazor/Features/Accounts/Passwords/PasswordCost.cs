using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>How slow the hashes of new users' passwords are made. A service, so that what storing many users costs can be measured apart from it.</summary>
/// <param name="Iterations">Of the derivation that device and server do alike.</param>
/// <param name="Rounds">Of the server's own hash on top.</param>
public sealed record PasswordCost(int Iterations = PasswordKeys.DefaultIterations, int Rounds = PasswordRecord.DefaultRounds);
