using System.Collections.Immutable;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>The answers to one system call: the first case that matches decides, and <paramref name="Otherwise"/> if none does.</summary>
/// <param name="Call">The call.</param>
/// <param name="Cases">The cases, in order. None: the answer does not depend on arguments.</param>
/// <param name="Otherwise">The answer where no case matches.</param>
public sealed record SyscallRule(Syscall Call, ImmutableArray<SyscallCase> Cases, SyscallAnswer Otherwise)
{
    /// <summary>A rule without conditions.</summary>
    public static SyscallRule Always(Syscall call, SyscallAnswer answer) => new(call, [], answer);

    /// <summary>The answer to a call with these arguments.</summary>
    public SyscallAnswer Decide(in seccomp_data call)
    {
        foreach (SyscallCase one in Cases)
        {
            if (one.Matches(call))
            {
                return one.Answer;
            }
        }

        return Otherwise;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Call}: {string.Concat(Cases.Select(one => $"{one}; "))}else {Otherwise}";
}
