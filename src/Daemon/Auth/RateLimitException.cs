using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Auth;

/// <summary>An owner asks too often.</summary>
/// <param name="permission">What.</param>
/// <param name="rate">How often it may be.</param>
/// <param name="retryAfter">When it will be let through.</param>
/// <param name="rule">By which rule: <c>role coder, policy.json:12</c>.</param>
public sealed class RateLimitException(string permission, Rate rate, TimeSpan retryAfter, string rule)
    : Exception($"{permission}: above {rate} ({rule}); try again in {DurationText.Format(TimeSpan.FromMilliseconds(Math.Ceiling(retryAfter.TotalMilliseconds)))}")
{
    /// <summary>What.</summary>
    public string Permission { get; } = permission;

    /// <summary>How often it may be.</summary>
    public Rate Rate { get; } = rate;

    /// <summary>When it will be let through.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>By which rule.</summary>
    public string Rule { get; } = rule;
}
