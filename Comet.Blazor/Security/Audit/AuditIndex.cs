using System.Globalization;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>What a list shows of one entry: the texts by their numbers in <see cref="AuditSnapshot.Texts"/>, since nearly all occur many times.</summary>
/// <param name="Number">Number of the entry.</param>
/// <param name="Ticks">When, UTC ticks.</param>
/// <param name="Hash">The first eight bytes of its hash.</param>
/// <param name="Who">Name.</param>
/// <param name="Organization">Organization.</param>
/// <param name="Address">Address.</param>
/// <param name="Via">The door, in words.</param>
/// <param name="What">The sentence.</param>
/// <param name="Object">The target, in words.</param>
/// <param name="TargetId">The target's key.</param>
/// <param name="User">The account.</param>
/// <param name="Outcome">Done, or refused and why.</param>
/// <param name="Note">Note.</param>
/// <param name="TargetKind">The target's kind.</param>
/// <param name="Refused">It was refused.</param>
internal readonly record struct AuditFigures(
    long Number, long Ticks, ulong Hash, int Who, int Organization, int Address, int Via, int What, int Object, int TargetId, int User, int Outcome, int Note,
    AuditTargetKind TargetKind, bool Refused);

/// <summary>The entries as they were at one moment; neither array changes up to the counts.</summary>
internal readonly record struct AuditSnapshot(AuditFigures[] Rows, int Count, string[] Texts, int TextCount);

/// <summary>
/// What lists need of every entry, in memory, about 80 bytes each. Read from the store when a list is first asked for, not at the start of the
/// server; entries that are recorded meanwhile wait and are added behind.
/// </summary>
internal sealed class AuditIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<(AuditEntry Entry, string Hash)> _waiting = [];
    private string[] _texts = [""];
    private AuditFigures[] _rows = [];
    private int _count;
    private long _last;
    private Task? _loading;
    private bool _loaded;

    /// <summary>An entry was recorded.</summary>
    public void Add(AuditEntry entry, string hash)
    {
        lock (_gate)
        {
            if (_loaded)
            {
                Append(entry, hash);
            }
            else if (_loading is not null)
            {
                _waiting.Add((entry, hash));
            }
        }
    }

    /// <summary>The entries now.</summary>
    /// <exception cref="IOException">They can't be read.</exception>
    public async Task<AuditSnapshot> SnapshotAsync(CometDb db, CancellationToken ct)
    {
        Task loading;
        lock (_gate)
        {
            if (_loading is null or { IsFaulted: true })
            {
                _loading = Task.Run(() => LoadAsync(db), CancellationToken.None); // for everybody, not only for who asked first
            }

            loading = _loading;
        }

        await loading.WaitAsync(ct);
        lock (_gate)
        {
            return new AuditSnapshot(_rows, _count, _texts, _numbers.Count);
        }
    }

    private async Task LoadAsync(CometDb db)
    {
        lock (_gate)
        {
            (_count, _last) = (0, 0); // an earlier attempt failed
            _waiting.Clear(); // what was recorded up to now will be read
        }

        await foreach (var record in db.ScanAsync(AuditChain.Entries))
        {
            // An entry that can't be read is one that was tampered with: verifying names it, the list goes on.
            var entry = AuditEntry.Read(record.Json) ?? new AuditEntry { Number = record.Key.Number, Note = "This entry can't be read." };
            lock (_gate)
            {
                Append(entry with { Number = record.Key.Number }, AuditChain.HashOf(record));
            }
        }

        lock (_gate)
        {
            foreach (var (entry, hash) in _waiting.Where(w => w.Entry.Number > _last))
            {
                Append(entry, hash);
            }

            _waiting.Clear();
            _loaded = true;
        }
    }

    private void Append(AuditEntry entry, string hash)
    {
        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(1_024, _count * 2)); // snapshots keep the old one
        }

        _rows[_count++] = new AuditFigures(
            entry.Number, entry.Time.UtcTicks, ulong.Parse(hash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            Text(entry.Name), Text(entry.Organization), Text(entry.Address), Text(AuditWords.Via(entry.Via)), Text(AuditActions.Of(entry.Action).Sentence), Text(AuditWords.Object(entry)),
            Text(entry.TargetId), Text(entry.User), Text(AuditWords.Outcome(entry)), Text(entry.Note), entry.TargetKind, entry.Refused != Refusal.None);
        _last = entry.Number;
    }

    private int Text(string text)
    {
        if (_numbers.TryGetValue(text, out var number))
        {
            return number;
        }

        number = _numbers.Count;
        if (number == _texts.Length)
        {
            Array.Resize(ref _texts, number * 2);
        }

        _texts[number] = text;
        _numbers[text] = number;
        return number;
    }
}
