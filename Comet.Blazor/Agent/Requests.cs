using System.Text.Json;
using Comet.Blazor.Agent.Answers;
using Comet.Blazor.Agent.Link;
using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent;

/// <summary>Leads the server's requests to those who answer them.</summary>
/// <param name="desk">Jobs.</param>
/// <param name="profile">The profile.</param>
/// <param name="vaults">Work on vaults.</param>
/// <param name="reports">What such work has found out.</param>
/// <param name="credentials">The password.</param>
/// <param name="questions">Everything that is asked while a person waits.</param>
/// <param name="removal">The end of this client.</param>
public sealed class Requests(JobDesk desk, ProfileKeeper profile, VaultDesk vaults, VaultReports reports, Credentials credentials, DeviceQuestions questions, Removal removal)
{
    /// <summary>Answers one; never throws for what the server may have sent.</summary>
    public async Task<Response> AnswerAsync(Request request)
    {
        try
        {
            switch (request.Action)
            {
                case AgentProtocol.Actions.RunBackup:
                    return await desk.TakeAsync(request);
                case AgentProtocol.Actions.CancelJob:
                    return vaults.Cancel(request) ?? desk.Cancel(request);
                case AgentProtocol.Actions.RefetchProfile:
                    return await profile.LoadAsync(CancellationToken.None)
                        ? new Response(request.Id, 200, "OK")
                        : new Response(request.Id, (int)Refusal.DeviceRefused, "The device could not read its settings from the server.");
                case AgentProtocol.Actions.UpdatePassword:
                    credentials.Replace(request.Body?.Deserialize(AgentJson.Default.UpdatePassword)?.Wrapped ?? "");
                    return new Response(request.Id, 200, "OK");
                case AgentProtocol.Actions.Uninstall:
                    return removal.Take(request);
                default:
                    return await vaults.TakeAsync(request) ?? await questions.AnswerAsync(request, CancellationToken.None) ?? new Response(request.Id, (int)Refusal.Unsupported, "This version of the agent does not know that action.");
            }
        }
        catch (AgentFailure ex)
        {
            return new Response(request.Id, (int)Refusal.DeviceRefused, ex.Message);
        }
        catch (JsonException)
        {
            return new Response(request.Id, (int)Refusal.Invalid, "The request's body is not what the action needs.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new Response(request.Id, (int)Refusal.DeviceRefused, $"The device can't write to its state folder: {ex.Message}");
        }
    }

    /// <summary>After each welcome: reads the profile when it is another one than known.</summary>
    public void SignedIn(Welcome welcome, CancellationToken ct)
    {
        if (profile.IsNews(welcome.ProfileHash))
        {
            _ = LoadAsync(ct);
        }

        _ = reports.SendAsync(ct);
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        try
        {
            await profile.LoadAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
    }
}
