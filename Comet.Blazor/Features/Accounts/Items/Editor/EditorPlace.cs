using System.Globalization;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Open;

namespace Comet.Blazor.Features.Accounts.Items.Editor;

/// <summary>Where and for whom an item is edited.</summary>
/// <param name="DeviceId">The device; empty for none yet.</param>
/// <param name="DeviceName">Its name; empty for none yet.</param>
/// <param name="Os">Its operating system; empty when unknown.</param>
/// <param name="Zone">Its zone: schedules hold there.</param>
/// <param name="ZoneKnown">False when the device has not told its zone and UTC stands for it.</param>
/// <param name="ViewerZone">The zone of the person.</param>
/// <param name="ImposedDelay">Seconds of random delay that policy and user impose.</param>
/// <param name="Now">Unix seconds UTC.</param>
/// <param name="Vaults">The Storage Vaults that the device may use.</param>
public sealed record EditorPlace(
    string DeviceId, string DeviceName, string Os, TimeZoneInfo Zone, bool ZoneKnown, TimeZoneInfo ViewerZone, long ImposedDelay, long Now, IReadOnlyList<VaultRef> Vaults)
{
    /// <summary>The policy that holds for the user: what it decides can't be chosen here.</summary>
    public UserPolicy Policy { get; init; } = new([]);

    /// <summary>"Thu 26 Nov 2026, 22:00 (Europe/Amsterdam)", with the person's own time when that is another one.</summary>
    /// <param name="instant">Unix seconds UTC.</param>
    public string Tell(long instant)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(instant);
        var (there, here) = (TimeZoneInfo.ConvertTime(at, Zone), TimeZoneInfo.ConvertTime(at, ViewerZone));
        return Say(there, "ddd d MMM yyyy, HH:mm") + $" ({Zone.Id})" + (there.Offset == here.Offset ? "" : $", {Say(here, there.Date == here.Date ? "HH:mm" : "ddd d MMM, HH:mm")} your time");
    }

    private static string Say(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
