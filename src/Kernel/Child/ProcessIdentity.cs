using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>Which process is meant, for as long as the host runs: a pid is given again, but not with the same start.</summary>
/// <param name="Pid">The pid in our namespace.</param>
/// <param name="StartTicks">When it started: clock ticks since the boot.</param>
/// <remarks>Source: proc_pid_stat(5), "starttime".</remarks>
public readonly record struct ProcessIdentity(int Pid, ulong StartTicks)
{
    private const int StartField = 19; // counted from the one behind the name: field 22 of stat

    /// <summary>The identity of the process that has <paramref name="pid"/> now; null if there is none.</summary>
    /// <exception cref="SyscallException">/proc cannot be read.</exception>
    public static ProcessIdentity? Read(int pid)
    {
        try
        {
            using SafeFileHandle stat = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"), Libc.O_RDONLY);
            string text = Encoding.UTF8.GetString(Files.ReadAll(stat));
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // the name can hold blanks and brackets
            return new ProcessIdentity(pid, ulong.Parse(fields[StartField], CultureInfo.InvariantCulture));
        }
        catch (SyscallException gone) when (gone.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return null;
        }
    }

    /// <summary>Takes hold of the process, if it is still there. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EMFILE: too many open files.</exception>
    public ChildProcess? Find()
    {
        SafeFileHandle? pidfd = Kernel.Pidfd.Open(Pid);
        if (pidfd is not null && Read(Pid) == this) // read after the pidfd is held: it is that process, or it was never
        {
            return ChildProcess.Adopt(Pid, pidfd);
        }

        pidfd?.Dispose();
        return null;
    }
}
