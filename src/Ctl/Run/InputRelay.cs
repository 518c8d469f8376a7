using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>Carries our stdin to a command, on a thread of its own that nobody waits for: stdin may never end.</summary>
internal static class InputRelay
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Starts the thread. It owns <paramref name="to"/> and closes it at the end of <paramref name="from"/>.</summary>
    public static void Start(SafeFileHandle from, SafeFileHandle to, Command command) =>
        new Thread(() => Run(from, to, command)) { IsBackground = true, Name = "input" }.Start();

    private static void Run(SafeFileHandle from, SafeFileHandle to, Command command)
    {
        byte[] chunk = new byte[ChunkSize];
        using (to)
        {
            try
            {
                for (int count; (count = Files.Read(from, chunk)) > 0;)
                {
                    Files.WriteAll(to, chunk.AsSpan(0, count));
                    command.Touch();
                }
            }
            catch (SyscallException ended) when (ended.Errno is Errno.EPIPE or Errno.EIO or Errno.EBADF or Errno.EISDIR)
            {
                // EPIPE: the command reads no more. EIO, EBADF, EISDIR: we have no stdin that can be read; the command sees its end.
                return;
            }
        }
    }
}
