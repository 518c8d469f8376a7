using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>A profile's answers to every system call of one architecture: the model that is compiled to BPF and compared with it.</summary>
public sealed class SyscallFilter
{
    private readonly SyscallRule?[] _rules;
    private readonly SyscallAnswer _default;

    /// <summary>The answers of <paramref name="policy"/> on the architecture of <paramref name="table"/>.</summary>
    public SyscallFilter(SyscallPolicy policy, SyscallTable table)
    {
        Table = table;
        _default = policy.Default;
        _rules = new SyscallRule?[table.MaxNumber + 1];
        foreach (Syscall call in Enum.GetValues<Syscall>())
        {
            if (table.Number(call) is int number)
            {
                _rules[number] = policy.RuleFor(call);
            }
        }
    }

    /// <summary>The numbers of the architecture.</summary>
    public SyscallTable Table { get; }

    /// <summary>The rule for a number; null: no known call has it.</summary>
    public SyscallRule? this[uint number] => number < _rules.Length ? _rules[number] : null;

    /// <summary>The answer to a call, foreign ABIs included.</summary>
    public SyscallAnswer Decide(in seccomp_data call) =>
        call.arch == Table.AuditArch && this[(uint)call.nr] is SyscallRule rule ? rule.Decide(call) : SyscallPolicy.Unknown;

    /// <summary>The numbers from 0 up as ranges; the last one goes on for ever.</summary>
    internal ImmutableArray<NumberRange> Ranges()
    {
        ImmutableArray<NumberRange>.Builder ranges = ImmutableArray.CreateBuilder<NumberRange>();
        for (uint number = 0; number <= _rules.Length; number++)
        {
            NumberRange one = new(number, this[number]?.Cases ?? [], this[number]?.Otherwise ?? SyscallPolicy.Unknown);
            bool continues = ranges is [.., { Cases.IsEmpty: true } last] && one.Cases.IsEmpty && last.Otherwise == one.Otherwise;
            if (!continues)
            {
                ranges.Add(one);
            }
        }

        return ranges.DrainToImmutable();
    }

    /// <summary>The answers, one sorted list for each, for review: <c>allow 231: accept accept4 ...</c>.</summary>
    public override string ToString()
    {
        SyscallRule[] known = [.. _rules.OfType<SyscallRule>().OrderBy(rule => rule.Call)];
        StringBuilder text = new();
        foreach (IGrouping<SyscallAnswer, SyscallRule> same in
            known.Where(rule => rule.Cases.IsEmpty).GroupBy(rule => rule.Otherwise).OrderBy(same => same.Key.Errno))
        {
            string rest = same.Key == _default ? " (the default)" : "";
            text.Append($"{same.Key} {same.Count()}{rest}:\n");
            foreach (SyscallRule[] line in same.Chunk(8))
            {
                text.Append($"    {string.Join(' ', line.Select(rule => rule.Call))}\n");
            }
        }

        foreach (SyscallRule rule in known.Where(rule => !rule.Cases.IsEmpty))
        {
            text.Append($"conditional {rule.Call}:\n");
            text.AppendJoin("", rule.Cases.Select(one => $"    {one}\n")).Append($"    else -> {rule.Otherwise}\n");
        }

        return text.Append($"{SyscallPolicy.Unknown}: numbers that no known call has, and foreign ABIs\n").ToString();
    }
}
