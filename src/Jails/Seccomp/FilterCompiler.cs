using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>Turns a filter into the BPF program that the kernel runs at every system call.</summary>
/// <remarks>
/// The shape is the point: when a filter is attached, the kernel runs it once for every number to cache the constant answers. So numbers
/// with the same answer are merged into ranges, the ranges are searched in a balanced tree, and argument checks stand behind their number.
/// The architecture comes first and then the x32 bit: a number means nothing before.
/// Source: seccomp(2); kernel/seccomp.c, <c>seccomp_cache_prepare</c>.
/// </remarks>
public static class FilterCompiler
{
    private const int FewValues = 4;

    /// <summary>The program for <paramref name="policy"/> on the architecture of <paramref name="table"/>.</summary>
    /// <exception cref="PolicyException">The program would be longer than the kernel accepts.</exception>
    public static ImmutableArray<sock_filter> Compile(SyscallPolicy policy, SyscallTable table) => Compile(new SyscallFilter(policy, table));

    /// <summary>The program for <paramref name="filter"/>.</summary>
    /// <exception cref="PolicyException">The program would be longer than the kernel accepts.</exception>
    public static ImmutableArray<sock_filter> Compile(SyscallFilter filter)
    {
        BpfAssembler code = new();
        int unknown = Answer(code, SyscallPolicy.Unknown);
        (uint First, int Node)[] ranges = [.. filter.Ranges().Select(range => (range.First, Rule(code, range)))];
        int number = code.Load(SeccompData.Number, code.Jump(BPF_JGE, __X32_SYSCALL_BIT, unknown, Search(code, ranges)));
        int start = code.Load(SeccompData.Arch, code.Jump(BPF_JEQ, filter.Table.AuditArch, number, unknown));
        ImmutableArray<sock_filter> program = code.Build(start);
        return program.Length <= BPF_MAXINSNS
            ? program
            : throw new PolicyException("syscalls", $"{program.Length} BPF instructions; the kernel accepts {BPF_MAXINSNS}");
    }

    private static int Answer(BpfAssembler code, SyscallAnswer answer) => code.Return(answer.ReturnValue);

    private static int Rule(BpfAssembler code, NumberRange rule)
    {
        int next = Answer(code, rule.Otherwise);
        foreach (SyscallCase one in rule.Cases.Reverse())
        {
            int node = Answer(code, one.Answer);
            foreach (ArgumentCondition condition in one.When.Reverse())
            {
                node = Condition(code, condition, node, next);
            }

            next = node;
        }

        return next;
    }

    private static int Condition(BpfAssembler code, ArgumentCondition condition, int holds, int fails)
    {
        (int yes, int no) = condition.Negated ? (fails, holds) : (holds, fails);
        int argument = condition.Argument.Index;
        uint lowMask = (uint)condition.Mask;
        uint highMask = (uint)(condition.Mask >> 32);
        if (highMask == 0)
        {
            return Word(code, SeccompData.Low(argument), lowMask, [.. condition.Values.Select(value => (uint)value)], yes, no);
        }

        int high = no;
        foreach (IGrouping<uint, ulong> same in condition.Values.GroupBy(value => (uint)(value >> 32)))
        {
            int low = Word(code, SeccompData.Low(argument), lowMask, [.. same.Select(value => (uint)value)], yes, no);
            high = code.Jump(BPF_JEQ, same.Key, low, high);
        }

        return code.Load(SeccompData.High(argument), code.And(highMask, high));
    }

    private static int Word(BpfAssembler code, uint offset, uint mask, ReadOnlySpan<uint> values, int yes, int no)
    {
        if (values is [0])
        {
            return code.Load(offset, code.Jump(BPF_JSET, mask, no, yes));
        }

        return code.Load(offset, code.And(mask, Match(code, values, yes, no)));
    }

    /// <summary>Compares the accumulator with ascending values: halved while there are many, then one by one.</summary>
    private static int Match(BpfAssembler code, ReadOnlySpan<uint> values, int yes, int no)
    {
        if (values.Length > FewValues)
        {
            int middle = values.Length / 2;
            int above = Match(code, values[middle..], yes, no);
            int below = Match(code, values[..middle], yes, no);
            return code.Jump(BPF_JGE, values[middle], above, below);
        }

        int chain = no;
        foreach (uint value in values)
        {
            chain = code.Jump(BPF_JEQ, value, yes, chain);
        }

        return chain;
    }

    /// <summary>A balanced search for the accumulator among ranges that begin at 0.</summary>
    private static int Search(BpfAssembler code, ReadOnlySpan<(uint First, int Node)> ranges)
    {
        if (ranges.Length == 1)
        {
            return ranges[0].Node;
        }

        int middle = ranges.Length / 2;
        int above = Search(code, ranges[middle..]);
        int below = Search(code, ranges[..middle]);
        return code.Jump(BPF_JGE, ranges[middle].First, above, below);
    }
}
