using System.Collections.Immutable;
using System.Text.Json;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>Whether this host can hold jails: one finding for every layer that a jail is made of.</summary>
public sealed record DoctorReport
{
    private DoctorReport(ImmutableArray<DoctorFinding> findings) => Findings = findings;

    /// <summary>True if the default profile can be enforced in full: every required layer is there, if only in part.</summary>
    public bool IsReady => !Findings.Any(finding => finding.Required && finding.State is DoctorState.Missing or DoctorState.Unknown);

    /// <summary>Every layer, in a fixed order.</summary>
    public ImmutableArray<DoctorFinding> Findings { get; }

    /// <summary>Examines what was probed. Nothing is asked of the host here.</summary>
    public static DoctorReport Create(HostFeatures host) => new(
    [
        .. NamespaceLayers.Examine(host),
        .. CallLayers.Examine(host),
        SeccompLayer.Examine(host),
        .. LandlockLayers.Examine(host),
        .. CgroupLayers.Examine(host),
        .. FileLayers.Examine(host),
        PrivilegeLayer.Examine(host),
    ]);

    /// <summary>The report as JSON: <c>{"isReady": false, "findings": [{"layer": "clone3", "state": "present", ...}]}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DoctorJson.Default.DoctorReport);
}
