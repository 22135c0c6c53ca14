using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>What a stranger may send in place of a key's answer: refused with a sentence, never a fault.</summary>
public sealed class GarbageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Garbage_IsRefused_AtRegistrationAndSignIn()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        var asked = await rig.AskAsync();
        var begun = (await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyRig.Https, Ct)).Value!;
        using var other = new SoftKey();

        foreach (var bad in Bad(key.Sign(asked)).Concat(Bad(other.Register(begun))))
        {
            var signIn = await rig.FinishAsync(await rig.AskAsync(), bad);
            Assert.Equal(Refusal.Unauthenticated, signIn.Kind);
            var question = (await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyRig.Https, Ct)).Value!;
            var added = await rig.Ceremony.FinishRegistrationAsync(KeyRig.Admin, question.ChallengeId, bad, "", null, null, Ct);
            Assert.Equal(Refusal.Invalid, added.Kind);
        }

        Assert.Single(rig.Keys);
    }

    /// <summary>The answer with each of its parts spoiled in turn.</summary>
    private static IEnumerable<string> Bad(string answer)
    {
        yield return "";
        yield return "[]";
        yield return "{";
        yield return "{\"id\":\"AAAA\",\"response\":{\"\\ud800\":1}}";
        yield return "{\"id\":\"\\ud800\",\"response\":{}}";
        yield return new string('[', 100_000);
        yield return $"{{\"id\":\"{new string('A', 60_000)}\",\"response\":{{}}}}";
        foreach (var name in ((JsonObject)JsonNode.Parse(answer)!["response"]!).Select(static p => p.Key).Where(static n => n is not ("transports" or "userHandle")))
        {
            foreach (var value in new JsonNode?[] { null, 7, "", "\u00e9", "AA", new JsonObject(), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(40_000)) })
            {
                yield return With(answer, name, value?.DeepClone());
            }

            foreach (var bytes in new byte[][] { [0xa3, 0x63], [0x9f, 0x9f, 0x9f], [0xbf, 0xff], [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [.. Enumerable.Repeat((byte)0x81, 30_000)], Encoding.UTF8.GetBytes("{\"type\":\"\\ud800\",\"challenge\":\"\\ud800\",\"origin\":\"\\ud800\"}"), Encoding.UTF8.GetBytes("{\"type\":null}"), [0xff, 0xfe] })
            {
                yield return With(answer, name, Base64Url.EncodeToString(bytes));
            }
        }
    }

    private static string With(string answer, string name, JsonNode? value)
    {
        var root = JsonNode.Parse(answer)!;
        root["response"]![name] = value;
        return root.ToJsonString();
    }
}
