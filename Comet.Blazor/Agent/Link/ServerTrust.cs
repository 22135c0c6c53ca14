using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Comet.Blazor.Agent.Link;

/// <summary>
/// Which server certificates count: those that this computer trusts, and for the agent's own server also those in the file of
/// <c>--ca</c> (a self-signed one, or a company's root). Names and dates are checked either way. The file is read at each connection, so
/// that a renewed one needs no restart.
/// </summary>
/// <param name="settings">The server and the file.</param>
public sealed class ServerTrust(AgentSettings settings)
{
    /// <summary>Reads the file, so that a wrong one is said at the start.</summary>
    /// <exception cref="AgentFailure">It can't be read, or holds no certificate.</exception>
    public void Check()
    {
        if (settings.Ca is not { } file)
        {
            return;
        }

        try
        {
            if (Read(file).Count == 0)
            {
                throw new AgentFailure($"The file {file} of --ca holds no certificate (PEM, -----BEGIN CERTIFICATE-----).");
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AgentFailure($"The file {file} of --ca can't be used: {ex.Message.TrimEnd('.')}. Give the server's certificate as PEM.");
        }
    }

    /// <summary>For the WebSocket.</summary>
    public void Apply(ClientWebSocketOptions options)
    {
        if (settings.Ca is not null)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors);
        }
    }

    /// <summary>For calls to buckets.</summary>
    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler();
        if (settings.Ca is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (connection, certificate, chain, errors) =>
                errors == SslPolicyErrors.None || (connection is SslStream tls && IsOwn(settings.Server, tls.TargetHostName) && IsTrusted(certificate, chain, errors));
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>True when the host is the server's own: to no other one does the file of --ca apply.</summary>
    public static bool IsOwn(Uri server, string host) => host.Equals(server.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static X509Certificate2Collection Read(string file)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(file);
        return all;
    }

    private bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        // A name that does not fit is never mended by trust.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        try
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(Read(settings.Ca!));
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
            foreach (var between in presented?.ChainElements.Skip(1) ?? [])
            {
                chain.ChainPolicy.ExtraStore.Add(between.Certificate);
            }

            return chain.Build(leaf);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false; // the file is just being replaced; the next attempt reads it again
        }
    }
}
