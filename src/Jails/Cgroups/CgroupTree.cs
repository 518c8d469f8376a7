using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>The part of the cgroup v2 hierarchy that is ours: a cgroup for each jail, and in it one for each command.</summary>
/// <remarks>Source: cgroup-v2.rst, "Delegation", "No Internal Process Constraint".</remarks>
public sealed class CgroupTree : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3); // for all that is swept together

    private readonly SafeFileHandle _root;
    private readonly string _prefix;

    /// <summary>Takes the directory <paramref name="name"/> in <paramref name="parent"/> for our own; made if absent.</summary>
    /// <param name="parent">A directory of a cgroup v2 mount.</param>
    /// <param name="name">One path part.</param>
    /// <param name="controllers">The controllers that jails have: all of them are offered in <paramref name="parent"/>.</param>
    /// <param name="prefix">What the names of jails' cgroups begin with.</param>
    /// <exception cref="SyscallException">EACCES, EROFS: it cannot be made. EBUSY: processes are in <paramref name="parent"/>.</exception>
    public CgroupTree(string parent, string name, IReadOnlyCollection<string> controllers, string prefix)
    {
        _prefix = prefix;
        Controllers = controllers;
        using SafeFileHandle above = Files.Open(parent, Libc.O_RDONLY | Libc.O_DIRECTORY);
        Enable(above, controllers);
        Directory.CreateDirectory(Path.Combine(parent, name));
        _root = Files.OpenAt(above, name, Libc.O_RDONLY | Libc.O_DIRECTORY, Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS);
        Enable(_root, controllers);
    }

    /// <summary>The controllers that jails have.</summary>
    public IReadOnlyCollection<string> Controllers { get; }

    /// <summary>Ends what is in cgroups that nobody owns, and removes them: what processes left that were killed.</summary>
    /// <param name="isOwned">Whether somebody owns the cgroup of this name.</param>
    /// <returns>Those in which the kernel does not let go of a process. The caller disposes them, once they are empty.</returns>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    public IReadOnlyList<Cgroup> Sweep(Func<string, bool> isOwned)
    {
        Cgroup[] left = [.. Files.ListDirectories(_root).Where(name => !isOwned(name)).Select(name => Cgroup.Open(_root, name)).OfType<Cgroup>()];
        return Cgroup.RemoveAll(left, s_patience);
    }

    /// <summary>Takes hold of the cgroup of a jail that lives on. Null if there is none. The caller disposes it.</summary>
    /// <param name="name">The jail's id.</param>
    /// <exception cref="SyscallException">It cannot be opened.</exception>
    public JailCgroup? OpenJail(string name) => Cgroup.Open(_root, _prefix + name) is Cgroup jail ? new JailCgroup(jail, Controllers) : null;

    /// <summary>Makes the cgroup of a jail. The caller disposes it.</summary>
    /// <param name="name">The jail's id.</param>
    /// <exception cref="SyscallException">EEXIST: it exists already.</exception>
    /// <remarks>It has no limits yet: its PID 1 must run first. Until its execve that shares our memory, and out of memory the kernel would kill us with it.</remarks>
    public JailCgroup CreateJail(string name)
    {
        Cgroup jail = Cgroup.Create(_root, _prefix + name);
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

    /// <summary>Offers controllers to the children of a cgroup.</summary>
    /// <exception cref="SyscallException">EBUSY: processes are in it. ENOENT: it does not have one itself.</exception>
    internal static void Enable(SafeFileHandle directory, IReadOnlyCollection<string> controllers)
    {
        if (controllers.Count > 0)
        {
            Cgroup.Write(directory, "cgroup.subtree_control", string.Join(' ', controllers.Select(c => $"+{c}")));
        }
    }
}
