using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Server;

/// <summary>
/// Which server this is: an id that stays with the data folder (a random License.SerialNumber in the settings, hashed), by which servers find out
/// that a replica would be themselves (spec/03 §4), and one that changes with each start.
/// </summary>
public sealed class InstanceIdentity
{
    /// <summary>Reads the serial number, or makes one.</summary>
    public InstanceIdentity(SettingsFile settings, TimeProvider clock)
    {
        StartTime = clock.UnixNow();
        StartHash = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var serial = settings.Read(Serial);
        if (serial.Length == 0)
        {
            serial = settings.Update(static root =>
            {
                var made = Guid.NewGuid().ToString();
                if (root["License"] is not JsonObject license)
                {
                    license = [];
                    root["License"] = license;
                }

                license["SerialNumber"] = made;
                return made;
            });
        }

        LicenseHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(serial)))[..32];
    }

    /// <summary>When this server started, Unix seconds UTC.</summary>
    public long StartTime { get; }

    /// <summary>32 hex digits, other ones after each start.</summary>
    public string StartHash { get; }

    /// <summary>32 hex digits, the same as long as the settings are.</summary>
    public string LicenseHash { get; }

    private static string Serial(JsonObject root) =>
        root["License"] is JsonObject license && license["SerialNumber"] is JsonValue value && value.TryGetValue<string>(out var serial) ? serial : "";
}
