using System.Collections.Immutable;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>One case of a rule: the answer where all conditions hold.</summary>
/// <param name="When">The conditions; all must hold. None: always.</param>
/// <param name="Answer">The answer.</param>
public sealed record SyscallCase(ImmutableArray<ArgumentCondition> When, SyscallAnswer Answer)
{
    /// <summary>True if all conditions hold.</summary>
    public bool Matches(in seccomp_data call)
    {
        foreach (ArgumentCondition condition in When)
        {
            if (!condition.Holds(call))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" and ", When)} -> {Answer}";
}
