using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>Reads the files of one process's <c>/proc</c> directory, by fd: the process cannot become another one in between.</summary>
internal static class ProcFile
{
    /// <summary>Opens <c>/proc/PID</c> of a process that is not reaped yet, once its execve is complete. The caller disposes it.</summary>
    /// <remarks>A child lets go of our memory in the midst of its execve: before it enters its time namespace, takes its new credentials and closes its
    /// close-on-exec fds. The kernel holds exec_update_lock until all of that is done, and <c>personality</c> can only be read with that lock.
    /// Source: fs/exec.c, begin_new_exec; fs/proc/base.c, lock_trace.</remarks>
    internal static SafeFileHandle Open(int pid)
    {
        SafeFileHandle process = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"), Libc.O_PATH | Libc.O_DIRECTORY);
        try
        {
            Read(process, "personality");
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>The text of <paramref name="file"/>.</summary>
    internal static string Read(SafeFileHandle process, string file)
    {
        using SafeFileHandle handle = Files.OpenAt(process, file, Libc.O_RDONLY, Libc.RESOLVE_BENEATH);
        return Encoding.UTF8.GetString(Files.ReadAll(handle));
    }

    /// <summary>The text of the magic link <paramref name="link"/>: <c>net:[4026531840]</c>.</summary>
    internal static string ReadLink(SafeFileHandle process, string link) => Files.ReadLink(process, link);
}
