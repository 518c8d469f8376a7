using AgentSandbox.Jails.Proof;

namespace AgentSandbox.Jails.Report;

/// <summary>What the kernel enforces.</summary>
/// <param name="Jail">On the jail: namespaces, maps, mounts, PID 1.</param>
/// <param name="Command">On the command: ids, capabilities, no_new_privs, seccomp; absent if it did not start.</param>
/// <param name="Probes">What a process under the command's confinement was answered when it tried what is forbidden.</param>
public sealed record RunReportProof(JailProof Jail, CommandProof? Command, ProbeProof Probes);
