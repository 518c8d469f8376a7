using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>The file of <c>--report</c>, opened before anything runs.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly SafeFileHandle _file;

    /// <summary>Opens <paramref name="path"/>.</summary>
    /// <exception cref="PolicyException">It cannot be written.</exception>
    public ReportFile(string path)
    {
        try
        {
            _file = Files.Open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC, 0b110_100_100);
        }
        catch (SyscallException refused)
        {
            throw new PolicyException("--report", $"{path} cannot be written: {refused.Errno}");
        }
    }

    /// <summary>Writes the report.</summary>
    public void Write(byte[] report) => Files.WriteAll(_file, report);

    public void Dispose() => _file.Dispose();
}
