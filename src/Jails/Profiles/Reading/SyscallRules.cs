using System.Collections.Immutable;
using AgentSandbox.Jails.Seccomp;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>A named rule of <c>groups.json</c>.</summary>
/// <param name="Help">What it is for.</param>
/// <param name="Rules">The rule of each of its calls.</param>
internal sealed record SyscallRules(string Help, ImmutableArray<SyscallRule> Rules);
