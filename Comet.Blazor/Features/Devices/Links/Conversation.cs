using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>The life of one link, from the accepted socket to its end.</summary>
/// <param name="signIn">Its beginning.</param>
/// <param name="devices">Answers what devices ask.</param>
/// <param name="vaults">Takes what devices find out about vaults.</param>
/// <param name="intake">Takes job messages.</param>
/// <param name="live">All links.</param>
/// <param name="limits">What a link may cost.</param>
/// <param name="log">Tells of comings, goings and faults.</param>
public sealed partial class Conversation(SignIn signIn, IAccountDevices devices, IVaultReports vaults, IJobIntake intake, LiveLinks live, LinkLimits limits, ILogger<Conversation> log)
{
    private const int MaxBody = AgentProtocol.MaxFrameBytes - 1024; // the rest of a response

    /// <summary>Speaks with a device until the link is over.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="serverAddress">The address by which the device reaches this server, with scheme and trailing slash.</param>
    public async Task RunAsync(DeviceLink link, IPAddress? address, string serverAddress = "")
    {
        live.Opened(link);
        try
        {
            await SpeakAsync(link, address, serverAddress);
            while (await link.ReadAsync(AgentProtocol.MaxFrameBytes) is { } rest && rest != Received.Nothing)
            {
                link.Close(rest.Problem ?? Refusals.Bye); // ended here: wait for the device's own close frame
            }

            await link.FinishAsync();
        }
        finally
        {
            live.Gone(link);
            link.Leave();
        }
    }

    private async Task SpeakAsync(DeviceLink link, IPAddress? address, string serverAddress)
    {
        SignedInLink? signedIn = null;
        AckQueue? acks = null;
        try
        {
            signedIn = await signIn.RunAsync(link, address, serverAddress);
            if (signedIn is null)
            {
                return;
            }

            LogCame(signedIn.Connection.DeviceId, signedIn.Connection.Account, signedIn.Connection.Address);
            while (await link.ReadAsync(AgentProtocol.MaxFrameBytes) is { } received && received != Received.Nothing)
            {
                if (received.Message is JobMessage job && HelloCheck.Complaint(job) is null)
                {
                    acks ??= new AckQueue(signedIn, intake, limits, log);
                    await acks.TakeAsync(job, received.Bytes);
                }
                else if ((received.Problem ?? await HearAsync(signedIn, received.Message!)) is { } problem)
                {
                    link.Close(problem);
                    return;
                }
            }
        }
        catch (Exception ex)
        {
            LogFault(ex, signedIn?.Connection.DeviceId ?? "(not signed in)");
            link.Close(Refusals.ServerFault);
        }
        finally
        {
            if (signedIn is not null)
            {
                live.Remove(signedIn);
                LogWent(signedIn.Connection.DeviceId, signedIn.Connection.Account, link.End?.Code ?? 0, link.End?.Message ?? "the connection was lost");
            }

            if (acks is not null)
            {
                await acks.DisposeAsync();
            }
        }
    }

    /// <summary>Acts on a message other than a valid job message; answers why the link must end, or null.</summary>
    private async ValueTask<Refused?> HearAsync(SignedInLink from, AgentMessage message)
    {
        switch (message)
        {
            case Ping:
                from.Link.Send(new Pong());
                return null;
            case Pong:
                return null;
            case JobProgress progress when HelloCheck.Complaint(progress) is not { } complaint:
                intake.Report(from.Connection.Account, from.Connection.DeviceId, progress);
                return null;
            case Response response:
                from.Link.Answered(response);
                return null;
            case Request request:
                from.Link.Send(await AnswerAsync(from, request));
                return null;
            case JobProgress progress:
                return Refusals.BadMessage(HelloCheck.Complaint(progress)!);
            case JobMessage job:
                return Refusals.BadMessage(HelloCheck.Complaint(job)!);
            default:
                return Refusals.BadMessage($"A device does not send this message after its welcome: {message.GetType().Name}.");
        }
    }

    private async Task<Response> AnswerAsync(SignedInLink from, Request request)
    {
        var (account, device) = (from.Connection.Account, from.Connection.DeviceId);
        try
        {
            switch (request.Action)
            {
                case AgentProtocol.DeviceActions.Profile:
                    return Fitting(Answer(request, await devices.ProfileForAsync(account, device, CancellationToken.None), AgentJson.Default.AgentProfile), device);
                case AgentProtocol.DeviceActions.OfferVaultKey:
                    return request.Body?.Deserialize(AgentJson.Default.OfferVaultKey) is { } offer
                        ? Answer(request, await devices.OfferVaultKeyAsync(account, device, offer, CancellationToken.None), AgentJson.Default.VaultKeyStored)
                        : new Response(request.Id, (int)Refusal.Invalid, "The body is missing.");
                case AgentProtocol.DeviceActions.ReportVault:
                    var stored = request.Body?.Deserialize(AgentJson.Default.VaultReport) is { } report
                        ? await vaults.RecordAsync(account, device, report, CancellationToken.None)
                        : Outcome.Invalid("The body is missing.");
                    return stored.Ok ? new Response(request.Id, 200, "OK") : new Response(request.Id, (int)stored.Kind, stored.Why);
                default:
                    return new Response(request.Id, (int)Refusal.Unsupported, "This server does not know that action.");
            }
        }
        catch (JsonException ex)
        {
            return new Response(request.Id, (int)Refusal.Invalid, $"The body is not what the action needs: {ex.Message}");
        }
        catch (Exception ex)
        {
            LogFault(ex, device);
            return new Response(request.Id, 500, Refusals.ServerFault.Message);
        }
    }

    private static Response Answer<T>(Request request, Outcome<T> outcome, JsonTypeInfo<T> shape) => outcome.Ok
        ? new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(outcome.Value, shape))
        : new Response(request.Id, (int)outcome.Kind, outcome.Why);

    // A device ends the link at a larger frame, and would come back for the same one for ever.
    private Response Fitting(Response answer, string device)
    {
        var bytes = answer.Body is { } body ? Encoding.UTF8.GetByteCount(body.GetRawText()) : 0;
        if (bytes <= MaxBody)
        {
            return answer;
        }

        LogTooLarge(device, bytes, MaxBody);
        return new Response(
            answer.Id, (int)Refusal.Invalid,
            $"They take {ByteSize.Format(bytes)}, and a device can take {ByteSize.Format(MaxBody)}. Shorten the exclusions and commands of its Protected Items, or the exclusions of the user's policy.");
    }

    [LoggerMessage(LogLevel.Error, "Device {Device} gets no new settings: they take {Bytes} bytes, and a frame can hold {Most}. Shorten the exclusions and commands of its Protected Items, or the exclusions of the user's policy.")]
    private partial void LogTooLarge(string device, int bytes, int most);

    [LoggerMessage(LogLevel.Debug, "Device {Device} of account {Account} connected from {Address}.")]
    private partial void LogCame(string device, AccountId account, string address);

    [LoggerMessage(LogLevel.Debug, "Device {Device} of account {Account} disconnected with {Code}: {Why}")]
    private partial void LogWent(string device, AccountId account, int code, string why);

    [LoggerMessage(LogLevel.Error, "The link of device {Device} met a fault of the server.")]
    private partial void LogFault(Exception ex, string device);
}
