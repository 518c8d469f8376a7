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
    private const ulong Beneath = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_XDEV;
    private const uint DirectoryMode = 0b111_101_101;
    private static readonly TimeSpan s_removalPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_eventPatience = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _parent;
    private readonly string _name;

    private Cgroup(SafeFileHandle parent, string name, SafeFileHandle handle)
    {
        _parent = parent;
        _name = name;
        Handle = handle;
    }

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
    public static Cgroup? Open(SafeFileHandle parent, string name)
    {
        try
        {
            return new Cgroup(parent, name, Files.OpenAt(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Beneath));
        }
        catch (SyscallException gone) when (gone.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

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
        try
        {
            using SafeFileHandle handle = Files.OpenAt(Handle, file, Libc.O_RDONLY, Beneath);
            return Encoding.ASCII.GetString(Files.ReadAll(handle)).TrimEnd('\n');
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>The value of <paramref name="key"/> in a file of <c>KEY VALUE</c> lines, or null.</summary>
    /// <exception cref="SyscallException">The file cannot be read.</exception>
    public long? ReadKey(string file, string key)
    {
        string? line = Read(file)?.Split('\n').FirstOrDefault(l => l.StartsWith(key + " ", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.AsSpan(key.Length + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Kills everything in it and beneath it, forks under way included.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <remarks>Source: cgroup-v2.rst, "cgroup.kill". Since Linux 5.14.</remarks>
    public void Kill() => Write("cgroup.kill", "1");

    /// <summary>Kills what is in it, waits until it is empty, and removes it with the cgroups beneath it.</summary>
    /// <exception cref="SyscallException">EBUSY: it does not become empty: a process in it cannot be killed.</exception>
    public void Dispose()
    {
        if (Handle.IsClosed)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        while (!Files.TryRemoveDirectory(_parent, _name))
        {
            if (Stopwatch.GetElapsedTime(start) > s_removalPatience)
            {
                throw new SyscallException("rmdir", Errno.EBUSY, $"the cgroup {_name}: a process in it cannot be killed");
            }

            Kill();
            WaitForEvent();
            RemoveChildren(Handle);
        }

        Handle.Dispose();
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

    private static void RemoveChildren(SafeFileHandle directory)
    {
        foreach (string name in Files.ListDirectories(directory))
        {
            Files.TryRemoveDirectory(directory, name);
        }
    }

    // cgroup.events says "populated 0" once the last process is gone, and is "urgent" at each change.
    private void WaitForEvent()
    {
        using SafeFileHandle events = Files.OpenAt(Handle, "cgroup.events", Libc.O_RDONLY, Beneath);
        if (Encoding.ASCII.GetString(Files.ReadAll(events)).Contains("populated 1", StringComparison.Ordinal))
        {
            Files.Poll(events, Libc.POLLPRI, s_eventPatience);
        }
    }
}
