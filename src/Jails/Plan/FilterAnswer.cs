using System.Collections.Immutable;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Plan;

/// <summary>What a seccomp program says to a step of a plan.</summary>
internal static class FilterAnswer
{
    /// <summary>The answer, a <c>SECCOMP_RET_*</c> value with its data. What is no number in the step, as a text, counts as 0.</summary>
    internal static uint Of(ImmutableArray<sock_filter> filter, SyscallStep step)
    {
        ulong Argument(int index) => index < step.Args.Length && step.Args[index] is NumberArg number ? (ulong)number.Value : 0;
        seccomp_data call = new()
        {
            nr = SyscallTable.Native.Number(step.Call)!.Value,
            arch = SyscallTable.Native.AuditArch,
            args0 = Argument(0),
            args1 = Argument(1),
            args2 = Argument(2),
            args3 = Argument(3),
        };
        return BpfMachine.Run(filter.AsSpan(), call);
    }
}
