using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Proof;

/// <summary>An attempt at something forbidden.</summary>
/// <param name="Layer">The layer that must refuse it.</param>
/// <param name="Step">The attempt.</param>
/// <param name="Planned">The error that the layer answers with.</param>
internal sealed record Probe(string Layer, SyscallStep Step, Errno Planned);
