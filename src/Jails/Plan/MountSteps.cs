using System.Globalization;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>Steps that make and attach file systems, by fd throughout.</summary>
internal static class MountSteps
{
    /// <summary>An empty directory and an empty file of the template, from which masks are made.</summary>
    internal const string EmptyDirectory = "/dev/.empty-directory";

    private const string MaxTerminals = "128"; // of kernel.pty.max, 4096, that all jails and the host share

    /// <inheritdoc cref="EmptyDirectory"/>
    internal const string EmptyFile = "/dev/.empty-file";

    /// <summary>Hides what a program may not trace: PID 1, and a command before its execve, whose command line is still the daemon's (proc(5), "hidepid").</summary>
    private static readonly (string, string) s_hidden = ("hidepid", "invisible");

    private static readonly string[] s_maskedDirectories = ["acpi", "asound", "bus", "driver", "fs", "irq", "scsi", "tty", "pressure", "sysvipc", "dynamic_debug"];

    /// <summary>A new file system, mounted nowhere yet, as <c>$NAME</c>.</summary>
    internal static IEnumerable<SyscallStep> New(string why, string name, string type, Arg attributes, params (string Key, Arg Value)[] options)
    {
        yield return new(why, fsopen, type, Const(FSOPEN_CLOEXEC)) { Result = $"{name}-context" };
        foreach ((string key, Arg value) in options)
        {
            yield return new(why, fsconfig, Result($"{name}-context"), Const(FSCONFIG_SET_STRING), key, value, 0);
        }

        yield return new(why, fsconfig, Result($"{name}-context"), Const(FSCONFIG_CMD_CREATE), NULL, NULL, 0);
        yield return new(why, fsmount, Result($"{name}-context"), Const(FSMOUNT_CLOEXEC), attributes) { Result = name };
    }

    /// <summary><c>$NAME</c> appears at <paramref name="target"/>.</summary>
    internal static SyscallStep Attach(string why, string name, string target) =>
        new(why, move_mount, Result(name), "", Const(AT_FDCWD), target, Const(MOVE_MOUNT_F_EMPTY_PATH));

    /// <summary>The workspace that is kept appears at <paramref name="target"/>.</summary>
    internal static SyscallStep AttachKept(string target) =>
        new("a workspace that outlives the jail", move_mount, Fd(JailSlots.Workspace), "", Const(AT_FDCWD), target, Const(MOVE_MOUNT_F_EMPTY_PATH));

    /// <summary>A tmpfs of the jail's own.</summary>
    internal static IEnumerable<SyscallStep> Tmpfs(TmpfsPolicy tmpfs, bool shared, uint uid, uint gid)
    {
        string why = $"{tmpfs.Target} is the jail's own and gone with it";
        string name = tmpfs.Target.TrimStart('/').Replace('/', '-');
        Arg attributes = tmpfs.NoExec
            ? Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
            : Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
        return New(
            why,
            name,
            "tmpfs",
            attributes,
            ("size", Number(tmpfs.Size.Bytes)),
            ("nr_inodes", Number(tmpfs.Inodes)),
            ("mode", shared ? "1777" : "0700"),
            ("uid", HostId(uid)),
            ("gid", HostId(gid))).Append(Attach(why, name, tmpfs.Target));
    }

    /// <summary>The jail's own procfs.</summary>
    internal static IEnumerable<SyscallStep> Proc(ProcStyle style)
    {
        const string Why = "/proc shows the jail's processes only";
        (string, Arg)[] options = style == ProcStyle.PidOnly ? [s_hidden, ("subset", "pid")] : [s_hidden];
        return New(Why, "proc", "proc", Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC), options).Append(Attach(Why, "proc", "/proc"));
    }

    /// <summary>Covers a dangerous part of procfs, or makes <c>sys</c> read-only. A part that this kernel does not have needs no cover.</summary>
    internal static IEnumerable<SyscallStep> Mask(string part)
    {
        string name = $"mask-{part}";
        if (part == "sys")
        {
            const string Why = "sysctls are the host's: not to be written";
            yield return new(Why, open_tree, Const(AT_FDCWD), "/proc/sys", Const(OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)) { Result = name };
            yield return new(Why, mount_setattr, Result(name), "", Const(AT_EMPTY_PATH), Attributes(Const(MOUNT_ATTR_RDONLY)), AttributesSize);
            yield return Attach(Why, name, "/proc/sys");
        }
        else
        {
            string why = $"/proc/{part} tells of the host or acts on it";
            string empty = s_maskedDirectories.Contains(part) ? EmptyDirectory : EmptyFile;
            yield return new(why, open_tree, Const(AT_FDCWD), empty, Const(OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)) { Result = name };
            yield return Attach(why, name, $"/proc/{part}") with { Tolerates = Errno.ENOENT };
        }
    }

    /// <summary>The jail's own terminals, owned by its user.</summary>
    internal static IEnumerable<SyscallStep> Pts(uint uid, uint gid)
    {
        const string Why = "terminals are the jail's own";
        return New(
            Why,
            "pts",
            "devpts",
            Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
            ("mode", "0620"),
            ("ptmxmode", "0666"),
            ("max", MaxTerminals),
            ("uid", HostId(uid)),
            ("gid", HostId(gid))).Append(Attach(Why, "pts", "/dev/pts"));
    }

    /// <summary>The parent makes a detached copy of a host path that it holds open, as <c>$tree:PATH</c>: a mount can only be copied where it is mounted.</summary>
    internal static IEnumerable<SyscallStep> CloneSource(string source, bool writable)
    {
        string tree = $"tree:{source}";
        string why = writable ? $"{source} as the caller's own files" : $"{source} as it is, read-only";
        yield return new(why, open_tree, Fd(JailSlots.Source(source)), "", Const(OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE)) { Result = tree };
        Arg attributes = writable
            ? Attributes(Const(MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), Fd(JailSlots.Idmap))
            : Attributes(Const(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
        yield return new(why, mount_setattr, Result(tree), "", Const(AT_EMPTY_PATH | AT_RECURSIVE), attributes, AttributesSize);
    }

    /// <summary>The parent lets go of its copy.</summary>
    internal static SyscallStep CloseTree(string source) =>
        new("the daemon keeps no mount of a jail", close, Result($"tree:{source}")) { Tolerates = Errno.EBADF };

    /// <summary>A <c>struct mount_attr</c>.</summary>
    internal static Arg Attributes(Arg set, Arg? userns = null) => Struct(
        new StructField("attr_set", 8, set),
        new StructField("", 8, 0),
        new StructField("", 8, 0),
        new StructField(userns is null ? "" : "userns_fd", 8, userns ?? 0));

    /// <summary>The size of <c>struct mount_attr</c>.</summary>
    internal static Arg AttributesSize => 32;

    // The plan of a jail is the same whichever range of uids it gets.
    private static Arg HostId(uint inside) => Given(JailSlots.HostId(inside), $"\"UIDS+{inside}\"");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
