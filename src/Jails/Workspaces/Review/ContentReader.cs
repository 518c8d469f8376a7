using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Reads a regular file from its begin to its end without reading its holes. Disposed, the file is closed.</summary>
/// <param name="file">Open for reading; owned by this object.</param>
/// <param name="length">How much of it is read, in bytes.</param>
internal sealed class ContentReader(SafeFileHandle file, long length) : IDisposable
{
    private long _data = -1; // where the next data begins that is known
    private long _dataEnd;

    /// <summary>Where the first data at or after <paramref name="offset"/> begins; the length if there is none.</summary>
    internal long NextData(long offset)
    {
        if (offset >= _dataEnd)
        {
            _data = Math.Min(Files.NextData(file, offset) ?? length, length);
            _dataEnd = _data < length ? Math.Min(Files.NextHole(file, _data) ?? length, length) : length;
        }

        return Math.Max(offset, _data);
    }

    /// <summary>Fills <paramref name="buffer"/> with what is at <paramref name="offset"/>; holes are zeros.</summary>
    /// <returns>False: the file has become shorter.</returns>
    internal bool Fill(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int hole = (int)Math.Min(buffer.Length, NextData(offset) - offset);
            buffer[..hole].Clear();
            buffer = buffer[hole..];
            offset += hole;
            if (buffer.IsEmpty)
            {
                break;
            }

            int count = Files.ReadAt(file, buffer[..(int)Math.Min(buffer.Length, _dataEnd - offset)], offset);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
            offset += count;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
