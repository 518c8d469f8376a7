using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Whether two regular files hold the same bytes.</summary>
internal static class ContentComparison
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>True if all bytes are the same. What is a hole in both is not read.</summary>
    /// <param name="before">One, opened with O_PATH.</param>
    /// <param name="after">The other, opened with O_PATH.</param>
    /// <param name="length">The length of both, in bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SyscallException">As open(2) and read(2).</exception>
    internal static bool AreEqual(SafeFileHandle before, SafeFileHandle after, long length, CancellationToken cancellation)
    {
        using ContentReader first = new(Files.Reopen(before, Libc.O_RDONLY), length);
        using ContentReader second = new(Files.Reopen(after, Libc.O_RDONLY), length);
        byte[] buffer = new byte[2 * (int)Math.Min(ChunkSize, length)];
        for (long offset = Next(0); offset < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(buffer.Length / 2, length - offset);
            Span<byte> one = buffer.AsSpan(0, count);
            Span<byte> other = buffer.AsSpan(count, count);
            if (!first.Fill(one, offset) || !second.Fill(other, offset) || !one.SequenceEqual(other))
            {
                return false;
            }

            offset = Next(offset + count);
        }

        return true;

        long Next(long offset) => offset >= length ? length : Math.Min(first.NextData(offset), second.NextData(offset));
    }
}
