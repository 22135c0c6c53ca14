using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Wire.Schedules;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.App.Start;

/// <summary>Checks the settings before the first listener opens; each complaint names the key and what it must be.</summary>
public sealed class CometOptionsCheck : IValidateOptions<CometOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, CometOptions options)
    {
        List<string> complaints = [];
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            complaints.Add("Comet:DataDirectory is empty; it must name a folder.");
        }

        CheckAddress(complaints, "Comet:PublicUrl", options.PublicUrl);
        CheckAddress(complaints, "Comet:StoragePublicUrl", options.StoragePublicUrl);
        foreach (var url in options.StorageUrls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            CheckAddress(complaints, "Comet:StorageUrls", url);
        }

        if (options.RandomDelaySecs is < 0 or > ScheduleCheck.MostRandomDelay)
        {
            complaints.Add($"Comet:RandomDelaySecs is {options.RandomDelaySecs}; it must be 0 to {ScheduleCheck.MostRandomDelay} seconds (5 hours).");
        }

        CheckTransport(complaints, options);
        return complaints.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(complaints);
    }

    private static void CheckTransport(List<string> complaints, CometOptions options)
    {
        if (options.Certificate.Length > 0 && options.SelfSigned)
        {
            complaints.Add("Comet:Certificate and Comet:SelfSigned are both set; choose one of them.");
        }

        if (options.Certificate.Length == 0 && options.CertificateKey.Length + options.CertificatePassword.Length + options.CertificatePasswordFile.Length > 0)
        {
            complaints.Add("Comet:CertificateKey, Comet:CertificatePassword and Comet:CertificatePasswordFile belong to Comet:Certificate, which is empty; it must name a PEM or PFX file.");
        }

        if (options.CertificatePassword.Length > 0 && options.CertificatePasswordFile.Length > 0)
        {
            complaints.Add("Comet:CertificatePassword and Comet:CertificatePasswordFile are both set; choose one of them.");
        }

        try
        {
            TrustedProxies.Parse(options.TrustedProxies);
        }
        catch (FormatException ex)
        {
            complaints.Add($"Comet:TrustedProxies: {ex.Message}");
        }
    }

    private static void CheckAddress(List<string> complaints, string key, string value)
    {
        if (value.Length > 0 && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            complaints.Add($"{key} is '{value}'; it must be an address such as http://backup.example:8060/.");
        }
    }
}
