using System.Collections.Immutable;

namespace AgentSandbox.Kernel.Child;

/// <summary>One system call of a <see cref="ChildProgram"/>, with the reason for it.</summary>
/// <param name="Why">The reason, in the words of an administrator; it becomes part of the error if the call fails.</param>
/// <param name="Call">The call.</param>
/// <param name="Args">At most six arguments; the rest are 0.</param>
public sealed record SyscallStep(string Why, Syscall Call, params ImmutableArray<Arg> Args)
{
    /// <summary>The one error that does not end the program, or <see cref="Errno.None"/>.</summary>
    public Errno Tolerates { get; init; }

    /// <summary>The name under which later steps find what this one returns, or null.</summary>
    public string? Result { get; init; }

    /// <summary>The call as strace would print it.</summary>
    public override string ToString()
    {
        string call = $"{Call}({string.Join(", ", Args)})";
        call += Result is null ? "" : $" = ${Result}";
        return call + (Tolerates == Errno.None ? "" : $" or {Tolerates}");
    }
}
