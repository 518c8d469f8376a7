using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>Reads the files of one process's <c>/proc</c> directory, by fd: the process cannot become another one in between.</summary>
internal static class ProcFile
{
    private const ulong PF_EXITING = 0x4;
    private const ulong PF_FORKNOEXEC = 0x40;

    /// <summary>Opens <c>/proc/PID</c> of a process that is not reaped yet. The caller disposes it.</summary>
    internal static SafeFileHandle Open(int pid) => Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"), Libc.O_PATH | Libc.O_DIRECTORY);

    /// <summary>Returns when the execve of a process, which has let go of our memory, is complete.</summary>
    /// <remarks>A child lets go of our memory in the midst of its execve: before it enters its time namespace, takes its credentials and closes its
    /// close-on-exec fds. Then PF_FORKNOEXEC goes, with exec_update_lock held until all is done, and <c>personality</c> can only be read with that lock.
    /// Source: fs/exec.c, begin_new_exec; fs/proc/base.c, lock_trace; proc_pid_stat(5), "flags".</remarks>
    internal static void WaitForExec(SafeFileHandle process)
    {
        while ((ReadFlags(process) & (PF_FORKNOEXEC | PF_EXITING)) == PF_FORKNOEXEC)
        {
            Thread.Yield();
        }

        WaitForRunningExec(process);
    }

    /// <summary>True if the process, which is not in the midst of an execve, has ended or is ending under <paramref name="name"/>.</summary>
    internal static bool EndsAs(SafeFileHandle process, string name) => Read(process, "comm") == $"{name}\n" && (ReadFlags(process) & PF_EXITING) != 0;

    /// <summary>Returns when the execve of a process, which closed a close-on-exec fd of ours or has ended, is complete.</summary>
    internal static void WaitForRunningExec(SafeFileHandle process) => Read(process, "personality");

    /// <summary>The text of <paramref name="file"/>.</summary>
    internal static string Read(SafeFileHandle process, string file)
    {
        using SafeFileHandle handle = Files.OpenAt(process, file, Libc.O_RDONLY, Libc.RESOLVE_BENEATH);
        return Encoding.UTF8.GetString(Files.ReadAll(handle));
    }

    /// <summary>The text of the magic link <paramref name="link"/>: <c>net:[4026531840]</c>.</summary>
    internal static string ReadLink(SafeFileHandle process, string link) => Files.ReadLink(process, link);

    // 1234 (a (strange) name) S 1 1234 1234 0 -1 4194560 ...: the name can hold anything, the flags are the seventh field after it.
    private static ulong ReadFlags(SafeFileHandle process)
    {
        const int FlagsAfterName = 7;
        string stat = Read(process, "stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', FlagsAfterName + 2);
        return ulong.Parse(fields[FlagsAfterName], CultureInfo.InvariantCulture);
    }
}
