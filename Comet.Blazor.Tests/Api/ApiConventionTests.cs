using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Administrators;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Api;

/// <summary>Conventions of the HTTP API (spec/06 §1 to §3), which every call shares.</summary>
public sealed class ApiConventionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("admin", "Password", "wrong", 401)]
    [InlineData("nobody", "Password", "admin", 401)]
    [InlineData("", "Password", "", 401)]
    [InlineData("admin", "", "admin", 400)]
    [InlineData("admin", "Pass", "admin", 400)]
    [InlineData("admin", "SessionKey", "admin", 401)]
    [InlineData("admin", "PasswordTOTP", "admin", 403)]
    [InlineData("admin", "PasswordTOTP", "wrong", 401)]
    [InlineData("admin", "TOTP", "admin", 400)]
    public async Task Call_WithoutGoodCredentials_EnvelopeWithHttp200AndNoData(string name, string type, string password, int status)
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        using var response = await api.SendAsync("admin/list-users", ("Username", name), ("AuthType", type), ("Password", password));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!.AsObject();
        Assert.Equal(status, (int)answer["Status"]!);
        Assert.NotEmpty((string)answer["Message"]!);
        Assert.Equal(2, answer.Count);
    }

    [Fact]
    public async Task Call_WrongPasswordAndUnknownName_SameAnswer()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var wrong = await api.SendAsync("admin/list-users", ("Username", "admin"), ("AuthType", "Password"), ("Password", "x"));
        using var unknown = await api.SendAsync("admin/list-users", ("Username", "x"), ("AuthType", "Password"), ("Password", "admin"));
        Assert.Equal(await wrong.Content.ReadAsStringAsync(Ct), await unknown.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Call_ByAnyOtherMethod_Http405NamingPost()
    {
        await using var api = await ApiUnderTest.StartAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            using var response = await api.Client.SendAsync(new HttpRequestMessage(method, "api/v1/admin/list-users"), Ct);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(["POST"], response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task Call_InACharsetThatTheServerRefuses_400NamingTheOneToUse()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var form = new StringContent("Username=admin&AuthType=Password&Password=admin");
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-7");
        using var response = await api.Client.PostAsync("api/v1/admin/list-users", form, Ct);
        Assert.Equal((400, "Send the parameters in UTF-8."), ApiUnderTest.Envelope(JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!));
    }

    [Fact]
    public async Task Call_Unknown_404EnvelopeWithHttp200()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var response = await api.Client.PostAsync("api/v1/admin/no-such-call", null, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (status, message) = ApiUnderTest.Envelope(JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!);
        Assert.Equal(404, status);
        Assert.Contains("/api/v1/admin/no-such-call", message);
    }

    [Fact]
    public async Task Call_Multipart_IsUnderstood()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("admin"), "Username" }, { new StringContent("Password"), "AuthType" }, { new StringContent("admin"), "Password" } };
        using var response = await api.Client.PostAsync("api/v1/admin/list-users", form, Ct);
        Assert.Equal("[]", await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Call_JsonBody_400EnvelopeSaysWhatIsExpected()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var response = await api.Client.PostAsync("api/v1/admin/list-users", new StringContent("{}", Encoding.UTF8, "application/json"), Ct);
        var (status, message) = ApiUnderTest.Envelope(JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!);
        Assert.Equal(400, status);
        Assert.Contains("application/x-www-form-urlencoded", message);
    }

    [Fact]
    public async Task Call_BrokenMultipart_400Envelope()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var body = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"Username\"\r\n\r\nadm"u8.ToArray());
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        using var response = await api.Client.PostAsync("api/v1/admin/list-users", body, Ct);
        Assert.Equal(400, ApiUnderTest.Envelope(JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!).Status);
    }

    [Fact]
    public async Task Call_BodyOver64MiB_400Envelope()
    {
        await using var api = await ApiUnderTest.StartAsync();
        // By hand: a client library would start to send the body and trip over the closed connection.
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(api.Client.BaseAddress!.Host, api.Client.BaseAddress.Port, Ct);
        var head = $"POST /api/v1/admin/list-users HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {ApiRoutes.MaxBodyBytes + 1}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        using var reader = new StreamReader(socket.GetStream());
        var answer = await reader.ReadToEndAsync(Ct);
        Assert.StartsWith("HTTP/1.1 200", answer);
        Assert.Contains("\"Status\":400", answer);
        Assert.Contains("64.00 MiB", answer);
    }

    [Fact]
    public async Task Call_AcceptsGzip_AnswerIsGzipAndTheSame()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var plain = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        api.Client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using var response = await api.SendAsync("admin/get-user-profile", ("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"), ("TargetUser", "mary"));
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var unzipped = new GZipStream(await response.Content.ReadAsStreamAsync(Ct), CompressionMode.Decompress);
        Assert.True(JsonNode.DeepEquals(plain, await JsonNode.ParseAsync(unzipped, cancellationToken: Ct)));
    }

    [Fact]
    public async Task Call_Always_SetsNoCookieAndIsNotCached()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var response = await api.SendAsync("admin/list-users", ("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Call_HandlerThrows_500EnvelopeWithAReferenceThatIsInTheLogAndNoDetails()
    {
        await using var api = await ApiUnderTest.StartAsync(static b => b.Services.AddSingleton<IAdministrators, BrokenAdministrators>());
        var (status, message) = await api.EnvelopeAsync("admin/list-users");
        Assert.Equal(500, status);
        Assert.DoesNotContain("secret detail", message);
        var reference = message.TrimEnd('.').Split(' ')[^1];
        Assert.Equal(8, reference.Length);
        await api.Server.StopAsync();
        var log = string.Concat(Directory.GetFiles(api.Server.Folder.Sub("logs")).Select(File.ReadAllText));
        Assert.Contains(reference, log);
        Assert.Contains("secret detail", log);
    }

    [Fact]
    public async Task Parameters_BooleanForms_AllUnderstood()
    {
        await using var api = await ApiUnderTest.StartAsync();
        foreach (var (i, form) in new[] { "1", "true", "True" }.Index())
        {
            await api.EnvelopeAsync("admin/add-user", ("TargetUser", $"u{i}"), ("TargetPassword", "correct horse"), ("StoreRecoveryCode", form));
            Assert.NotEmpty((string)(await api.CallAsync("admin/get-user-profile", ("TargetUser", $"u{i}")))["PasswordRecovery"]!);
        }

        await api.EnvelopeAsync("admin/add-user", ("TargetUser", "u9"), ("TargetPassword", "correct horse"), ("StoreRecoveryCode", ""), ("TargetOrganization", ""));
        Assert.Null((await api.CallAsync("admin/get-user-profile", ("TargetUser", "u9")))["PasswordRecovery"]);
        Assert.Equal((400, "The parameter StoreRecoveryCode must be true or false."), await api.EnvelopeAsync(
            "admin/add-user", ("TargetUser", "u10"), ("TargetPassword", "correct horse"), ("StoreRecoveryCode", "perhaps")));
    }

    [Fact]
    public async Task Parameters_RequiredMissing_400NamesIt()
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Equal((400, "The parameter TargetUser is missing."), await api.EnvelopeAsync("admin/get-user-profile"));
    }

    private sealed class BrokenAdministrators : IAdministrators
    {
        public bool DefaultPasswordInUse => false;

        public Administrator? Find(string name) => null;

        public Task<Outcome<Administrator>> VerifyAsync(string username, string password, CancellationToken ct) => throw new InvalidOperationException("secret detail");
    }
}
