using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a later run of this program needs to take hold of a jail that lives on.</summary>
/// <param name="Id">The jail's name among all jails.</param>
/// <param name="Spec">What it was made from, without its root, which is made: every later command gets its lockdown from here.</param>
/// <param name="PlanHash">SHA-256 of the plan by which it was made.</param>
/// <param name="Init">Its PID 1.</param>
/// <param name="MadeAt">When it was made, in ticks of the monotonic clock: of use until the next boot.</param>
public sealed record JailState(string Id, JailSpec Spec, string PlanHash, ProcessIdentity Init, long MadeAt);
