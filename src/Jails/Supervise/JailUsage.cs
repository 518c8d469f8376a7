using AgentSandbox.Jails.Cgroups.Usage;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a jail uses and used, all its commands together.</summary>
/// <param name="Age">Since it was made.</param>
/// <param name="Commands">How many commands were started in it.</param>
/// <param name="Resources">What its cgroup counts; null without cgroups.</param>
public sealed record JailUsage(TimeSpan Age, int Commands, CgroupUsage? Resources);
