using System.Net;
using System.Net.Sockets;

namespace Comet.Blazor.Security.Lockout;

/// <summary>The address of somebody who signs in, in the form in which it is compared and counted.</summary>
public static class ClientAddress
{
    /// <summary>The address as text for rules, logs and pages: IPv4 in its own form even where it came mapped into IPv6, IPv6 without a zone. Empty when unknown.</summary>
    public static string Text(IPAddress? address) => address is null ? "" : Plain(address).ToString();

    /// <inheritdoc cref="Text(IPAddress?)" />
    public static string Text(string? address) => IPAddress.TryParse(address, out var parsed) ? Text(parsed) : address ?? "";

    /// <summary>Who is counted: an IPv4 address, or the /64 of an IPv6 one, since that is the least that a single caller has.</summary>
    public static string Counted(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return address ?? "";
        }

        var plain = Plain(parsed);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return plain.ToString();
        }

        var bytes = plain.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;
}
