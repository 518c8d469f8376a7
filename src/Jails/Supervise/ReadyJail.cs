using AgentSandbox.Jails.Proof;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A jail that lacks nothing but an owner: its PID 1 runs, and no program ever ran in it.</summary>
/// <param name="Parts">What it consists of.</param>
/// <param name="Proof">What the kernel enforces on it, read back and found as planned.</param>
internal sealed record ReadyJail(JailParts Parts, JailProof Proof);
