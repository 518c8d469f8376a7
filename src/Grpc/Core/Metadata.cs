using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call: pairs in order, a key as often as one likes.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "the name of Grpc.Core.Api")]
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>The end of a key whose value is bytes.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No pairs; it cannot be changed.</summary>
    public static readonly Metadata Empty = new() { IsReadOnly = true };

    private readonly List<Entry> _entries = [];

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public bool IsReadOnly { get; private init; }

    /// <inheritdoc/>
    public Entry this[int index]
    {
        get => _entries[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Changeable()[index] = value;
        }
    }

    /// <summary>The last entry of a key; null if there is none.</summary>
    /// <param name="key">The key, in any case.</param>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>All entries of a key, in order.</summary>
    /// <param name="key">The key, in any case.</param>
    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The last value of a text key; null if there is none.</summary>
    /// <param name="key">The key, in any case.</param>
    /// <exception cref="InvalidOperationException">The key's value is bytes.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The last value of a <c>-bin</c> key; null if there is none.</summary>
    /// <param name="key">The key, in any case.</param>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>Adds a text.</summary>
    /// <param name="key">The key: it does not end in <c>-bin</c>.</param>
    /// <param name="value">Printable ASCII.</param>
    /// <exception cref="ArgumentException">The key or the value cannot stand in a header.</exception>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds bytes.</summary>
    /// <param name="key">The key: it ends in <c>-bin</c>.</param>
    /// <param name="valueBytes">Any bytes.</param>
    /// <exception cref="ArgumentException">The key cannot stand in a header, or does not end in <c>-bin</c>.</exception>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc/>
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Changeable().Add(item);
    }

    /// <inheritdoc/>
    public void Insert(int index, Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Changeable().Insert(index, item);
    }

    /// <inheritdoc/>
    public void Clear() => Changeable().Clear();

    /// <inheritdoc/>
    public bool Remove(Entry item) => Changeable().Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => Changeable().RemoveAt(index);

    /// <inheritdoc/>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <inheritdoc/>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <inheritdoc/>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Changeable() => IsReadOnly ? throw new InvalidOperationException("this metadata cannot be changed") : _entries;
}
