using System.Net;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>The beginning of a link: salt, hello, welcome (docs/agent-protocol.md, "Signing in").</summary>
/// <param name="credentials">Checks the derived key.</param>
/// <param name="devices">Registers the device.</param>
/// <param name="accounts">Tells whether the account may still do anything.</param>
/// <param name="intake">Knows the last stored sequence.</param>
/// <param name="live">Where a signed-in link is listed.</param>
/// <param name="gate">Bounds how many sign in at once.</param>
/// <param name="guard">Bounds failures.</param>
/// <param name="limits">Frame sizes and delays.</param>
/// <param name="refused">Puts on record who was refused.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells who was refused.</param>
public sealed partial class SignIn(
    ICustomerCredentials credentials, IAccountDevices devices, IAccountDirectory accounts, IJobIntake intake, LiveLinks live, SignInGate gate, LoginGuard guard, LinkLimits limits,
    RefusedDevices refused, TimeProvider clock, ILogger<SignIn> log)
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(5);

    /// <summary>Signs a device in and lists its link; null when it was refused, then the link is ending.</summary>
    public async Task<SignedInLink?> RunAsync(DeviceLink link, IPAddress? address, string serverAddress = "")
    {
        using var place = gate.TryEnter(address);
        if (place is null)
        {
            return Refuse(link, Refusals.TooMany("Too many devices are signing in right now.", Busy), address, "");
        }

        if (await AskedAsync(link, address) is not { } asked || await HelloAsync(link, asked, address) is not var (hello, key))
        {
            return null;
        }

        var who = await guard.CheckCustomerAsync(Plain(address), hello.Username, () => credentials.VerifyKeyAsync(hello.Username, key, CancellationToken.None), CancellationToken.None);
        if (who.Ok)
        {
            return await WelcomeAsync(link, who.Value, hello, address, serverAddress);
        }

        await refused.RecordAsync(hello, Plain(address), who.Plain);
        if (who.Kind == Refusal.TooMany)
        {
            return Refuse(link, Refusals.TooMany(who.Why, guard.Wait(Plain(address), hello.Username) is var wait && wait > TimeSpan.Zero ? wait : Busy), address, hello.Username);
        }

        await Task.Delay(limits.FailureDelay, clock); // the place is kept meanwhile: guessing costs the guesser
        return Refuse(link, who.Kind == Refusal.Unauthenticated ? Refusals.BadCredentials(who.Why) : Refusals.Forbidden(who.Why), address, hello.Username);
    }

    private async Task<string?> AskedAsync(DeviceLink link, IPAddress? address)
    {
        var received = await link.ReadAsync(AgentProtocol.MaxHelloBytes);
        if (received.Message is not AskSalt ask)
        {
            RefuseOther(link, received, "ask-salt", address);
            return null;
        }

        var problem = HelloCheck.Complaint(ask) is { } complaint ? Refusals.BadMessage(complaint)
            : !ask.Versions.Contains(AgentProtocol.Version) ? Refusals.Version
            : guard.Wait(Plain(address), ask.Username) is var wait && wait > TimeSpan.Zero ? Refusals.TooMany(LoginGuard.Sentence(wait), wait)
            : null;
        if (problem is not null)
        {
            if (problem.Code == AgentProtocol.CloseCodes.TooMany)
            {
                await refused.RecordAsync(ask.Username, Plain(address), Outcome.Refuse(Refusal.TooMany, problem.Message));
            }

            Refuse(link, problem, address, ask.Username);
            return null;
        }

        var parameters = credentials.ParametersFor(ask.Username);
        link.Send(new Salt(AgentProtocol.Version, Convert.ToBase64String(parameters.Salt), parameters.Iterations));
        return ask.Username;
    }

    private async Task<(Hello Hello, byte[] Key)?> HelloAsync(DeviceLink link, string asked, IPAddress? address)
    {
        var received = await link.ReadAsync(AgentProtocol.MaxHelloBytes);
        if (received.Message is not Hello hello)
        {
            RefuseOther(link, received, "hello", address);
            return null;
        }

        if (HelloCheck.Complaint(hello, asked, out var key) is { } complaint)
        {
            Refuse(link, Refusals.BadMessage(complaint), address, asked);
            return null;
        }

        return (hello, key);
    }

    private async Task<SignedInLink?> WelcomeAsync(DeviceLink link, AccountId account, Hello hello, IPAddress? address, string serverAddress)
    {
        var os = HelloCheck.Clean(hello.Os);
        var zone = HelloCheck.Clean(hello.TimeZone);
        var version = HelloCheck.Clean(hello.AgentVersion);
        var registered = await devices.RegisterAsync(account, new DeviceReport(hello.DeviceId, HelloCheck.Clean(hello.DeviceName), version, zone, os) { Address = Plain(address), ServerAddress = serverAddress }, CancellationToken.None);
        if (!registered.Ok)
        {
            await refused.RecordAsync(hello, Plain(address), registered);
            return Refuse(link, registered.Kind == Refusal.Invalid ? Refusals.BadMessage(registered.Why) : Refusals.Forbidden(registered.Why), address, hello.Username);
        }

        var last = await intake.OnConnectAsync(account, hello.DeviceId, hello.Epoch, hello.ActiveJobs, CancellationToken.None);
        var hash = devices.ProfileHash(account);
        var connection = new LiveConnection(
            Guid.NewGuid().ToString(), account, hello.DeviceId, version, HelloCheck.Clean(hello.Platform), os, zone, Plain(address), clock.GetUtcNow(), hello.AllowsFilenames);
        var signedIn = new SignedInLink(connection, link, hello.Epoch);
        link.SignedIn(() => live.Remove(signedIn));
        if (!link.Send(new Welcome(connection.Id, account.Value, ServerVersion.Text, clock.UnixNow(), last, hash)))
        {
            return null; // ended meanwhile: the server stops, or the time to sign in is over
        }

        live.Add(signedIn);
        Recheck(signedIn, hash);
        return signedIn;
    }

    /// <summary>Whatever changed between the check and the listing was not told to this link, so it is looked at once more.</summary>
    private void Recheck(SignedInLink link, string hash)
    {
        var account = link.Connection.Account;
        if (ProfileNews.EndReason(accounts, link.Connection) is { } why)
        {
            live.Close(link, why);
        }
        else if (devices.ProfileHash(account) != hash)
        {
            link.Link.Send(ProfileNews.Refetch());
        }
        else if (link.Link.IsOver)
        {
            live.Remove(link); // ended between its welcome and its listing
        }
    }

    private void RefuseOther(DeviceLink link, Received received, string expected, IPAddress? address)
    {
        if ((received.Problem ?? (received.Message is null ? null : Refusals.BadMessage($"The frame expected here is {expected}."))) is { } problem)
        {
            Refuse(link, problem, address, "");
        }
    }

    private SignedInLink? Refuse(DeviceLink link, Refused why, IPAddress? address, string username)
    {
        link.Close(why);
        LogRefused(Plain(address), HelloCheck.Clean(username), why.Code, why.Message);
        return null;
    }

    private static string Plain(IPAddress? address) => ClientAddress.Text(address);

    [LoggerMessage(LogLevel.Information, "A device at {Address} as \"{Username}\" was refused with {Code}: {Why}")]
    private partial void LogRefused(string address, string username, int code, string why);
}
