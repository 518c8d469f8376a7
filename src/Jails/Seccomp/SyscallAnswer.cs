using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>What a filter answers to a call: go on, or fail with an errno. Killing is no answer: a refused program must be able to say so.</summary>
/// <param name="Errno"><see cref="Errno.None"/>: the kernel runs the call.</param>
/// <remarks>Source: seccomp(2), "Filter return values".</remarks>
public readonly record struct SyscallAnswer(Errno Errno)
{
    /// <summary>The kernel runs the call.</summary>
    public static SyscallAnswer Allow => default;

    /// <summary>True if the kernel runs the call.</summary>
    public bool IsAllow => Errno == Errno.None;

    /// <summary>The value that the BPF program returns.</summary>
    public uint ReturnValue => IsAllow ? Libc.SECCOMP_RET_ALLOW : Libc.SECCOMP_RET_ERRNO | ((uint)Errno & Libc.SECCOMP_RET_DATA);

    /// <summary><c>allow</c>, or the errno's name.</summary>
    public override string ToString() => IsAllow ? "allow" : Errno.ToString();

    /// <summary>The answer that fails with <paramref name="errno"/>.</summary>
    public static implicit operator SyscallAnswer(Errno errno) => new(errno);

    /// <summary>As the conversion.</summary>
    public static SyscallAnswer FromErrno(Errno errno) => new(errno);
}
