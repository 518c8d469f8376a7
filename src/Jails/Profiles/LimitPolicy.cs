using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Profiles;

/// <summary>The limits that a profile gives.</summary>
/// <param name="Defaults">What a jail gets if the request does not say.</param>
/// <param name="Ceilings">The most that a request may ask for.</param>
public sealed record LimitPolicy(JailLimits Defaults, JailLimits Ceilings);
