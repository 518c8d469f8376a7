using System.Buffers;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>The lines of what a server writes, within a bound.</summary>
/// <param name="most">The most that a line may have, in bytes.</param>
internal sealed class ServerLines(int most)
{
    private const int KeptCapacity = 64 * 1024;

    private ArrayBufferWriter<byte> _line = new();

    /// <summary>Takes bytes.</summary>
    /// <returns>The lines that end in them, without their line feeds.</returns>
    /// <exception cref="ServerFaultException">A line is too long.</exception>
    public IEnumerable<byte[]> Add(ReadOnlyMemory<byte> bytes)
    {
        for (int end; (end = bytes.Span.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            Keep(bytes.Span[..end]);
            byte[] line = _line.WrittenSpan.ToArray();
            _line = _line.Capacity > KeptCapacity ? new() : Emptied();
            yield return line;
        }

        Keep(bytes.Span);
    }

    private ArrayBufferWriter<byte> Emptied()
    {
        _line.ResetWrittenCount();
        return _line;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_line.WrittenCount + bytes.Length > most)
        {
            throw new ServerFaultException($"wrote a line of more than {most >> 20} MiB");
        }

        _line.Write(bytes);
    }
}
