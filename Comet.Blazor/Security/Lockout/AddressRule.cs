using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Lockout;

/// <summary>
/// The addresses from which an administrator may sign in (spec/04 §4.6, contract: IPWhitelist): a regular expression as RE2 has them, without
/// backtracking, so that no pattern can be slow; empty allows any. It is not anchored: what it describes may stand anywhere in the address.
/// </summary>
public static class AddressRule
{
    /// <summary>The longest pattern that is accepted, in characters.</summary>
    public const int MaxLength = 1000;

    private const int MaxKnown = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentDictionary<string, Regex> Known = new(StringComparer.Ordinal);

    /// <summary>Whether the pattern can be used; asked before it is saved.</summary>
    public static Outcome Check(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return Outcome.Invalid($"The pattern of allowed addresses may have {MaxLength} characters at most.");
        }

        try
        {
            Parse(pattern).IsMatch("2001:db8::1");
            return Outcome.Done;
        }
        catch (Exception ex) when (ex is ArgumentException or NotSupportedException)
        {
            return Outcome.Invalid($"The pattern of allowed addresses can't be used: {ex.Message}");
        }
        catch (RegexMatchTimeoutException)
        {
            return Outcome.Invalid("The pattern of allowed addresses is too complicated. Write a simpler one.");
        }
    }

    /// <summary>
    /// Whether the rule lets an address in. <see cref="Refusal.Denied"/> with the reason, which is for the log and for whoever edits the rule; who
    /// signs in is told no more than of a wrong password. A pattern that can't be used lets nobody in.
    /// </summary>
    public static Outcome Admits(string? pattern, string? address)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return Outcome.Done;
        }

        var text = ClientAddress.Text(address);
        if (Check(pattern) is { Ok: false } unusable)
        {
            return Outcome.Denied(unusable.Why);
        }

        try
        {
            return Parse(pattern).IsMatch(text) ? Outcome.Done
                : Outcome.Denied(text.Length == 0 ? $"The address is not known, and only addresses that match {pattern} are allowed." : $"The address {text} does not match {pattern}.");
        }
        catch (RegexMatchTimeoutException)
        {
            return Outcome.Denied("The pattern of allowed addresses takes too long.");
        }
    }

    /// <summary>
    /// Whether the pattern may be saved by somebody who uses it for himself: usable, and his own address passes. Keeps people from locking themselves out.
    /// </summary>
    public static Outcome CheckOwn(string pattern, string? ownAddress) =>
        Check(pattern) is { Ok: false } unusable ? unusable
        : Admits(pattern, ownAddress).Ok ? Outcome.Done
        : Outcome.Invalid($"These addresses do not include your own, {ClientAddress.Text(ownAddress)}: you could not sign in again.");

    /// <summary>What to write there, for pages; with the reader's own address as the example.</summary>
    public static string Help(string? ownAddress)
    {
        const string All = @"Leave empty to allow any address. Otherwise a regular expression: ^10\.0\. allows what begins with 10.0, "
            + @"^192\.168\.1\.(20|21)$ allows two addresses, and ^2001:db8: a network of IPv6. Without ^ and $ it may match anywhere in the address.";
        return ClientAddress.Text(ownAddress) is { Length: > 0 } own ? $"{All} Your own address is {own}." : All;
    }

    private static Regex Parse(string pattern)
    {
        if (Known.TryGetValue(pattern, out var known))
        {
            return known;
        }

        var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        if (Known.Count >= MaxKnown)
        {
            Known.Clear();
        }

        return Known[pattern] = regex;
    }
}
