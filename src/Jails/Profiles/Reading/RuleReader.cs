using System.Collections.Immutable;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads a rule for calls whose arguments decide.</summary>
internal static class RuleReader
{
    private static readonly string[] s_operators = ["in", "notIn", "has", "lacks"];

    /// <summary>The rule of each call that it is for.</summary>
    public static SyscallRules Read(ConfigNode node)
    {
        node.WithKeys("help", "calls", "cases", "else");
        ConfigNode calls = node.Get("calls");
        calls.AsStrings();
        SyscallAnswer otherwise = Answer(node.Get("else"));
        ImmutableArray<ConfigNode> cases = node.Get("cases").Entries();
        ImmutableArray<SyscallRule> rules =
            [.. calls.Entries().Select(Call).Select(call => new SyscallRule(call, [.. cases.Select(one => Case(one, call))], otherwise))];
        return rules.IsEmpty || cases.IsEmpty ? throw node.Error("needs one call or more, and one case or more") : new(Help(node), rules);
    }

    /// <summary>The text that says what a group or rule is for.</summary>
    public static string Help(ConfigNode node)
    {
        ConfigNode help = node.Get("help");
        return string.IsNullOrWhiteSpace(help.AsString()) ? throw help.Error("must not be empty") : help.Text;
    }

    /// <summary>The system call that a string names.</summary>
    public static Syscall Call(ConfigNode node) =>
        Enum.TryParse(node.AsString(), out Syscall call) && call.ToString() == node.Text
            ? call
            : throw node.Error($"'{node.Text}' is not a system call");

    /// <summary>The errno that a string names.</summary>
    public static Errno Errno(ConfigNode node, string text) =>
        Enum.TryParse(text, out Errno errno) && errno != Kernel.Errno.None && errno.ToString() == text
            ? errno
            : throw node.Error($"'{text}' is not an errno: write EPERM");

    private static SyscallAnswer Answer(ConfigNode node) => node.AsString() == "allow" ? SyscallAnswer.Allow : Errno(node, node.Text);

    private static SyscallCase Case(ConfigNode node, Syscall call)
    {
        node.WithKeys("when", "answer");
        ConfigNode when = node.Get("when");
        return when.Entries().IsEmpty
            ? throw when.Error("needs one condition or more; what holds for all other calls is 'else'")
            : new([.. when.Entries().Select(one => Condition(one, call))], Answer(node.Get("answer")));
    }

    private static ArgumentCondition Condition(ConfigNode node, Syscall call)
    {
        node.WithKeys(["argument", "mask", "ignoring", .. s_operators]);
        ConfigNode name = node.Get("argument");
        SyscallArgument argument = SyscallArguments.Find(call, name.AsString())
            ?? throw name.Error($"{call} has no argument '{name.Text}' that a filter can check; it has {Known(call)}");
        ConfigNode[] tests = [.. node.Items.Where(member => s_operators.Contains(member.Name))];
        if (tests is not [ConfigNode test] || (node.Find("mask") is not null && node.Find("ignoring") is not null))
        {
            throw node.Error("needs exactly one of in, notIn, has, lacks, and at most one of mask, ignoring");
        }

        ulong[] values = [.. Values(test, argument)];
        bool flags = test.Name is "has" or "lacks";
        if (flags && node.Items.Length != 2)
        {
            throw test.Error("stands without mask or ignoring: the flags are the mask");
        }

        ulong mask = flags ? Union(values)
            : node.Find("mask") is ConfigNode only ? Union(Values(only, argument))
            : node.Find("ignoring") is ConfigNode ignored ? ~Union(Values(ignored, argument))
            : ulong.MaxValue;
        if (!flags && values.Any(value => (value & argument.Significant & ~mask) != 0))
        {
            throw test.Error("a value has bits that the mask leaves out: it would never be found");
        }

        return new(argument, mask, flags ? [0] : [.. values], test.Name is "notIn" or "has", Text(node, argument, test));
    }

    private static IEnumerable<ulong> Values(ConfigNode list, SyscallArgument argument)
    {
        list.AsStrings();
        if (list.Entries().IsEmpty)
        {
            throw list.Error("must not be empty");
        }

        foreach (ConfigNode one in list.Entries())
        {
            yield return ArgumentValues.TryGet(one.Text, out uint value) && argument.Takes(one.Text)
                ? value
                : throw one.Error($"'{one.Text}' is not a known value of '{argument}'");
        }
    }

    private static ulong Union(IEnumerable<ulong> values) => values.Aggregate(0UL, (all, value) => all | value);

    private static string Text(ConfigNode node, SyscallArgument argument, ConfigNode test)
    {
        string masked = node.Find("mask") is ConfigNode mask ? $" & {Join(mask)}"
            : node.Find("ignoring") is ConfigNode ignored ? $" & ~{Join(ignored)}"
            : "";
        return $"{argument}{masked} {(test.Name == "notIn" ? "not in" : test.Name)} {Join(test)}";
    }

    private static string Join(ConfigNode list) => string.Join(' ', list.Items.Select(one => one.Text));

    private static string Known(Syscall call) =>
        SyscallArguments.Of(call) is { Count: > 0 } known ? string.Join(", ", known) : "none (pointers can change after the check)";
}
