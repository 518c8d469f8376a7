namespace AgentSandbox.Ctl.Selftest;

/// <summary>What became of an attack.</summary>
internal enum AttackVerdict
{
    /// <summary>It was refused as planned.</summary>
    Refused,

    /// <summary>It succeeded, or was answered otherwise than planned.</summary>
    GotThrough,

    /// <summary>It could not be made: nothing is known.</summary>
    NotMade,
}
