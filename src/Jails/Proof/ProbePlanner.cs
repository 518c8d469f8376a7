using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Proof;

/// <summary>The attempts that show what is enforced: each would get another answer, or succeed, without its layer.</summary>
internal static class ProbePlanner
{
    /// <summary>An executable file of every assembled root on which no profile grants execution.</summary>
    internal const string Canary = "/etc/landlock-probe";

    private const int AF_ALG = 38;
    private const int SOCK_SEQPACKET = 5;

    /// <summary>The attempts for a jail; what its filter answers is taken from the filter itself.</summary>
    internal static ImmutableArray<Probe> For(JailSpec spec)
    {
        Probe[] filtered =
        [
            Seccomp(spec, new("", Syscall.mount, NULL, "/", NULL, 0, NULL)),
            Seccomp(spec, new("", Syscall.unshare, Const(CLONE_NEWUSER))),
            Seccomp(spec, new("", Syscall.setns, -1, 0)),
            Seccomp(spec, new("", Syscall.ptrace, 0, 0, 0, 0)),
            Seccomp(spec, new("", Syscall.bpf, 0, NULL, 0)),
            Seccomp(spec, new("", Syscall.io_uring_setup, 1, NULL)),
            Seccomp(spec, new("", Syscall.keyctl, 0, 0, 0, 0, 0)),
            Seccomp(spec, new("", Syscall.socket, Const(AF_ALG), Const(SOCK_SEQPACKET), 0)),
        ];
        Probe landlock = new("landlock", new("", Syscall.execve, Canary, Strings([Canary]), Strings([])), Errno.EACCES);
        return [.. filtered, .. spec.Landlock is null || spec.Image is not null ? Array.Empty<Probe>() : [landlock]];
    }

    /// <summary>The attempts as the end of a program: what is planned does not end it, and what succeeds is seen in the results.</summary>
    internal static ImmutableArray<SyscallStep> Steps(ImmutableArray<Probe> probes) =>
    [
        .. probes.Select(p => p.Step with { Why = $"it must be refused ({p.Layer})", Tolerates = p.Planned }),
        new("all was tried", Syscall.exit_group, 0),
    ];

    private static Probe Seccomp(JailSpec spec, SyscallStep step)
    {
        uint answer = FilterAnswer.Of(spec.Filter, step);
        return answer == SECCOMP_RET_ALLOW
            ? throw new ProofException([$"the profile's filter allows {step.Call}, which no profile may"])
            : new Probe("seccomp", step, (Errno)(answer & SECCOMP_RET_DATA));
    }
}
