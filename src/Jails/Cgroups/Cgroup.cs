using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>One cgroup, known by fd. Disposed, all in it is killed and it is removed.</summary>
/// <remarks>Source: cgroup-v2.rst.</remarks>
public sealed class Cgroup : IDisposable
{
    internal const ulong Beneath = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_XDEV;
    private const uint DirectoryMode = 0b111_101_101;
    private static readonly TimeSpan s_removalPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_eventPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_freezePatience = TimeSpan.FromSeconds(5);

    private readonly SafeFileHandle _parent;
    private readonly string _name;

    private Cgroup(SafeFileHandle parent, string name, SafeFileHandle handle)
    {
        _parent = parent;
        _name = name;
        Handle = handle;
    }

    /// <summary>Its name in the cgroup above.</summary>
    public string Name => _name;

    /// <summary>The directory; owned by this object. A child is born in it by CLONE_INTO_CGROUP.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes the cgroup <paramref name="name"/>. The caller disposes it.</summary>
    /// <param name="parent">The cgroup above it; it must outlive this one.</param>
    /// <param name="name">One path part.</param>
    /// <exception cref="SyscallException">EEXIST: it is there already. EAGAIN: <c>cgroup.max.descendants</c>.</exception>
    public static Cgroup Create(SafeFileHandle parent, string name)
    {
        Files.MakeDirectory(parent, name, DirectoryMode);
        return new Cgroup(parent, name, Files.OpenAt(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Beneath));
    }

    /// <summary>Takes hold of the cgroup <paramref name="name"/>, or returns null if it is gone. The caller disposes it.</summary>
    /// <param name="parent">The cgroup above it; it must outlive this one.</param>
    /// <param name="name">One path part.</param>
    /// <exception cref="SyscallException">It cannot be opened.</exception>
    public static Cgroup? Open(SafeFileHandle parent, string name) =>
        Files.TryOpenAt(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Beneath) is SafeFileHandle handle ? new Cgroup(parent, name, handle) : null;

    /// <summary>Makes a cgroup in this one. The caller disposes it.</summary>
    /// <inheritdoc cref="Create"/>
    public Cgroup CreateLeaf(string name) => Create(Handle, name);

    /// <summary>Writes <paramref name="value"/> to <paramref name="file"/>.</summary>
    /// <exception cref="SyscallException">The kernel refused it; the message holds the value.</exception>
    public void Write(string file, string value) => Write(Handle, file, value);

    /// <summary>The content of <paramref name="file"/>, or null if this cgroup has no such file (its controller is not enabled).</summary>
    /// <exception cref="SyscallException">It cannot be read.</exception>
    public string? Read(string file)
    {
        using SafeFileHandle? handle = Files.TryOpenAt(Handle, file, Libc.O_RDONLY, Beneath);
        return handle is null ? null : Encoding.ASCII.GetString(Files.ReadAll(handle)).TrimEnd('\n');
    }

    /// <summary>The value of <paramref name="key"/> in a file of <c>KEY VALUE</c> lines, or null.</summary>
    /// <exception cref="SyscallException">The file cannot be read.</exception>
    public long? ReadKey(string file, string key)
    {
        return Read(file) is string text && CgroupText.Keys(text).TryGetValue(key, out long value) ? value : null;
    }

    /// <summary>True if a process is in it or beneath it.</summary>
    /// <exception cref="SyscallException">It cannot be read.</exception>
    public bool IsPopulated => ReadKey("cgroup.events", "populated") != 0;

    /// <summary>Kills everything in it and beneath it, forks under way included.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <remarks>Source: cgroup-v2.rst, "cgroup.kill". Since Linux 5.14.</remarks>
    public void Kill() => Write("cgroup.kill", "1");

    /// <summary>Stops all processes in it and beneath it, and returns once they stand still. They can be killed all the same.</summary>
    /// <exception cref="SyscallException">ETIMEDOUT: a process does not stop; all go on.</exception>
    /// <remarks>Source: cgroup-v2.rst, "cgroup.freeze". Since Linux 5.2.</remarks>
    public void Freeze()
    {
        Write("cgroup.freeze", "1");
        if (!CgroupEvents.WaitFor(Handle, "frozen", 1, s_freezePatience))
        {
            Write("cgroup.freeze", "0");
            throw new SyscallException("cgroup.freeze", Errno.ETIMEDOUT, $"the cgroup {_name}: a process in it does not stop");
        }
    }

    /// <summary>Lets the processes go on that <see cref="Freeze"/> stopped.</summary>
    /// <exception cref="SyscallException">ETIMEDOUT: the kernel does not let them go on, for a cgroup above is frozen.</exception>
    public void Thaw()
    {
        Write("cgroup.freeze", "0");
        if (!CgroupEvents.WaitFor(Handle, "frozen", 0, s_freezePatience))
        {
            throw new SyscallException("cgroup.freeze", Errno.ETIMEDOUT, $"the cgroup {_name}: it stays frozen");
        }
    }

    /// <summary>The pids in it and beneath it, in our namespace. A process that waits for its children to end is no longer among them.</summary>
    /// <exception cref="SyscallException">It cannot be read.</exception>
    internal IEnumerable<int> ReadProcesses() => ReadProcesses(Handle);

    /// <summary>Kills what is in it and, if it becomes empty in time, removes it with the cgroups beneath it and lets go of it. Else it is as it was, with what the
    /// kernel does not let go of.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <returns>True: it is gone.</returns>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    public bool TryRemove(TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Files.TryRemoveDirectory(_parent, _name))
        {
            Kill();
            TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            CgroupEvents.WaitFor(Handle, "populated", 0, left < s_eventPatience ? left : s_eventPatience);
            RemoveChildren(Handle);
        }

        Handle.Dispose();
        return true;
    }

    /// <summary>As <see cref="TryRemove"/>, of several.</summary>
    /// <param name="cgroups">They need not be of one parent.</param>
    /// <param name="patience">How long to wait, for all of them together.</param>
    /// <returns>Those that are not gone.</returns>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    internal static Cgroup[] RemoveAll(Cgroup[] cgroups, TimeSpan patience)
    {
        foreach (Cgroup cgroup in cgroups)
        {
            cgroup.Kill(); // all at once: then they die side by side
        }

        long start = Stopwatch.GetTimestamp();
        return [.. cgroups.Where(cgroup => !cgroup.TryRemove(patience - Stopwatch.GetElapsedTime(start)))];
    }

    /// <summary>Kills what is in it, waits until it is empty, and removes it with the cgroups beneath it.</summary>
    /// <exception cref="SyscallException">EBUSY: it does not become empty: a process in it cannot be killed.</exception>
    public void Dispose()
    {
        if (!Handle.IsClosed && !TryRemove(s_removalPatience))
        {
            throw new SyscallException("rmdir", Errno.EBUSY, $"the cgroup {_name}: a process in it cannot be killed");
        }
    }

    internal static void Write(SafeFileHandle directory, string file, string value)
    {
        try
        {
            using SafeFileHandle handle = Files.OpenAt(directory, file, Libc.O_WRONLY, Beneath);
            Files.WriteAll(handle, Encoding.ASCII.GetBytes(value));
        }
        catch (SyscallException refused)
        {
            throw new SyscallException(refused.Syscall, refused.Errno, $"{value} > {file}");
        }
    }

    private static List<int> ReadProcesses(SafeFileHandle directory)
    {
        using SafeFileHandle file = Files.OpenAt(directory, "cgroup.procs", Libc.O_RDONLY, Beneath);
        List<int> found = [.. Encoding.ASCII.GetString(Files.ReadAll(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        foreach (string name in Files.ListDirectories(directory))
        {
            using SafeFileHandle? child = Files.TryOpenAt(directory, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Beneath);
            found.AddRange(child is null ? [] : ReadProcesses(child));
        }

        return found;
    }

    private static void RemoveChildren(SafeFileHandle directory)
    {
        foreach (string name in Files.ListDirectories(directory))
        {
            Files.TryRemoveDirectory(directory, name);
        }
    }
}
