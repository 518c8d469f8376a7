namespace AgentSandbox.Jails.Profiles;

/// <summary>Which <c>/proc</c> a jail has. Each is an instance of its own: it shows the jail's processes only.</summary>
public enum ProcStyle
{
    /// <summary>The usual files, with the dangerous ones masked.</summary>
    Masked,

    /// <summary>Processes only (<c>subset=pid</c>): no cpuinfo, meminfo or sys.</summary>
    PidOnly,
}
