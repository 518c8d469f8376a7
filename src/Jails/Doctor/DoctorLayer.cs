using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>A layer before it is examined: what does not depend on the host. Its methods make the finding.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Cost">What it costs to lack it.</param>
/// <param name="Required">True if the default profile starts no jail without it.</param>
internal sealed record DoctorLayer(string Name, string Cost, bool Required = true)
{
    /// <summary>The layer works.</summary>
    public DoctorFinding Present(string detail = "") => Finding(DoctorState.Present, detail, "");

    /// <summary>The layer works in part; <paramref name="detail"/> says what is lost.</summary>
    public DoctorFinding Degraded(string detail, string remedy) => Finding(DoctorState.Degraded, detail, remedy);

    /// <summary>The layer cannot be had.</summary>
    public DoctorFinding Missing(string detail, string remedy) => Finding(DoctorState.Missing, detail, remedy);

    /// <summary>Nothing is known of the layer.</summary>
    public DoctorFinding Unknown(string detail, string remedy) => Finding(DoctorState.Unknown, detail, remedy);

    /// <summary>Missing or unknown, by a call that did not answer as expected.</summary>
    /// <param name="call">The call, or the part of it that was probed.</param>
    /// <param name="probe">Its answer.</param>
    /// <param name="remedy">How to get the call where the kernel lacks it.</param>
    public DoctorFinding Lacking(string call, ProbeResult probe, string remedy) => probe.Presence == Presence.Missing
        ? Missing($"{call} answers {probe.Errno}", remedy)
        : Unknown($"{call} answers {probe.Errno}", "run as root; in a container, allow the call in the container's seccomp profile");

    private DoctorFinding Finding(DoctorState state, string detail, string remedy) =>
        new() { Layer = Name, State = state, Required = Required, Detail = detail, Cost = Cost, Remedy = remedy };
}
