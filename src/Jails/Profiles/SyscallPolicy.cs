using System.Collections.Immutable;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Profiles;

/// <summary>What a profile says of system calls, its groups expanded. A call in none of the lists fails with <see cref="Default"/>.</summary>
public sealed record SyscallPolicy
{
    /// <summary>The answer to numbers that no known call has: the C library then falls back to older calls. Not a choice.</summary>
    public const Errno Unknown = Errno.ENOSYS;

    /// <summary>Calls that are allowed whatever their arguments.</summary>
    public required ImmutableSortedSet<Syscall> Allowed { get; init; }

    /// <summary>Calls whose arguments decide.</summary>
    public required ImmutableSortedDictionary<Syscall, SyscallRule> Conditional { get; init; }

    /// <summary>Calls that fail with an errno of their own.</summary>
    public required ImmutableSortedDictionary<Syscall, Errno> Refused { get; init; }

    /// <summary>The errno of all other known calls.</summary>
    public required Errno Default { get; init; }

    /// <summary>Why calls of <c>@dangerous</c> are allowed.</summary>
    public required ImmutableSortedDictionary<Syscall, string> Reasons { get; init; }

    /// <summary>The rule for <paramref name="call"/>.</summary>
    public SyscallRule RuleFor(Syscall call) =>
        Conditional.TryGetValue(call, out SyscallRule? rule) ? rule
        : Allowed.Contains(call) ? SyscallRule.Always(call, SyscallAnswer.Allow)
        : SyscallRule.Always(call, Refused.TryGetValue(call, out Errno errno) ? errno : Default);
}
