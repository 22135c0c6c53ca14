using Comet.Blazor.Agent.State;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>How a sign-in went: one of both.</summary>
/// <param name="Welcome">Signed in.</param>
/// <param name="Outbox">The account's outbox, agreed with the server; null when the agent must sign in again with another epoch.</param>
/// <param name="Refused">Not signed in.</param>
public sealed record SignInResult(Welcome? Welcome, Outbox? Outbox, Refused? Refused);

/// <summary>The beginning of a link: salt, hello, welcome (docs/agent-protocol.md, "Signing in").</summary>
/// <param name="settings">The account's name.</param>
/// <param name="state">Who this device is.</param>
/// <param name="boxes">The outboxes.</param>
/// <param name="credentials">The password.</param>
/// <param name="running">Ids of the jobs that run.</param>
public sealed class SignIn(AgentSettings settings, StateFolder state, Outboxes boxes, Credentials credentials, Func<IEnumerable<string>> running)
{
    // A hello may have 16 KiB. A job that does not fit in is taken for abandoned until its messages arrive a moment later.
    private const int MaxNamedJobs = 300;

    /// <summary>The name with which it signs in.</summary>
    public string Username => state.UsernameFor(settings.Username);

    /// <summary>Signs in.</summary>
    /// <exception cref="AgentFailure">The password can't be used.</exception>
    public async Task<SignInResult> RunAsync(Frames link, CancellationToken ct)
    {
        var name = Username;
        await link.SendAsync(new AskSalt([AgentProtocol.Version], name), ct);
        var answer = await link.ReadAsync(ct);
        if (answer is not Salt salt)
        {
            return Refused(link, answer);
        }

        if (salt.Version != AgentProtocol.Version)
        {
            throw new InvalidDataException("The server wants to speak another version of the agent protocol.");
        }

        var keys = await credentials.DeriveAsync(salt);
        var box = state.AccountId.Length > 0 ? boxes.For(state.AccountId) : null;
        var epoch = box?.Epoch ?? Outboxes.NewEpoch();
        await link.SendAsync(Hello(name, keys, epoch, box), ct);
        answer = await link.ReadAsync(ct);
        if (answer is not Welcome welcome)
        {
            var refused = Refused(link, answer);
            if (refused.Refused?.Code == AgentProtocol.CloseCodes.BadCredentials)
            {
                state.IsCalled(settings.Username, null); // the next attempt is made with the name that the person gave
            }

            return refused;
        }

        state.Belongs(welcome.AccountId);
        box = boxes.For(welcome.AccountId, epoch);
        return new SignInResult(welcome, box.Epoch == epoch && box.Agree(welcome.LastSequence) ? box : null, null);
    }

    private static SignInResult Refused(Frames link, AgentMessage? answer) => answer switch
    {
        Refused refused => new SignInResult(null, null, refused),
        null => new SignInResult(null, null, link.Farewell ?? throw new InvalidDataException("The server ended the connection during the sign-in.")),
        _ => throw new InvalidDataException("The server sent an unexpected message during the sign-in."),
    };

    private Hello Hello(string name, PasswordKeys keys, string epoch, Outbox? box) => new(
        name, Convert.ToBase64String(keys.AuthKey), state.DeviceId, ThisComputer.Name, ServerVersion.Text, ThisComputer.Platform,
        ThisComputer.Os, ThisComputer.TimeZone, settings.AllowsFilenames, epoch,
        [.. running().Concat(box?.Jobs.Reverse() ?? []).Distinct(StringComparer.Ordinal).Take(MaxNamedJobs)]);
}
