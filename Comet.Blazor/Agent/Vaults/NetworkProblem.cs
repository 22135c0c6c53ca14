using System.Net.Sockets;
using System.Security.Authentication;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Puts into words why a storage can't be talked to, as far as this computer can tell the cases apart.</summary>
public static class NetworkProblem
{
    /// <summary>The sentence.</summary>
    /// <param name="problem">What happened.</param>
    /// <param name="storage">The storage's address, without secrets.</param>
    /// <param name="host">Its host.</param>
    public static AgentFailure Describe(HttpRequestException problem, string storage, string host) => new(
        problem.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"There is no server of the name {host}, or this device can't ask for it. Correct the address, or check the device's network.",
            HttpRequestError.SecureConnectionError when Inner<AuthenticationException>(problem) is { } untrusted && untrusted.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
                $"The certificate of {host} is not one that this device trusts: {untrusted.Message.TrimEnd('.')}. Give the storage a trusted one, or add its authority to those that this computer trusts.",
            HttpRequestError.SecureConnectionError => $"What answers at {host} does not speak TLS. Correct the port, or switch TLS off.",
            _ => $"The storage at {storage} can't be reached: {(Inner<SocketException>(problem)?.Message ?? problem.Message).TrimEnd('.')}. Check that the server runs and that this computer may connect to it.",
        },
        problem);

    private static T? Inner<T>(Exception? problem)
        where T : Exception
    {
        for (; problem is not null; problem = problem.InnerException)
        {
            if (problem is T found)
            {
                return found;
            }
        }

        return null;
    }
}
