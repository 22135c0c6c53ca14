using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Agent.Retention;

/// <summary>When this device has last passed over its vaults. A lost file means that the next pass comes a little later.</summary>
/// <param name="state">Where they are kept.</param>
/// <param name="clock">The clock.</param>
public sealed class PassMarks(StateFolder state, TimeProvider clock)
{
    private const long Hour = 3600;
    private const long Day = 24 * Hour;

    // What killed backups have left is freed once a week also when no snapshot goes.
    private const long PruneEvery = 7 * Day;
    private readonly Lock _gate = new();

    /// <summary>
    /// Whether a backup is to be followed by a pass (AutoRetentionLevel, spec/01 §5.4): 1 after each one, 2 when the last pass is six hours ago, 0 when
    /// it is a day ago, 3 when it is a week ago. A vault that is new to this device has its first pass after that time.
    /// </summary>
    public bool IsDue(string vaultId, int level)
    {
        var mark = Read(vaultId);
        if (mark.Last == 0)
        {
            Passed(vaultId);
            return level == 1;
        }

        return Since(mark.Last) >= level switch { 1 => 0, 2 => 6 * Hour, 3 => 7 * Day, _ => Day };
    }

    /// <summary>True when space was not freed for a week.</summary>
    public bool IsPruneDue(string vaultId) => Since(Read(vaultId).LastPrune) >= PruneEvery;

    /// <summary>A pass was made, or tried.</summary>
    public void Passed(string vaultId) => Change(vaultId, m => m with { Last = clock.UnixNow() });

    /// <summary>Space was freed.</summary>
    public void Pruned(string vaultId) => Change(vaultId, m => m with { LastPrune = clock.UnixNow() });

    // A mark from the future was written by a clock that was wrong: it must not put the next pass off for years.
    private long Since(long mark) => clock.UnixNow() is var now && mark <= now + Hour ? now - mark : long.MaxValue;

    private void Change(string vaultId, Func<PassMark, PassMark> change)
    {
        lock (_gate)
        {
            DurableFile.Write(PathOf(vaultId), JsonSerializer.SerializeToUtf8Bytes(change(Read(vaultId)), StateJson.Default.PassMark));
        }
    }

    private PassMark Read(string vaultId)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(vaultId)), StateJson.Default.PassMark) ?? new PassMark();
        }
        catch (Exception ex) when (ex is FileNotFoundException or JsonException)
        {
            return new PassMark();
        }
    }

    private string PathOf(string vaultId) => state.Sub("passes", StateFolder.NameFor(vaultId) + ".json");
}

/// <summary>When a vault was passed over.</summary>
/// <param name="Last">Unix seconds UTC; 0 for never.</param>
/// <param name="LastPrune">When space was freed; Unix seconds UTC, 0 for never.</param>
public sealed record PassMark(long Last = 0, long LastPrune = 0);
