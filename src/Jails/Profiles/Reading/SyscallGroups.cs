using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>The groups and rules of <c>groups.json</c>.</summary>
internal sealed partial class SyscallGroups
{
    private const string Dangerous = "@dangerous";

    private SyscallGroups(ImmutableSortedDictionary<string, ImmutableArray<Syscall>> groups, ImmutableSortedDictionary<string, SyscallRules> rules)
    {
        Groups = groups;
        Rules = rules;
    }

    /// <summary>The calls of each group, by its name with the <c>@</c>.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<Syscall>> Groups { get; }

    /// <summary>The rules by name.</summary>
    public ImmutableSortedDictionary<string, SyscallRules> Rules { get; }

    /// <summary>The groups of a file.</summary>
    /// <exception cref="ConfigException">The file is not as <c>groups.schema.json</c> says.</exception>
    public static SyscallGroups Read(ConfigNode root)
    {
        root.WithKeys("$schema", "groups", "rules");
        ConfigNode groups = root.Get("groups");
        SyscallGroups read = new(
            groups.Members().ToImmutableSortedDictionary(group => group.Name, Calls, StringComparer.Ordinal),
            root.Get("rules").Members().ToImmutableSortedDictionary(rule => rule.Name, Rule, StringComparer.Ordinal));
        return read.Groups.ContainsKey(Dangerous) ? read : throw groups.Error($"'{Dangerous}' is missing");
    }

    /// <summary>True if a profile that allows <paramref name="call"/> must say why.</summary>
    public bool IsDangerous(Syscall call) => Groups[Dangerous].Contains(call);

    /// <summary>The calls that an entry names: one call, or those of a group.</summary>
    public ImmutableArray<Syscall> Expand(ConfigNode entry) =>
        !entry.AsString().StartsWith('@') ? [RuleReader.Call(entry)]
        : Groups.TryGetValue(entry.Text, out ImmutableArray<Syscall> calls) ? calls
        : throw entry.Error($"'{entry.Text}' is not a group");

    private static ImmutableArray<Syscall> Calls(ConfigNode group)
    {
        Named(group, GroupPattern()).WithKeys("help", "calls");
        RuleReader.Help(group);
        ConfigNode calls = group.Get("calls");
        calls.AsStrings();
        return [.. calls.Entries().Select(RuleReader.Call)];
    }

    private static SyscallRules Rule(ConfigNode rule) => RuleReader.Read(Named(rule, RulePattern()));

    private static ConfigNode Named(ConfigNode node, Regex pattern) =>
        pattern.IsMatch(node.Name) ? node : throw node.Error("is not a name: lower-case letters, digits and hyphens, after an @ if it is a group");

    [GeneratedRegex(@"^@[a-z][a-z0-9-]*\z")]
    private static partial Regex GroupPattern();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\z")]
    private static partial Regex RulePattern();
}
