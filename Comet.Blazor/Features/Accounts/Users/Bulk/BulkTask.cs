using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>Something to be done for many users, as a dialog asks for it.</summary>
/// <param name="Title">A question with the number: "Suspend 12 users?".</param>
/// <param name="Text">What happens.</param>
/// <param name="Yes">Verb and object on the button: "Suspend users".</param>
/// <param name="Done">After the number, in the summary: "suspended".</param>
/// <param name="Users">Ids of the accounts.</param>
/// <param name="Run">The command, given who asks, a username and what was chosen.</param>
public sealed record BulkTask(
    string Title, string Text, string Yes, string Done, IReadOnlyCollection<AccountId> Users, Func<Actor, string, string, CancellationToken, Task<Outcome>> Run)
{
    /// <summary>Red button.</summary>
    public bool Dangerous { get; init; }

    /// <summary>What must be typed before the button works; null for nothing.</summary>
    public string? TypeToConfirm { get; init; }

    /// <summary>What there is to choose from, with the label; null for nothing.</summary>
    public (string Label, IReadOnlyList<(string Key, string Text)> Choices)? Choose { get; init; }

    /// <summary>What a choice would do, in sentences, told before it is done; null when the text above says all.</summary>
    public Func<Actor, string, CancellationToken, Task<string>>? Preview { get; init; }
}
