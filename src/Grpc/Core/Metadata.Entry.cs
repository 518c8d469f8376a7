using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One pair: a key with a text, or a <c>-bin</c> key with bytes.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "nested in Grpc.Core.Api")]
    public sealed class Entry
    {
        // PROTOCOL-HTTP2, "Custom-Metadata": Header-Name is 1*( %x30-39 / %x61-7A / "_" / "-" / "."), ASCII-Value is 1*( %x20-%x7E ).
        private static readonly SearchValues<char> s_keyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

        private readonly string? _value;
        private readonly byte[]? _bytes;

        /// <summary>Makes a text entry.</summary>
        /// <param name="key">The key, made lower case: it does not end in <c>-bin</c>.</param>
        /// <param name="value">Printable ASCII.</param>
        /// <exception cref="ArgumentException">The key or the value cannot stand in a header.</exception>
        public Entry(string key, string value)
            : this(CheckedKey(key), value, null)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary)
            {
                throw new ArgumentException($"metadata key '{Key}' ends in {BinaryHeaderSuffix}: its value is bytes", nameof(key));
            }

            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException(
                    $"the value of metadata key '{Key}' is not printable ASCII: use a {BinaryHeaderSuffix} key", nameof(value));
            }
        }

        /// <summary>Makes an entry of bytes.</summary>
        /// <param name="key">The key, made lower case: it ends in <c>-bin</c>.</param>
        /// <param name="valueBytes">Any bytes; a copy is taken.</param>
        /// <exception cref="ArgumentException">The key cannot stand in a header, or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
            : this(CheckedKey(key), null, [.. valueBytes])
        {
            if (!IsBinary)
            {
                throw new ArgumentException($"metadata key '{Key}' does not end in {BinaryHeaderSuffix}: its value is a text", nameof(key));
            }
        }

        private Entry(string key, string? value, byte[]? bytes)
        {
            Key = key;
            _value = value;
            _bytes = bytes;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>True if the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _value ?? throw new InvalidOperationException($"metadata key '{Key}' has bytes for a value");

        /// <summary>The bytes, or those of the text; a copy.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(Value) : [.. _bytes];

        /// <summary>The pair, for a log.</summary>
        public override string ToString() => _bytes is null
            ? $"[Entry: key={Key}, value={_value}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToHexString(_bytes)}]";

        /// <summary>An entry as it was read from the wire: the HTTP layer has checked it already.</summary>
        internal static Entry FromWire(string key, string value) => new(key, value, null);

        /// <summary>An entry of bytes as it was read from the wire; the array becomes the entry's own.</summary>
        internal static Entry FromWire(string key, byte[] bytes) => new(key, null, bytes);

        private static string CheckedKey(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            string lower = key.ToLowerInvariant();
            return lower.AsSpan().ContainsAnyExcept(s_keyCharacters)
                ? throw new ArgumentException($"metadata key '{key}' has characters other than 0-9 a-z _ - .", nameof(key))
                : lower;
        }
    }
}
