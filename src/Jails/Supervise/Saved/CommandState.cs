using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a later run of this program needs to take hold of a command that lives on.</summary>
/// <param name="Leaf">The name of its cgroup in its jail's.</param>
/// <param name="Process">Its first process.</param>
/// <param name="Limits">What it may use.</param>
/// <param name="ProgramHash">SHA-256 of the program by which it was started.</param>
/// <param name="StartedAt">When it was started, in ticks of the monotonic clock: of use until the next boot.</param>
public sealed record CommandState(string Leaf, ProcessIdentity Process, JailLimits Limits, string ProgramHash, long StartedAt)
{
    /// <summary>How it ended; null: it runs.</summary>
    public CommandResult? Result { get; init; }
}
