using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Part C of the threats: the file system.</summary>
internal static class FileAttacks
{
    /// <summary>The attacks.</summary>
    public static ImmutableArray<Attack> All { get; } =
    [
        new("host-files", "C43", "passwords, homes, sockets and state of the host", "ENOENT") { Arguments = ["{host-file}"] },
        new("above-root", "C43", "a way up from the root", "ENOENT"),
        new("environment", "C43", "variables that the profile does not have", Attack.Itself) { Arguments = ["{environment}"] },
        new("proc-processes", "C44", "processes of the host in /proc", Attack.Itself),
        new("proc-init-links", "C45", "root, directory, program and fds of PID 1", "ENOENT"),
        new("proc-init-memory", "C45", "memory and environment of PID 1", "ENOENT"),
        new("sysctl-write", "C46", "writing sysctls", "EACCES,EROFS,ENOENT") { Strict = "ENOENT" },
        new("proc-triggers", "C46", "acting on the host through /proc", "ENOENT,EACCES"),
        new("proc-masked", "C47", "the kernel's memory, symbols, keys and timers", Attack.Itself),
        new("proc-pressure", "C47", "triggers on the host's pressure", "ENOENT"),
        new("sys-files", "C48", "/sys and cgroups", "ENOENT"),
        new("mountinfo", "C49", "paths of the host in the list of mounts", Attack.Itself) { Arguments = ["{binds}"] },
        new("own-program", "C50", "writing to its own program", "EACCES,EROFS,ETXTBSY"),
        new("fd-directories", "C51", "a directory of the host through an fd", Attack.Itself),
        new("open-files", "C52", "fds beyond 0, 1 and 2", Attack.Itself),
        new("make-devices", "C55", "device nodes and whiteouts", "EPERM"),
        new("device-list", "C55", "names in /dev", Attack.Itself) { Arguments = ["{devices}"] },
        new("device-files", "C56", "memory, disks, KVM, FUSE and input devices", "ENOENT"),
        new("caller-terminal", "C56", "the terminal of the one who started it", "ENXIO") { Strict = "ENOENT" },
        new("make-files", "C58", "files, directories, links and FIFOs outside of the writable places", "EROFS") { Strict = "EROFS,EPERM" },
        new("unnamed-files", "C58", "O_TMPFILE outside", "EROFS"),
        new("write-files", "C58", "writing and truncating files outside", "EACCES,EROFS"),
        new("change-metadata", "C58", "modes and times of files outside", "EROFS"),
        new("change-owner", "C58", "owners and attributes of files outside", "EROFS") { Strict = "EPERM,EOPNOTSUPP" },
        new("remove-files", "C58", "removing and renaming files outside", "EROFS"),
        new("bound-files", "C58", "a world-writable file and a FIFO in a read-only bind", "EROFS") { Arguments = ["{stage}"] },
        new("exec-unlisted", "C58", "a program where no rule allows one", "EACCES"),
        new("exec-written", "C58", "a program that it wrote itself", "EACCES") { Profiles = AttackProfiles.Strict },
        new("map-written", "C58", "code that it wrote itself, as a library", "EPERM") { Profiles = AttackProfiles.Strict },
        new("cross-boundary", "C59", "renames and links from one tree to the other", "EXDEV,EROFS"),
        new("aliases", "C60", "the same file by other names", "EACCES"),
        new("deep-tree", "C62", "10,000 directories one in the other, odd names", Attack.Itself) { Alone = true },
        new("file-locks", "C71", "locks and leases on files that jails share", "EPERM") { Profiles = AttackProfiles.Strict },
    ];
}
