using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>Carries our stdin to a command, on a thread of its own that nobody waits for: stdin may never end.</summary>
internal static class InputRelay
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Starts the thread.</summary>
    /// <param name="from">Our stdin.</param>
    /// <param name="write">Passes bytes on, which are its until it returns; false: nobody takes more.</param>
    /// <param name="close">Called at the end, whatever that is.</param>
    public static void Start(SafeFileHandle from, Func<ReadOnlyMemory<byte>, bool> write, Action close) =>
        new Thread(() => Run(from, write, close)) { IsBackground = true, Name = "input" }.Start();

    private static void Run(SafeFileHandle from, Func<ReadOnlyMemory<byte>, bool> write, Action close)
    {
        byte[] chunk = new byte[ChunkSize];
        try
        {
            int count;
            do
            {
                count = Files.Read(from, chunk);
            }
            while (count > 0 && write(chunk.AsMemory(0, count)));
        }
        catch (SyscallException ended) when (ended.Errno is Errno.EPIPE or Errno.EIO or Errno.EBADF or Errno.EISDIR)
        {
            return; // EPIPE: the command reads no more. EIO, EBADF, EISDIR: we have no stdin that can be read; the command sees its end.
        }
        finally
        {
            close();
        }
    }
}
