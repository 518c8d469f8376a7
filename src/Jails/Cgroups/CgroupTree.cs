using System.Globalization;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>The part of the cgroup v2 hierarchy that is ours: a cgroup for each jail, and in it one for each command.</summary>
/// <remarks>Source: cgroup-v2.rst, "Delegation", "No Internal Process Constraint".</remarks>
public sealed class CgroupTree : IDisposable
{
    private readonly SafeFileHandle _root;

    /// <summary>Takes the directory <paramref name="name"/> in <paramref name="parent"/> for our own; made if absent.</summary>
    /// <param name="parent">A directory of a cgroup v2 mount.</param>
    /// <param name="name">One path part.</param>
    /// <param name="controllers">The controllers that jails have: all of them are offered in <paramref name="parent"/>.</param>
    /// <exception cref="SyscallException">EACCES, EROFS: it cannot be made. EBUSY: processes are in <paramref name="parent"/>.</exception>
    public CgroupTree(string parent, string name, IReadOnlyCollection<string> controllers)
    {
        Controllers = controllers;
        using SafeFileHandle above = Files.Open(parent, Libc.O_RDONLY | Libc.O_DIRECTORY);
        Enable(above, controllers);
        Directory.CreateDirectory(Path.Combine(parent, name));
        _root = Files.OpenAt(above, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS);
        Enable(_root, controllers);
    }

    /// <summary>The controllers that jails have.</summary>
    public IReadOnlyCollection<string> Controllers { get; }

    /// <summary>Removes the cgroups of processes that are dead: what they left when they were killed.</summary>
    /// <exception cref="SyscallException">A cgroup cannot be removed.</exception>
    public void Sweep()
    {
        foreach (string name in Files.ListDirectories(_root))
        {
            if (int.TryParse(name.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int creator) && !Directory.Exists($"/proc/{creator}"))
            {
                Cgroup.Open(_root, name)?.Dispose();
            }
        }
    }

    /// <summary>Makes the cgroup of a jail. The caller disposes it.</summary>
    /// <param name="name">The jail's id.</param>
    /// <exception cref="SyscallException">EEXIST: it exists already.</exception>
    /// <remarks>It has no limits yet: its PID 1 must run first. Until its execve that shares our memory, and out of memory the kernel would kill us with it.</remarks>
    public JailCgroup CreateJail(string name)
    {
        Cgroup jail = Cgroup.Create(_root, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}.{name}"));
        try
        {
            Enable(jail.Handle, Controllers);
            return new JailCgroup(jail, Controllers);
        }
        catch
        {
            jail.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the directory; the cgroups stay.</summary>
    public void Dispose() => _root.Dispose();

    private static void Enable(SafeFileHandle directory, IReadOnlyCollection<string> controllers)
    {
        if (controllers.Count > 0)
        {
            Cgroup.Write(directory, "cgroup.subtree_control", string.Join(' ', controllers.Select(c => $"+{c}")));
        }
    }
}
