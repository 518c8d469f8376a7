namespace AgentSandbox.Mcp.Session;

/// <summary>The newest bytes of a stream, by their place in it.</summary>
internal sealed class KeptStream
{
    /// <summary>How much is kept, in bytes.</summary>
    public const int Capacity = 1024 * 1024;

    private readonly Lock _lock = new();
    private byte[] _ring = [];
    private long _length;

    /// <summary>How many bytes there were in all.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    /// <summary>Adds bytes; the oldest go if there are too many.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            Grow(bytes.Length);
            int lost = Math.Max(0, bytes.Length - _ring.Length);
            _length += lost;
            for (ReadOnlySpan<byte> rest = bytes[lost..]; rest.Length > 0;)
            {
                int at = (int)(_length % _ring.Length);
                int count = Math.Min(rest.Length, _ring.Length - at);
                rest[..count].CopyTo(_ring.AsSpan(at));
                rest = rest[count..];
                _length += count;
            }
        }
    }

    /// <summary>What is there from a place on.</summary>
    /// <param name="offset">The place, in bytes from the start; behind what is kept, the first that is.</param>
    /// <param name="most">How much, in bytes.</param>
    /// <returns>The bytes, and where they begin.</returns>
    public (byte[] Bytes, long Start) Read(long offset, int most)
    {
        lock (_lock)
        {
            long start = Math.Clamp(offset, Math.Max(0, _length - _ring.Length), _length);
            byte[] bytes = new byte[Math.Min(most, _length - start)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = _ring[(int)((start + i) % _ring.Length)];
            }

            return (bytes, start);
        }
    }

    // While nothing was lost, byte n lies at n: a larger ring holds it at the same place.
    private void Grow(int count)
    {
        if (_ring.Length < Capacity && _length + count > _ring.Length)
        {
            Array.Resize(ref _ring, (int)Math.Min(Capacity, Math.Max(4096, 2 * (_length + count))));
        }
    }
}
