using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>Carries what a command writes to where it belongs, on a thread of its own.</summary>
internal sealed class OutputRelay
{
    private const int ChunkSize = 64 * 1024;

    private readonly Thread _thread;
    private readonly SafeFileHandle _from;
    private readonly Action<ReadOnlySpan<byte>> _to;
    private readonly OutputMeter _meter;
    private long _bytes;

    /// <summary>Starts the thread. It owns <paramref name="from"/>.</summary>
    /// <param name="from">The end that we read.</param>
    /// <param name="to">Where the bytes go.</param>
    /// <param name="meter">Counts them.</param>
    public OutputRelay(SafeFileHandle from, Action<ReadOnlySpan<byte>> to, OutputMeter meter)
    {
        _from = from;
        _to = to;
        _meter = meter;
        _thread = new Thread(Run) { IsBackground = true, Name = "output" };
        _thread.Start();
    }

    /// <summary>The bytes that the command wrote.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Waits until all that was written is passed on: the jail is gone, so there is an end.</summary>
    public void Join() => _thread.Join();

    private void Run()
    {
        byte[] chunk = new byte[ChunkSize];
        using (_from)
        {
            try
            {
                for (int count; (count = Files.Read(_from, chunk)) > 0;)
                {
                    Volatile.Write(ref _bytes, _bytes + count);
                    _to(chunk.AsSpan(0, _meter.Admit(count)));
                }
            }
            catch (SyscallException closed) when (closed.Errno is Errno.EPIPE or Errno.EIO)
            {
                // EPIPE: nobody reads our output any more; closing our end tells the command, as it would without us.
                // EIO: the other side of the terminal is closed, which is its end.
                return;
            }
        }
    }
}
