using System.Collections.Immutable;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads the section <c>syscalls</c> and expands its groups. Each call may have one fate only.</summary>
internal sealed class SyscallReader
{
    private readonly SyscallGroups _groups;
    private readonly Dictionary<Syscall, ConfigNode> _said = [];
    private readonly Dictionary<Syscall, SyscallRule> _conditional = [];
    private readonly Dictionary<Syscall, Errno> _refused = [];
    private readonly Dictionary<Syscall, string> _reasons = [];
    private readonly List<Syscall> _allowed = [];

    private SyscallReader(SyscallGroups groups) => _groups = groups;

    public static SyscallPolicy Read(ConfigNode section, SyscallGroups groups)
    {
        section.WithKeys("default", "allow", "conditional", "refuse");
        SyscallReader reader = new(groups);
        foreach (ConfigNode entry in section.Get("allow").Entries())
        {
            reader.Allow(entry);
        }

        foreach (ConfigNode entry in section.Get("conditional").Entries())
        {
            reader.Condition(entry);
        }

        foreach (ConfigNode list in section.Get("refuse").Members())
        {
            reader.Refuse(list);
        }

        ConfigNode errno = section.Get("default");
        return new()
        {
            Allowed = [.. reader._allowed],
            Conditional = reader._conditional.ToImmutableSortedDictionary(),
            Refused = reader._refused.ToImmutableSortedDictionary(),
            Default = RuleReader.Errno(errno, errno.AsString()),
            Reasons = reader._reasons.ToImmutableSortedDictionary(),
        };
    }

    private void Allow(ConfigNode entry)
    {
        if (entry.IsObject)
        {
            entry.WithKeys("call", "why");
            Syscall call = RuleReader.Call(entry.Get("call"));
            ConfigNode why = entry.Get("why");
            _reasons[call] = string.IsNullOrWhiteSpace(why.AsString()) ? throw why.Error("must not be empty") : why.Text;
            Say(call, entry);
            _allowed.Add(call);
            return;
        }

        foreach (Syscall call in _groups.Expand(entry))
        {
            if (_groups.IsDangerous(call))
            {
                throw entry.Error($"{call} is in @dangerous: write {{ \"call\": \"{call}\", \"why\": \"...\" }}");
            }

            Say(call, entry);
            _allowed.Add(call);
        }
    }

    private void Condition(ConfigNode entry)
    {
        SyscallRules rules = entry.IsObject ? RuleReader.Read(entry)
            : _groups.Rules.TryGetValue(entry.AsString(), out SyscallRules? named) ? named
            : throw entry.Error($"'{entry.Text}' is not a rule");
        foreach (SyscallRule rule in rules.Rules)
        {
            Say(rule.Call, entry);
            _conditional[rule.Call] = rule;
            if (_groups.IsDangerous(rule.Call))
            {
                _reasons[rule.Call] = rules.Help;
            }
        }
    }

    private void Refuse(ConfigNode list)
    {
        Errno errno = RuleReader.Errno(list, list.Name);
        foreach (ConfigNode entry in list.Entries())
        {
            foreach (Syscall call in _groups.Expand(entry))
            {
                Say(call, entry);
                _refused[call] = errno;
            }
        }
    }

    private void Say(Syscall call, ConfigNode entry)
    {
        if (!_said.TryAdd(call, entry))
        {
            ConfigNode first = _said[call];
            throw entry.Error($"{call} has its answer already, from {first.Path} ({first.File}:{first.Line})");
        }
    }
}
