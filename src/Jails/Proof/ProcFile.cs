using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>Reads the files of one process's <c>/proc</c> directory, by fd: the process cannot become another one in between.</summary>
internal static class ProcFile
{
    /// <summary>Opens <c>/proc/PID</c> of a process that is not reaped yet. The caller disposes it.</summary>
    internal static SafeFileHandle Open(int pid) =>
        Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"), Libc.O_PATH | Libc.O_DIRECTORY);

    /// <summary>The text of <paramref name="file"/>.</summary>
    internal static string Read(SafeFileHandle process, string file)
    {
        using SafeFileHandle handle = Files.OpenAt(process, file, Libc.O_RDONLY, Libc.RESOLVE_BENEATH);
        return Encoding.UTF8.GetString(Files.ReadAll(handle));
    }

    /// <summary>The text of the magic link <paramref name="link"/>: <c>net:[4026531840]</c>.</summary>
    internal static string ReadLink(SafeFileHandle process, string link) => Files.ReadLink(process, link);
}
