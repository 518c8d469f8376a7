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
        if (offset >= _dataEnd && offset < length)
        {
            _data = Math.Min(Files.NextData(file, offset) ?? length, length);
            _dataEnd = _data < length ? Math.Min(Files.NextHole(file, _data) ?? length, length) : length;
        }

        return Math.Min(Math.Max(offset, _data), length);
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

    /// <summary>Writes all into <paramref name="target"/>, an empty file that is open for writing. Holes stay holes.</summary>
    internal void CopyTo(SafeFileHandle target, CancellationToken cancellation)
    {
        const int ChunkSize = 64 * 1024;
        byte[] buffer = new byte[ChunkSize];
        for (long offset = NextData(0); offset < length; offset = NextData(offset))
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(ChunkSize, _dataEnd - offset));
            if (!Fill(part, offset))
            {
                break;
            }

            Files.WriteAt(target, part, offset);
            offset += part.Length;
        }

        Files.SetLength(target, length);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
