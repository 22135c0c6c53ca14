using Comet.Blazor.Security.Transport;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>Certificates as people have them, right and wrong.</summary>
public sealed class CertificateFileTests : IDisposable
{
    private readonly CertificateLab _lab = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pem_KeyInTheSameFile_InAnyOrder_IsReadWithItsChain(bool rsa)
    {
        using var server = _lab.Server(rsa: rsa);
        string[] parts = [server.ExportCertificatePem(), _lab.Between.ExportCertificatePem(), CertificateLab.KeyPem(server)];
        foreach (var order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 0, 2] })
        {
            var read = CertificateFile.Read(CertificateLab.Source(_lab.Write("server.pem", [.. order.Select(i => parts[i])])));
            Assert.Equal(server.Thumbprint, read.Leaf.Thumbprint);
            Assert.True(read.Leaf.HasPrivateKey);
            Assert.Equal(_lab.Between.Thumbprint, Assert.Single(read.Chain).Thumbprint);
            Assert.False(read.IsSelfSigned);
        }
    }

    [Fact]
    public void Pem_KeyInAFileOfItsOwn_PlainOrEncrypted_IsRead()
    {
        using var server = _lab.Server();
        var certificate = _lab.Write("cert.pem", server.ExportCertificatePem());
        var passwordFile = _lab.Write("password", CertificateLab.Password);
        Assert.True(CertificateFile.Read(CertificateLab.Source(certificate, _lab.Write("key.pem", CertificateLab.KeyPem(server)))).Leaf.HasPrivateKey);
        var encrypted = _lab.Write("key2.pem", CertificateLab.Encrypted(server));
        Assert.True(CertificateFile.Read(CertificateLab.Source(certificate, encrypted, CertificateLab.Password)).Leaf.HasPrivateKey);
        Assert.True(CertificateFile.Read(CertificateLab.Source(certificate, encrypted, passwordFile: passwordFile)).Leaf.HasPrivateKey);
        Refused("is encrypted. Set Comet:CertificatePassword", CertificateLab.Source(certificate, encrypted));
        Refused("the password is wrong", CertificateLab.Source(certificate, encrypted, "other"));
    }

    [Fact]
    public void Pfx_WithAndWithoutPassword_IsReadWithItsChain()
    {
        using var server = _lab.Server();
        foreach (var password in new[] { CertificateLab.Password, "" })
        {
            var read = CertificateFile.Read(CertificateLab.Source(_lab.Pfx("server.pfx", server, password), password: password));
            Assert.Equal(server.Thumbprint, read.Leaf.Thumbprint);
            Assert.Single(read.Chain);
        }

        var locked = _lab.Pfx("server.pfx", server, CertificateLab.Password);
        Refused("the password is wrong, or the file is damaged", CertificateLab.Source(locked, password: "other"));
        Refused("can't be opened as a PFX file without a password", CertificateLab.Source(locked));
        Refused("Comet:CertificateKey is only for PEM files", CertificateLab.Source(locked, _lab.Write("key.pem", CertificateLab.KeyPem(server))));
    }

    [Fact]
    public void WrongFiles_AreNamedWithWhatToDo()
    {
        using var server = _lab.Server();
        using var other = _lab.Server();
        using var rsa = _lab.Server(rsa: true);
        var certificate = _lab.Write("cert.pem", server.ExportCertificatePem());
        Refused("does not exist. Correct Comet:Certificate.", CertificateLab.Source(_lab.Sub("none.pem")));
        Refused("does not exist. Correct Comet:CertificateKey.", CertificateLab.Source(certificate, _lab.Sub("none.pem")));
        Refused("does not exist. Correct Comet:CertificatePasswordFile.", CertificateLab.Source(certificate, passwordFile: _lab.Sub("none")));
        Refused("does not belong to the certificate", CertificateLab.Source(certificate, _lab.Write("key.pem", CertificateLab.KeyPem(other))));
        Refused("does not belong to the certificate", CertificateLab.Source(certificate, _lab.Write("key.pem", CertificateLab.KeyPem(rsa))));
        Refused("holds no private key (a section", CertificateLab.Source(certificate));
        Refused("holds no certificate", CertificateLab.Source(_lab.Write("key.pem", CertificateLab.KeyPem(server))));
        Refused("a certificate in it can't be read", CertificateLab.Source(_lab.Write("bad.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", CertificateLab.KeyPem(server))));
        Refused("it is damaged, or of a kind", CertificateLab.Source(certificate, _lab.Write("bad.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")));
        Refused("and is no PEM file", CertificateLab.Source(_lab.Write("empty", "")));
    }

    [Fact]
    public void OutOfItsTime_OrForSomethingElse_IsRefused()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var expired = _lab.Server(days: 5, from: -10);
        using var later = _lab.Server(from: 3);
        using var mail = _lab.Server(usage: "1.3.6.1.5.5.7.3.4");
        using var good = _lab.Server();
        Assert.Contains("c.pem expired on", CertificateFile.Complaint(expired, "c.pem", now), StringComparison.Ordinal);
        Assert.Contains("is valid from", CertificateFile.Complaint(later, "c.pem", now), StringComparison.Ordinal);
        Assert.Contains("is not one for servers", CertificateFile.Complaint(mail, "c.pem", now), StringComparison.Ordinal);
        Assert.Null(CertificateFile.Complaint(good, "c.pem", now));
    }

    public void Dispose() => _lab.Dispose();

    private static void Refused(string why, CertificateSource source)
    {
        var message = Assert.Throws<InvalidDataException>(() => CertificateFile.Read(source)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.DoesNotContain(CertificateLab.Password, message, StringComparison.Ordinal);
    }
}
