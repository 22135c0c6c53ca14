using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>How backups went, in figures, from memory. Asks no rights: for those who may see jobs.</summary>
public interface IBackupDays
{
    /// <summary>Rings when a job was added or changed, or reported progress.</summary>
    LiveSignal Changed { get; }

    /// <summary>
    /// The worst status of the backup jobs that began on each day, the oldest day first, 0 for a day without any; by account. An account without
    /// backups on these days is left out. One walk over the jobs of these days, whoever's they are.
    /// </summary>
    /// <param name="midnights">Where each day begins and the last one ends, Unix seconds UTC, ascending: eleven for ten days.</param>
    IReadOnlyDictionary<AccountId, ReadOnlyMemory<int>> Worst(IReadOnlyList<long> midnights);

    /// <summary>The same of one account, by device.</summary>
    IReadOnlyDictionary<string, ReadOnlyMemory<int>> WorstOfDevices(AccountId account, IReadOnlyList<long> midnights);

    /// <summary>The jobs of an account, of every kind, that began at or after a moment.</summary>
    /// <param name="account">The account.</param>
    /// <param name="from">Unix seconds UTC.</param>
    JobTally Since(AccountId account, long from);
}

/// <summary>Jobs that are counted.</summary>
/// <param name="Jobs">All.</param>
/// <param name="Succeeded">Those that ended well.</param>
/// <param name="Running">Those that have not ended.</param>
public readonly record struct JobTally(int Jobs, int Succeeded, int Running);
