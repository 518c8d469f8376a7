namespace AgentSandbox.Audit;

/// <summary>A stream's lines as bytes. What is appended to the stream later is read later.</summary>
internal sealed class ByteLines(Stream stream)
{
    private const int Step = 64 * 1024;

    private byte[] _buffer = new byte[Step];
    private int _start;
    private int _end;
    private int _searched;

    /// <summary>True if bytes without a line feed after them are left.</summary>
    internal bool HasRest => _end > _start;

    /// <summary>The next whole line without its line feed, valid until the next call; false if there is none yet.</summary>
    internal bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            int found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsMemory(_start, _searched + found - _start);
                _start = _searched = _searched + found + 1;
                return true;
            }

            _searched = _end;
            if (!TryFill())
            {
                line = default;
                return false;
            }
        }
    }

    /// <summary>The next <paramref name="count"/> bytes, whatever they are, valid until the next call; false if there are fewer.</summary>
    internal bool TryTake(int count, out ReadOnlyMemory<byte> bytes)
    {
        while (_end - _start < count)
        {
            if (!TryFill())
            {
                bytes = default;
                return false;
            }
        }

        bytes = _buffer.AsMemory(_start, count);
        _start = _searched = _start + count;
        return true;
    }

    private bool TryFill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        }

        int count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
