using AgentSandbox.Jails.Doctor;
using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Unit.Doctor;

/// <summary>A host that lacks something, and what must be said of it.</summary>
/// <param name="Layer">The layer that is looked at.</param>
/// <param name="Host">The host.</param>
/// <param name="State">How that layer must stand.</param>
/// <param name="Detail">The exact text of what was seen.</param>
/// <param name="Remedy">The exact text of how to get it.</param>
/// <param name="TakesRequiredLayersToo">True if the same cause takes a required layer, although this one is optional or only degraded.</param>
internal sealed record DoctorCase(
    string Layer, HostFeatures Host, DoctorState State, string Detail, string Remedy, bool TakesRequiredLayersToo = false);
