using System.Text.Json.Serialization;

namespace AgentSandbox.Jails.Doctor;

/// <summary>How a layer of a jail stands on this host.</summary>
public enum DoctorState
{
    /// <summary>It could not be found out; a jail that requires it is not started on a guess.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>It cannot be had.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>It works, in part.</summary>
    [JsonStringEnumMemberName("degraded")]
    Degraded,

    /// <summary>It works.</summary>
    [JsonStringEnumMemberName("present")]
    Present,
}
