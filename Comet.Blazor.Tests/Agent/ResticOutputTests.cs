using Comet.Blazor.Wire;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Lines that restic prints, and the wrapping of its passwords.</summary>
public class ResticOutputTests
{
    [Theory]
    [InlineData("Save(<data/e989>) returned error, retrying after 552.33ms: server response unexpected: 507 Disk full (507)", 507, "Disk full")]
    [InlineData("Save(<data/e989>) returned error, retrying after 1s: server response unexpected: 507 Storage quota exceeded (507)", 507, "Storage quota exceeded")]
    [InlineData("Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized", 401, "Unauthorized")]
    [InlineData("Load(<index/12>, 0, 0) returned error, retrying after 1s: unexpected HTTP response (404): 404 Bucket folder is missing", 404, "Bucket folder is missing")]
    public void Refusal_OfTheStorage_IsRead(string line, int status, string reason) => Assert.Equal(new StorageRefusal(status, reason), ResticOutput.Refusal(line));

    [Theory]
    [InlineData("Save(<data/e989>) returned error, retrying after 1s: server response unexpected: 502 Bad Gateway (502)")]
    [InlineData("Save(<data/e989>) returned error, retrying after 1s: Post \"http://me:***@h/b/data/e989\": dial tcp 127.0.0.1:507: connect: connection refused")]
    [InlineData("error: open /home/507 Disk full (507): permission denied")]
    public void Refusal_ThatMayPass_IsNone(string line) => Assert.Null(ResticOutput.Refusal(line));

    [Theory]
    [InlineData("""{"message_type":"error","error":{"Op":"open","Path":"/x","Err":13},"during":"archival","item":"/x"}""", "Permission denied")]
    [InlineData("""{"message_type":"error","error":{"message":"open /x: permission denied"},"during":"archival","item":"/x"}""", "open /x: permission denied")]
    [InlineData("""{"message_type":"error","error":{},"during":"scan","item":"/x"}""", "{}")]
    public void Error_OfOldAndNewVersions_IsDescribed(string line, string words)
    {
        var read = ResticOutput.Read(line)!;

        Assert.Equal(("error", "/x", words), (read.MessageType, read.Item, ResticOutput.Describe(read.Error)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("open repository")]
    [InlineData("{half")]
    public void Line_OfText_IsNotJson(string line) => Assert.Null(ResticOutput.Read(line));

    [Fact]
    public void Key_Wrapped_OpensOnlyWithTheSameKeyForTheSameVault()
    {
        var key = new byte[32];
        var wrapped = VaultKeyWrap.Wrap("vault-1", "secret", key);

        Assert.Equal("secret", VaultKeyWrap.TryUnwrap("vault-1", wrapped, key));
        Assert.Null(VaultKeyWrap.TryUnwrap("vault-2", wrapped, key));
        Assert.Null(VaultKeyWrap.TryUnwrap("vault-1", wrapped, [.. Enumerable.Repeat((byte)1, 32)]));
        Assert.Null(VaultKeyWrap.TryUnwrap("vault-1", "AAAA", key));
        Assert.Null(VaultKeyWrap.TryUnwrap("vault-1", "not base64", key));
        Assert.NotEqual(wrapped, VaultKeyWrap.Wrap("vault-1", "secret", key));
    }
}
