using System.Buffers;

namespace AgentSandbox.Daemon.Commands;

/// <summary>Memory for output on its way: a little for each command that writes, and much for a few that write without a pause.</summary>
/// <remarks>A reader that pauses keeps its command's buffer. If many do, others get small ones: slower, and as bounded.</remarks>
internal sealed class OutputBuffers
{
    /// <summary>Bytes of a small buffer.</summary>
    internal const int SmallBytes = 16 * 1024;

    /// <summary>Bytes of a large one: fewer changes from one thread to another.</summary>
    internal const int LargeBytes = 256 * 1024;

    /// <summary>Bytes of a large pipe: the most that <c>fs.pipe-max-size</c> allows to all.</summary>
    internal const int PipeBytes = 1024 * 1024;

    private const int MostLarge = 8;
    private const int MostPipes = 32; // half of what fs.pipe-user-pages-soft leaves to a user
    private int _large;
    private int _pipes;

    /// <summary>A buffer, to be given back with <see cref="Return"/>.</summary>
    /// <param name="isBulk">True: a large one, if there is one left.</param>
    public byte[] Rent(bool isBulk) => ArrayPool<byte>.Shared.Rent(isBulk && TryTake(ref _large, MostLarge) ? LargeBytes : SmallBytes);

    /// <summary>Takes a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length >= LargeBytes)
        {
            Interlocked.Decrement(ref _large);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Takes the right to one large pipe, which <see cref="ReturnPipe"/> gives back. False: there are enough of them.</summary>
    public bool TryTakePipe() => TryTake(ref _pipes, MostPipes);

    /// <summary>Gives a large pipe's right back.</summary>
    public void ReturnPipe() => Interlocked.Decrement(ref _pipes);

    private static bool TryTake(ref int count, int most)
    {
        if (Interlocked.Increment(ref count) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref count);
        return false;
    }
}
