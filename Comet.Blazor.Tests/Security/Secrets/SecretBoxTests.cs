using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comet.Blazor.Tests.Security.Secrets;

public sealed class SecretBoxTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("")]
    [InlineData("JBSWY3DPEHPK3PXP")]
    [InlineData("pässwörd with spaces, 密码 and 🔑")]
    public void Sealed_OpensForTheSamePurpose(string secret)
    {
        var text = Box().Seal("totp:mary", secret);
        Assert.True(SecretBox.IsSealed(text));
        Assert.Equal(secret, Box().Open("totp:mary", text)); // another instance: as after a restart
        Assert.True(secret.Length == 0 || !text.Contains(secret, StringComparison.Ordinal));
        Assert.NotEqual(text, Box().Seal("totp:mary", secret));
    }

    [Fact]
    public void Sealed_MovedToAnotherAccount_DoesNotOpen()
    {
        var text = Box().Seal("totp:mary", "JBSWY3DPEHPK3PXP");
        Assert.Contains("belongs to something else", Assert.Throws<SecretLostException>(() => Box().Open("totp:peter", text)).Message);
    }

    [Fact]
    public void Sealed_AnyByteAltered_DoesNotOpen()
    {
        var box = Box();
        var text = box.Seal("smtp", "secret");
        var head = text[..(text.LastIndexOf('.') + 1)];
        var bytes = Convert.FromBase64String(text[head.Length..]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = bytes.ToArray();
            altered[i] ^= 1;
            Assert.Throws<SecretLostException>(() => box.Open("smtp", head + Convert.ToBase64String(altered)));
        }
    }

    [Fact]
    public void Open_KeyLost_SaysToPutTheKeysFolderBack()
    {
        var text = Box().Seal("smtp", "secret");
        File.Delete(Path.Combine(Folder.Keys, "secrets.key"));
        var message = Assert.Throws<SecretLostException>(() => Box().Open("smtp", text)).Message;
        Assert.Contains("sealed with another key: put the keys folder of this server back", message);
        Assert.Contains(Folder.Keys, message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("JBSWY3DPEHPK3PXP")]
    [InlineData("sealed1.")]
    [InlineData("sealed1.0011aabb.")]
    [InlineData("sealed1.0011aabb.AAAA")]
    [InlineData("sealed1.0011aabb!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sealed1.0011aabb.not base64 at all but long enough to be a box")]
    public void PlainText_IsNotSealed(string? text)
    {
        Assert.False(SecretBox.IsSealed(text));
        Assert.Throws<SecretLostException>(() => Box().Open("smtp", text ?? ""));
    }

    [Fact]
    public void KeyFile_Truncated_IsSaidAndNotReplaced()
    {
        Directory.CreateDirectory(Folder.Keys);
        var path = Path.Combine(Folder.Keys, "secrets.key");
        File.WriteAllBytes(path, new byte[7]);
        Assert.Contains("Put back its copy", Assert.Throws<InvalidDataException>(() => Box().Seal("smtp", "x")).Message);
        Assert.Equal(7, new FileInfo(path).Length);
    }

    [Fact]
    public void KeyAndFolder_ReadableByTheOwnerOnly()
    {
        Box().Seal("smtp", "x");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder.Keys));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder.Keys, "secrets.key")));
        }
    }

    [Fact]
    public void Seal_ManyAtOnce_OneKey()
    {
        var box = Box();
        var texts = new string[64];
        Parallel.For(0, texts.Length, i => texts[i] = box.Seal("p", i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(Enumerable.Range(0, 64).Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), texts.Select(t => Box().Open("p", t)));
    }

    public void Dispose() => _temp.Dispose();

    private DataFolder Folder => new(_temp.Path);

    private SecretBox Box() => new(Folder, NullLogger<SecretBox>.Instance);
}
