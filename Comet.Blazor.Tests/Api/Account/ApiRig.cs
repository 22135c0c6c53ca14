using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>The real server with its real administrators and a clock of the test's, called as programs do.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    private static readonly (string, string)[] AsAdmin = Password("admin", "admin");

    private ApiRig(TestServer server, FakeTimeProvider clock) => (Server, Clock) = (server, clock);

    public TestServer Server { get; private set; }

    public FakeTimeProvider Clock { get; }

    public AdministratorStore Administrators => Server.Get<AdministratorStore>();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ApiRig> StartAsync(params string[] args)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        return new ApiRig(await TestServer.StartAsync(null, b => b.Services.AddSingleton<TimeProvider>(clock), args), clock);
    }

    public static (string, string)[] Password(string name, string password) => [("Username", name), ("AuthType", "Password"), ("Password", password)];

    public static (string, string)[] Codes(string name, string password, string code) => [("Username", name), ("AuthType", "PasswordTOTP"), ("Password", password), ("TOTP", code)];

    public static (string, string)[] Session(string name, string key) => [("Username", name), ("AuthType", "SessionKey"), ("SessionKey", key)];

    /// <summary>Stops the server and starts it again on the same folder.</summary>
    public async Task RestartAsync()
    {
        await Server.StopAsync();
        Server = await TestServer.StartAsync(Server.Folder, b => b.Services.AddSingleton<TimeProvider>(Clock));
    }

    public async Task<JsonNode> CallAsync(string path, (string Name, string Value)[] who, params (string Name, string Value)[] fields)
    {
        using var response = await Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(who.Concat(fields).Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }

    /// <summary>Calls and answers the envelope; a bare answer counts as 200.</summary>
    public async Task<(int Status, string Message)> TryAsync(string path, (string Name, string Value)[] who, params (string Name, string Value)[] fields) =>
        await CallAsync(path, who, fields) is JsonObject answer && answer.ContainsKey("Message") ? ApiUnderTest.Envelope(answer) : (200, "bare");

    /// <summary>Calls, expects success, and holds the answer to a struct of the contract.</summary>
    public async Task<JsonNode> ShapeAsync(string type, string path, (string Name, string Value)[] who, params (string Name, string Value)[] fields)
    {
        var answer = await CallAsync(path, who, fields);
        using var document = JsonDocument.Parse(answer.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
        Assert.True(answer is not JsonObject o || !o.ContainsKey("Status") || (int)o["Status"]! == 200, answer.ToJsonString());
        return answer;
    }

    public async Task<string> StartSessionAsync(string path = "admin/account/session-start", (string, string)[]? who = null)
    {
        var answer = await ShapeAsync("SessionKeyRegeneratedResponse", path, who ?? AsAdmin);
        return (string)answer["SessionKey"]!;
    }

    /// <summary>The cheapest call that needs an administrator.</summary>
    public Task<(int Status, string Message)> PingAsync((string, string)[] who) => TryAsync("admin/meta/version", who);

    public async Task AddUserAsync(string name, string password = "correct horse", Action<JsonNode>? edit = null)
    {
        Assert.Equal((200, "OK"), await TryAsync("admin/add-user", AsAdmin, ("TargetUser", name), ("TargetPassword", password)));
        if (edit is not null)
        {
            await EditUserAsync(name, edit);
        }
    }

    public async Task EditUserAsync(string name, Action<JsonNode> edit)
    {
        var profile = await CallAsync("admin/get-user-profile", AsAdmin, ("TargetUser", name));
        edit(profile);
        Assert.Equal((200, "OK"), await TryAsync("admin/set-user-profile", AsAdmin, ("TargetUser", name), ("ProfileData", profile.ToJsonString())));
    }

    public void Edit(string name, Func<Administrator, Administrator> edit) => Assert.True(Administrators.Change(name, one => edit(one)).Ok);

    /// <summary>Makes and tries a TOTP secret of admin by API; answers it. The step of the code that was tried is over afterwards.</summary>
    public async Task<string> EnrolAsync()
    {
        var made = await ShapeAsync("TotpRegeneratedResponse", "admin/account/regenerate-totp", AsAdmin);
        var secret = SecretOf(made);
        Assert.Equal((200, "OK"), await TryAsync("admin/account/validate-totp", AsAdmin, ("TOTPCode", Code(secret))));
        Clock.Advance(TimeSpan.FromSeconds(30));
        return secret;
    }

    public static string SecretOf(JsonNode made) => System.Web.HttpUtility.ParseQueryString(new Uri((string)made["URL"]!).Query)["secret"]!;

    public string Code(string secret) => new OtpNet.Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(Clock.GetUtcNow().UtcDateTime);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
