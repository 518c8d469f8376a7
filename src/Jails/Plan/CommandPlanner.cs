using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that runs a command in a jail. The first command and every later one get the same, from the same spec.</summary>
public static class CommandPlanner
{
    private const int FirstOther = 3;
    private const string WhyDirectory = "the working directory is inside: no magic link leads there";
    private const ulong NoCore = 1; // a core_pattern that names a program runs it, as the host's root, whatever the limit is, but for 1: core(5), fs/coredump.c
    private const uint DefaultUmask = 0b000_010_010;

    /// <summary>The RLIMIT_* that every command has set.</summary>
    internal static ImmutableArray<int> Resources { get; } =
    [
        RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_SIGPENDING, RLIMIT_NICE, RLIMIT_RTPRIO,
    ];

    /// <summary>The program for <paramref name="command"/> in the jail of <paramref name="spec"/>.</summary>
    public static ChildProgram Plan(JailSpec spec, CommandSpec command) => Confined("command", spec, command, Execute(spec, command));

    /// <summary>The same confinement with <paramref name="last"/> in the place of a program: how the proof asks the kernel what is enforced.</summary>
    internal static ChildProgram Confined(string name, JailSpec spec, CommandSpec command, ImmutableArray<SyscallStep> last) => Born(
        name,
        spec,
        [
            .. Enter(spec), .. Stdio(command.Terminal), .. Lockdown(spec), LockdownSteps.Close(FirstOther), .. Directory(command.WorkingDirectory ?? spec.Workspace),
            LockdownSteps.Filter(spec.Filter), .. last,
        ]);

    /// <summary>The birth of a child in the jail's pid namespace and, with one, in its own cgroup.</summary>
    internal static ChildProgram Born(string name, JailSpec spec, ImmutableArray<SyscallStep> steps) => new()
    {
        Name = name,
        CloneFlags = (NumberArg)(spec.Cgroup ? Const(CLONE_VFORK | CLONE_INTO_CGROUP) : Const(CLONE_VFORK)),
        Cgroup = spec.Cgroup ? JailSlots.Cgroup : null,
        Before = [SpawnerSteps.BlockSignals, SpawnerSteps.EnterPids],
        Steps = steps,
        After = [SpawnerSteps.LeavePids, SpawnerSteps.RestoreSignals],
    };

    /// <summary>The child is in the jail, with its limits.</summary>
    internal static IEnumerable<SyscallStep> Enter(JailSpec spec) =>
    [
        .. ResourceLimits(spec), Join(), .. JailPlanner.TimeSteps(spec),
        new("no terminal of the daemon's can be reached", setsid),
    ];

    /// <summary>The child has lost what it need not have.</summary>
    internal static IEnumerable<SyscallStep> Lockdown(JailSpec spec) =>
    [
        new("files are made with the usual modes", umask, Mode(DefaultUmask)),
        .. IdentitySteps.Become(spec.Uid, spec.Gid, spec.LastCapability),
        .. IdentitySteps.DefaultSignals(spec.IgnoredSignals),
        LockdownSteps.NoNewPrivileges,
        .. spec.Landlock is null ? [] : new[] { LockdownSteps.Landlock(spec.LandlockAbi) },
    ];

    /// <summary>The program itself.</summary>
    internal static ImmutableArray<SyscallStep> Execute(JailSpec spec, CommandSpec command) =>
        [.. Execute(command.Argv, EnvironmentRules.Add(spec.Environment, command.Environment, spec.DeniedVariables))];

    private static SyscallStep Join() => new(
        "the jail's namespaces, in one step", setns, Fd(JailSlots.Jail), Const(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP));

    private static IEnumerable<SyscallStep> Stdio(bool terminal)
    {
        yield return new("stdin, stdout and stderr are the caller's pipes or the jail's own terminal", dup3, Fd(JailSlots.Stdin), 0, 0);
        yield return new("stdin, stdout and stderr are the caller's pipes or the jail's own terminal", dup3, Fd(JailSlots.Stdout), 1, 0);
        yield return new("stdin, stdout and stderr are the caller's pipes or the jail's own terminal", dup3, Fd(JailSlots.Stderr), 2, 0);
        if (terminal)
        {
            yield return new("the jail's own terminal controls the command", ioctl, 0, Const((ulong)TIOCSCTTY, nameof(TIOCSCTTY)), 0);
        }
    }

    // Before the user namespace is joined: only the host's root may raise a limit.
    private static IEnumerable<SyscallStep> ResourceLimits(JailSpec spec)
    {
        JailLimits limits = spec.Limits;
        yield return Limit(spec, Const(RLIMIT_CORE), NoCore);
        yield return Limit(spec, Const(RLIMIT_FSIZE), Bytes(limits.FileSize));
        yield return Limit(spec, Const(RLIMIT_NOFILE), (ulong)limits.OpenFiles);
        yield return Limit(spec, Const(RLIMIT_NPROC), limits.Pids.IsMax ? RLIM64_INFINITY : (ulong)limits.Pids.Value);
        yield return Limit(spec, Const(RLIMIT_STACK), Bytes(limits.Stack));
        yield return Limit(spec, Const(RLIMIT_MEMLOCK), 8 * 1024 * 1024);
        yield return Limit(spec, Const(RLIMIT_MSGQUEUE), 800 * 1024);
        yield return Limit(spec, Const(RLIMIT_SIGPENDING), 4096);
        yield return Limit(spec, Const(RLIMIT_NICE), 0);
        yield return Limit(spec, Const(RLIMIT_RTPRIO), 0);
    }

    private static SyscallStep[] Directory(string path)
    {
        Arg how = Struct(
            new StructField("flags", 8, Const(O_PATH | O_DIRECTORY | O_CLOEXEC)),
            new StructField("", 8, 0),
            new StructField("resolve", 8, Const(RESOLVE_NO_MAGICLINKS)));
        return
        [
            new(WhyDirectory, openat2, Const(AT_FDCWD), path, how, 24) { Result = "directory" },
            new(WhyDirectory, fchdir, Result("directory")),
            new(WhyDirectory, close, Result("directory")),
        ];
    }

    private static IEnumerable<SyscallStep> Execute(ImmutableArray<string> argv, ImmutableSortedDictionary<string, string> environment)
    {
        Arg arguments = Strings(argv);
        Arg variables = Strings([.. environment.Select(v => $"{v.Key}={v.Value}")]);
        string[] candidates = argv[0].Contains('/', StringComparison.Ordinal)
            ? [argv[0]]
            : [.. environment.GetValueOrDefault("PATH", "/usr/bin").Split(':').Where(d => d.StartsWith('/')).Select(d => $"{d.TrimEnd('/')}/{argv[0]}")];
        for (int i = 0; i < candidates.Length; i++)
        {
            Errno tolerated = i < candidates.Length - 1 ? Errno.ENOENT : Errno.None;
            yield return new("the program", execve, candidates[i], arguments, variables) { Tolerates = tolerated };
        }
    }

    private static SyscallStep Limit(JailSpec spec, Arg resource, ulong value)
    {
        value = Math.Min(value, spec.HardLimits.GetValueOrDefault((int)((NumberArg)resource).Value, RLIM64_INFINITY));
        Arg number = value == RLIM64_INFINITY ? Named(value, nameof(RLIM64_INFINITY)) : (long)value;
        return new("limits that no program can raise", prlimit64, 0, resource, Struct(new StructField("rlim_cur", 8, number), new StructField("rlim_max", 8, number)), NULL);
    }

    private static ulong Bytes(Limit<ByteSize> limit) => limit.IsMax ? RLIM64_INFINITY : (ulong)limit.Value.Bytes;
}
