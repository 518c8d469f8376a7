using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that makes a template: a mount namespace whose root is the jail's, read-only. Jails with equal roots are born from the same.</summary>
public static class TemplatePlanner
{
    private const string Root = "root";
    private const string Dev = "dev";
    private const string WhyDevices = "only the devices that are named";

    /// <summary>The program for the root of <paramref name="spec"/>.</summary>
    public static ChildProgram Plan(JailSpec spec)
    {
        string[] sources = [.. Sources(spec)];
        return new()
        {
            Name = "template",
            CloneFlags = (NumberArg)Const(CLONE_NEWNS),
            Cgroup = null,
            Before = [.. sources.SelectMany(s => MountSteps.CloneSource(s, writable: false)), SpawnerSteps.BlockSignals],
            Steps = [RendezvousSteps.EndWithUs, .. Begin(), .. MakeRoot(spec), .. Switch(), .. Attach(spec), .. Finish()],
            After = [.. sources.Select(MountSteps.CloseTree), SpawnerSteps.RestoreSignals],
        };
    }

    /// <summary>The host paths that the root consists of.</summary>
    internal static IEnumerable<string> Sources(JailSpec spec) =>
        spec.Root.OfType<RootBind>().Select(b => b.Source).Concat(spec.Image is null ? [] : [spec.Image]).Distinct();

    private static IEnumerable<SyscallStep> Begin()
    {
        yield return new("the host must not see our mounts", mount, NULL, "/", NULL, Const(MS_REC | MS_PRIVATE), NULL);
        yield return new("modes are what this plan says", umask, Mode(0));
    }

    private static IEnumerable<SyscallStep> MakeRoot(JailSpec spec)
    {
        const string WhyRoot = "a root of its own";
        IEnumerable<SyscallStep> root = spec.Image is string image
            ? [new(WhyRoot, fcntl, Result($"tree:{image}"), Const(F_DUPFD_CLOEXEC), 3) { Result = Root }]
            : MountSteps.New(WhyRoot, Root, "tmpfs", Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), ("size", "4m"), ("mode", "0755"));
        return
        [
            .. root,
            .. MountSteps.New(WhyDevices, Dev, "tmpfs", Const(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), ("size", "64k"), ("mode", "0755")),
            .. spec.Root.SelectMany(Make),
        ];
    }

    private static IEnumerable<SyscallStep> Make(RootEntry entry)
    {
        (string tree, string path) = entry.Path.StartsWith("/dev/", StringComparison.Ordinal) ? (Dev, entry.Path[5..]) : (Root, entry.Path[1..]);
        switch (entry)
        {
            case RootDirectory or RootBind { IsDirectory: true }:
                yield return new("the tree of the root", mkdirat, Result(tree), path, Mode(0b111_101_101));
                break;
            case RootSymlink link:
                yield return new("the tree of the root", symlinkat, link.Target, Result(tree), path);
                break;
            case RootDevice device:
                Arg mode = Named(S_IFCHR | 0b110_110_110, "S_IFCHR|0666");
                Arg number = Named((device.Major << 8) | device.Minor, $"makedev({device.Major}, {device.Minor})");
                yield return new(WhyDevices, mknodat, Result(tree), path, mode, number);
                break;
            case RootBind:
                yield return File(tree, path, executable: false);
                yield return Close(path);
                break;
            case RootFile file:
                ImmutableArray<byte> content = [.. Encoding.UTF8.GetBytes(file.Content)];
                yield return File(tree, path, file.Executable);
                yield return new("generated files of the root", write, Result(path), Bytes(content, new TextArg(file.Content).ToString()), content.Length);
                yield return Close(path);
                break;
            default:
                throw new ArgumentException($"unknown root entry {entry.GetType().Name}", nameof(entry));
        }
    }

    private static SyscallStep File(string tree, string path, bool executable)
    {
        Arg mode = Mode(executable ? 0b111_101_101u : 0b110_100_100u);
        return new("generated files of the root", openat, Result(tree), path, Const(O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC), mode) { Result = path };
    }

    private static SyscallStep Close(string path) => new("generated files of the root", close, Result(path));

    private static IEnumerable<SyscallStep> Switch()
    {
        yield return new("the new root takes the place of the host's", move_mount, Result(Root), "", Const(AT_FDCWD), "/", Const(MOVE_MOUNT_F_EMPTY_PATH));
        yield return new("the new root takes the place of the host's", fchdir, Result(Root));
        yield return new("the new root takes the place of the host's", pivot_root, ".", ".");
        yield return new("nothing of the host's mounts remains", umount2, ".", Const(MNT_DETACH));
        yield return new("nothing of the host's mounts remains", chdir, "/");
    }

    private static IEnumerable<SyscallStep> Attach(JailSpec spec)
    {
        yield return MountSteps.Attach(WhyDevices, Dev, "/dev");
        foreach (RootBind bind in spec.Root.OfType<RootBind>())
        {
            yield return MountSteps.Attach($"{bind.Source} as it is, read-only", $"tree:{bind.Source}", bind.Path);
        }
    }

    private static IEnumerable<SyscallStep> Finish()
    {
        const string Why = "the root is read-only from here";
        const string WhyHold = "the daemon takes hold of the namespace";
        Arg dev = MountSteps.Attributes(Const(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
        Arg root = MountSteps.Attributes(Const(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
        return
        [
            new(Why, mount_setattr, Result(Dev), "", Const(AT_EMPTY_PATH), dev, MountSteps.AttributesSize),
            new(Why, mount_setattr, Result(Root), "", Const(AT_EMPTY_PATH), root, MountSteps.AttributesSize) { Result = ChildProgram.ReadyWord },
            RendezvousSteps.Announce(WhyHold),
            RendezvousSteps.Await(WhyHold),
            new("the namespace lives on in the daemon's fd", exit_group, 0),
        ];
    }
}
