using System.Text.Json.Serialization;
using AgentSandbox.Jails.Cgroups.Usage;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a command used, with all processes that it started.</summary>
/// <param name="Wall">From its start to its end, or until now.</param>
/// <param name="UserTime">CPU time in user mode.</param>
/// <param name="SystemTime">CPU time in the kernel.</param>
/// <param name="PeakMemoryBytes">The most memory at once, page cache included; null where the host has no memory controller.</param>
/// <param name="Resources">All that its cgroup counts; null without cgroups.</param>
public sealed record CommandUsage(TimeSpan Wall, TimeSpan UserTime, TimeSpan SystemTime, long? PeakMemoryBytes, [property: JsonIgnore] CgroupUsage? Resources = null);
