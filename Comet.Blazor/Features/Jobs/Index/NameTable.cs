namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>
/// Small numbers for recurring ids, so that a job in memory holds numbers only. An id is told apart by its scope too: the items of two
/// accounts may share an id. One writer; any number of readers without a lock. Number 0 is the empty id.
/// </summary>
public sealed class NameTable
{
    private volatile State _state = new([default], new int[16], 1);

    /// <summary>Number of ids, the empty one included.</summary>
    public int Count => _state.Count;

    /// <summary>The id behind a number.</summary>
    public string this[int number] => _state.Entries[number].Text ?? "";

    /// <summary>The scope behind a number.</summary>
    public int ScopeOf(int number) => _state.Entries[number].Scope;

    /// <summary>The number of an id, or -1. For readers.</summary>
    public int Find(int scope, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var state = _state;
        for (var i = Start(scope, text, state.Slots.Length); ; i = (i + 1) & (state.Slots.Length - 1))
        {
            var number = Volatile.Read(ref state.Slots[i]);
            if (number == 0)
            {
                return -1;
            }

            if (state.Entries[number].Is(scope, text))
            {
                return number;
            }
        }
    }

    /// <summary>The number of an id, given now when it is new. For the one writer.</summary>
    public int Intern(int scope, ReadOnlySpan<char> text)
    {
        var known = Find(scope, text);
        if (known >= 0)
        {
            return known;
        }

        var state = _state;
        var number = state.Count;
        if (number >= state.Entries.Length || (number + 1) * 4 > state.Slots.Length * 3)
        {
            state = Grown(state);
        }

        // A reader finds the entry complete, because the slot that leads to it is written last.
        state.Entries[number] = new Entry(scope, text.ToString());
        Place(state.Slots, state.Entries[number], number);
        _state = state with { Count = number + 1 };
        return number;
    }

    private static State Grown(State old)
    {
        var entries = new Entry[old.Entries.Length * 2];
        old.Entries.CopyTo(entries, 0);
        var slots = new int[old.Slots.Length * 2];
        for (var i = 1; i < old.Count; i++)
        {
            Place(slots, entries[i], i);
        }

        return new State(entries, slots, old.Count);
    }

    private static void Place(int[] slots, Entry entry, int number)
    {
        var i = Start(entry.Scope, entry.Text, slots.Length);
        while (slots[i] != 0)
        {
            i = (i + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[i], number);
    }

    private static int Start(int scope, ReadOnlySpan<char> text, int slots) => HashCode.Combine(scope, string.GetHashCode(text)) & (slots - 1);

    private readonly record struct Entry(int Scope, string Text)
    {
        public bool Is(int scope, ReadOnlySpan<char> text) => Scope == scope && text.SequenceEqual(Text);
    }

    private sealed record State(Entry[] Entries, int[] Slots, int Count);
}
