using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Totp;
using OtpNet;

namespace Comet.Blazor.Tests.Support;

/// <summary>Second factors without clicking them together, for tests that begin where they are set up.</summary>
public static class SecondFactorRig
{
    /// <summary>The administrator admin has to give a TOTP code; answers the app that makes them.</summary>
    public static Totp RequireTotp(TestServer server)
    {
        var codes = server.Get<TotpCodes>();
        var secret = codes.NewSecret();
        var done = server.Get<AdministratorStore>().Change("admin", one => one with
        {
            TotpKey = codes.Seal(TotpOwner.Administrator("admin"), secret),
            TotpKeyFormat = TotpCodes.SealedFormat,
            TotpChecked = true,
            AllowTotp = true,
            AllowPassword = false,
        });
        Assert.True(done.Ok, done.Why);
        return new Totp(Base32Encoding.ToBytes(secret.Text));
    }
}
