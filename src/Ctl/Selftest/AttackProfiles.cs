namespace AgentSandbox.Ctl.Selftest;

/// <summary>The profiles under which an attack can be made.</summary>
internal enum AttackProfiles
{
    /// <summary>Every profile.</summary>
    All,

    /// <summary>Every profile but <c>strict</c>, which leaves less to attack.</summary>
    Standard,

    /// <summary><c>strict</c>, which promises more.</summary>
    Strict,
}
