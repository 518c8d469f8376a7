namespace AgentSandbox.Audit;

/// <summary>How urgent a record is: the numbers of syslog.</summary>
/// <remarks>Source: syslog(3), "level".</remarks>
public enum AuditPriority
{
    /// <summary>The system is of no use.</summary>
    Emergency = 0,

    /// <summary>Somebody must act now.</summary>
    Alert = 1,

    /// <summary>A failure of something central.</summary>
    Critical = 2,

    /// <summary>A failure.</summary>
    Error = 3,

    /// <summary>Something that should be looked at.</summary>
    Warning = 4,

    /// <summary>Normal, and worth noting.</summary>
    Notice = 5,

    /// <summary>Normal.</summary>
    Info = 6,

    /// <summary>For developers.</summary>
    Debug = 7,
}
