namespace AgentSandbox.Jails.Profiles;

/// <summary>Rights on a path of the jail and all beneath it.</summary>
/// <param name="Path">Absolute path inside the jail. One that the jail does not have grants nothing.</param>
/// <param name="Access">The rights.</param>
public sealed record LandlockPathRule(string Path, LandlockAccess Access);
