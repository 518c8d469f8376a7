using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>A file of <c>KEY VALUE</c> lines of a cgroup, held open: the kernel makes it "urgent" (EPOLLPRI) when it has changed since it was read.</summary>
/// <remarks>Source: cgroup-v2.rst, "Core Interface Files".</remarks>
public sealed class CgroupCounter : IDisposable
{
    private const int MaxSize = 4096;

    private CgroupCounter(SafeFileHandle handle) => Handle = handle;

    /// <summary>The file; owned by this object.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Opens <paramref name="file"/>, or returns null if the cgroup has none. The caller disposes it.</summary>
    /// <exception cref="SyscallException">It cannot be opened.</exception>
    public static CgroupCounter? Open(Cgroup cgroup, string file) =>
        Files.TryOpenAt(cgroup.Handle, file, Libc.O_RDONLY, Cgroup.Beneath) is SafeFileHandle handle ? new CgroupCounter(handle) : null;

    /// <summary>The value of <paramref name="key"/> now; 0 if it has none.</summary>
    /// <exception cref="IOException">ENODEV: the cgroup is gone.</exception>
    public long Read(string key)
    {
        Span<byte> text = stackalloc byte[MaxSize];
        int length = RandomAccess.Read(Handle, text, 0);
        return CgroupText.Keys(Encoding.ASCII.GetString(text[..length])).GetValueOrDefault(key);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Handle.Dispose();
}
