using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>Stays connected to the server: signs in, speaks, comes back after every loss.</summary>
/// <param name="settings">Where the server is.</param>
/// <param name="trust">Which certificates count.</param>
/// <param name="signIn">The beginning of each link.</param>
/// <param name="console">Told of comings and goings.</param>
/// <param name="clock">The clock.</param>
public sealed class ServerLink(AgentSettings settings, ServerTrust trust, SignIn signIn, AgentConsole console, TimeProvider clock)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(AgentProtocol.HelloSeconds);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(5);
    private readonly Backoff _backoff = new(Random.Shared);
    private volatile Session? _session;
    private bool _everSignedIn;

    /// <summary>Answers the server's requests; set before <see cref="RunAsync"/>.</summary>
    public required Func<Request, Task<Response>> Answer { get; init; }

    /// <summary>Called after each welcome, with the profile's hash; not waited for.</summary>
    public required Action<Welcome> SignedIn { get; init; }

    /// <summary>The account is suspended, or not to be used by this device.</summary>
    public Action Forbidden { get; init; } = static () => { };

    /// <summary>Asks the server; null when there is no link, or it ended before the answer.</summary>
    public Task<Response?> AskAsync(string action, JsonElement? body, CancellationToken ct) => _session?.AskAsync(action, body, ct) ?? Task.FromResult<Response?>(null);

    /// <summary>Sends a progress report if there is a link.</summary>
    public void Report(JobProgress progress) => _session?.Report(progress);

    /// <summary>Runs until it is cancelled.</summary>
    /// <exception cref="AgentFailure">The server said not to come back, or the first sign-in was refused for good.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var (why, again) = await OnceAsync(ct);
            if (again)
            {
                continue;
            }

            var wait = _backoff.Next(TimeSpan.FromSeconds(Math.Clamp(why.RetryAfterSeconds, 0, 3600)));
            console.SayOnce($"{why.Message} Trying again{In(wait)}.");
            await Task.Delay(wait, clock, ct);
        }
    }

    /// <summary>One link from its beginning to its end: why it ended, and whether to sign in again at once.</summary>
    private async Task<(Refused Why, bool Again)> OnceAsync(CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(AgentProtocol.SubProtocol);
        socket.Options.KeepAliveInterval = TimeSpan.Zero; // the protocol has its own heartbeat
        socket.Options.CollectHttpResponseDetails = true;
        trust.Apply(socket.Options);
        try
        {
            if (await ConnectAsync(socket, ct) is { } problem)
            {
                return (Trouble(problem), false);
            }

            using var link = new Frames(socket, clock);
            return await SpeakAsync(link, ct);
        }
        catch (Exception ex) when (ex is WebSocketException or InvalidDataException or TimeoutException or IOException)
        {
            return (Trouble(ex is InvalidDataException or TimeoutException ? ex.Message : "The connection to the server was lost."), false);
        }
    }

    private async Task<(Refused Why, bool Again)> SpeakAsync(Frames link, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectLimit);
        SignInResult result;
        try
        {
            result = await signIn.RunAsync(link, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (Trouble($"{settings.Server} did not answer the sign-in in time."), false);
        }
        catch (AgentFailure ex) when (_everSignedIn)
        {
            return (Trouble(ex.Message), false); // the password file is being replaced, perhaps
        }

        if (result.Refused is { } refused)
        {
            return (Weigh(refused), false);
        }

        if (result.Outbox is null)
        {
            await link.CloseAsync("Coming back with another epoch.", ct);
            return (Trouble(""), true);
        }

        return (Weigh(await StayAsync(link, result.Outbox, result.Welcome!, ct)), false);
    }

    private async Task<Refused> StayAsync(Frames link, Outbox outbox, Welcome welcome, CancellationToken ct)
    {
        var session = new Session(link, outbox, Answer, clock);
        var since = clock.GetTimestamp();
        _session = session;
        _everSignedIn = true;
        console.Say($"Connected to {settings.Server} (server {welcome.ServerVersion}) as \"{signIn.Username}\".");
        var speaking = session.RunAsync(ct);
        SignedIn(welcome);
        try
        {
            return await speaking ?? Trouble("The server ended the connection.");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await link.CloseAsync("The agent stops.", soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a courtesy
            throw;
        }
        finally
        {
            _session = null;
            if (clock.GetElapsedTime(since) >= Steady)
            {
                _backoff.Reset();
            }
        }
    }

    private async Task<string?> ConnectAsync(ClientWebSocket socket, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectLimit);
        try
        {
            var address = new UriBuilder(new Uri(settings.Server, AgentProtocol.Path.TrimStart('/'))) { Scheme = settings.Server.Scheme == "https" ? "wss" : "ws" };
            await socket.ConnectAsync(address.Uri, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"{settings.Server} does not answer. Check --server and the firewalls between.";
        }
        catch (WebSocketException ex)
        {
            return socket.HttpStatusCode switch
            {
                HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => $"{settings.Server} is not available at the moment (HTTP {(int)socket.HttpStatusCode}).",
                0 => $"{settings.Server} can't be reached: {Reason(ex)}. Check --server.",
                var status => $"{settings.Server} answers, but not as a Comet Server for devices (HTTP {(int)status}). Check --server.",
            };
        }
    }

    private static string Reason(Exception ex)
    {
        for (var inner = ex; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException tls:
                    return $"its certificate is not accepted ({tls.Message.TrimEnd('.')}; a server's own certificate is given with --ca)";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "there is no computer of this name";
                case SocketException socket:
                    return socket.Message;
            }
        }

        return (ex.InnerException ?? ex).Message.TrimEnd('.');
    }

    private static string In(TimeSpan wait) =>
        wait <= Backoff.Longest ? "" : wait.TotalMinutes < 2 ? $" in {wait.TotalSeconds:0} seconds" : $" in {wait.TotalMinutes:0} minutes";

    private static Refused Trouble(string sentence) => new(0, sentence, 0);

    /// <summary>Puts what the server said into a sentence; throws when there is no coming back.</summary>
    private Refused Weigh(Refused why)
    {
        if (why.RetryAfterSeconds < 0 || why.Code == AgentProtocol.CloseCodes.Revoked)
        {
            throw new AgentFailure($"{why.Message} The agent stops; start it again to register this computer anew.");
        }

        if (why.Code == AgentProtocol.CloseCodes.Forbidden)
        {
            Forbidden();
        }

        return why.Code switch
        {
            AgentProtocol.CloseCodes.BadCredentials when !_everSignedIn => throw new AgentFailure($"The server refused the sign-in as \"{settings.Username}\": {why.Message} Check --username and the password file."),
            AgentProtocol.CloseCodes.BadCredentials => why with { Message = $"The server refused the sign-in as \"{settings.Username}\": {why.Message} Correct the password file." },
            0 => why,
            _ => why with { Message = why.Message.Length > 0 ? $"The server says: {why.Message}" : $"The server ended the connection (code {why.Code})." },
        };
    }
}
