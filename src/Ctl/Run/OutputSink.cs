using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>Where a command's output goes: to an fd of ours, or into memory for a JSON report.</summary>
internal sealed class OutputSink : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly MemoryStream? _memory;

    private OutputSink(SafeFileHandle? file, MemoryStream? memory)
    {
        _file = file;
        _memory = memory;
    }

    /// <summary>What was collected; null for an fd.</summary>
    public byte[]? Collected => _memory?.ToArray();

    /// <summary>A sink that writes to our fd <paramref name="number"/>.</summary>
    public static OutputSink ToFile(int number) => new(new SafeFileHandle(number, ownsHandle: false), null);

    /// <summary>A sink that collects.</summary>
    public static OutputSink ToMemory() => new(null, new MemoryStream());

    /// <summary>Takes <paramref name="bytes"/>.</summary>
    /// <exception cref="SyscallException">EPIPE: nobody reads our output.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is not null)
        {
            Files.WriteAll(_file, bytes);
        }
        else
        {
            _memory!.Write(bytes);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _memory?.Dispose();
    }
}
