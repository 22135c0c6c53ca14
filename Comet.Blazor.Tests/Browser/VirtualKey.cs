using System.Text.Json;
using Microsoft.Playwright;

namespace Comet.Blazor.Tests.Browser;

/// <summary>A security key of Chromium's own making, plugged into one page.</summary>
internal sealed class VirtualKey
{
    private readonly ICDPSession _browser;
    private readonly string _id;

    private VirtualKey(ICDPSession browser, string id) => (_browser, _id) = (browser, id);

    /// <summary>Plugs one in.</summary>
    /// <param name="page">The page.</param>
    /// <param name="protocol">ctap2 or u2f.</param>
    /// <param name="transport">usb, nfc, ble or internal.</param>
    public static async Task<VirtualKey> PlugInAsync(IPage page, string protocol = "ctap2", string transport = "usb")
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        var added = await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = protocol,
                ["transport"] = transport,
                ["hasUserVerification"] = protocol == "ctap2",
                ["isUserVerified"] = protocol == "ctap2",
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualKey(browser, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Pulls it out; credentials go with it.</summary>
    public Task PullOutAsync() => SendAsync("WebAuthn.removeVirtualAuthenticator");

    /// <summary>Whether the person touches it when it is asked.</summary>
    public Task TouchAsync(bool touches) => SendAsync("WebAuthn.setAutomaticPresenceSimulation", ("enabled", touches));

    /// <summary>The credentials that it holds.</summary>
    public async Task<IReadOnlyList<JsonElement>> CredentialsAsync() => [.. (await SendAsync("WebAuthn.getCredentials"))!.Value.GetProperty("credentials").EnumerateArray()];

    /// <summary>Puts a credential onto it.</summary>
    public Task AddAsync(string id, string privateKey, string rpId, int counter) => SendAsync("WebAuthn.addCredential", ("credential", new Dictionary<string, object>
    {
        ["credentialId"] = id,
        ["isResidentCredential"] = false,
        ["rpId"] = rpId,
        ["privateKey"] = privateKey,
        ["signCount"] = counter,
    }));

    /// <summary>Forgets its credentials.</summary>
    public Task ClearAsync() => SendAsync("WebAuthn.clearCredentials");

    private Task<JsonElement?> SendAsync(string method, params (string Name, object Value)[] more)
    {
        var given = new Dictionary<string, object> { ["authenticatorId"] = _id };
        foreach (var (name, value) in more)
        {
            given[name] = value;
        }

        return _browser.SendAsync(method, given);
    }
}
