namespace Comet.Blazor.Data;

/// <summary>Key of a record: a number (sorted by value) or a text (sorted ordinally). One collection uses one kind.</summary>
public readonly record struct DbKey
{
    /// <summary>A numeric key.</summary>
    public DbKey(long number) => Number = number;

    /// <summary>A text key; not empty.</summary>
    public DbKey(string text) => Text = text;

    /// <summary>The text; null for a numeric key.</summary>
    public string? Text { get; }

    /// <summary>The number; 0 for a text key.</summary>
    public long Number { get; }

    /// <summary>The order in which a collection is kept.</summary>
    public static IComparer<DbKey> Order { get; } =
        Comparer<DbKey>.Create(static (a, b) => a.Text is null ? a.Number.CompareTo(b.Number) : string.CompareOrdinal(a.Text, b.Text));

    /// <summary>A numeric key.</summary>
    public static implicit operator DbKey(long number) => new(number);

    /// <summary>A text key.</summary>
    public static implicit operator DbKey(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => Text ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One stored document.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Row">Compact binary figures from which the index in memory is rebuilt without parsing JSON; may be empty.</param>
/// <param name="Json">The document as UTF-8 JSON; may be empty.</param>
public sealed record DbRecord(DbKey Key, byte[] Row, byte[] Json);
