namespace AgentSandbox.Access;

/// <summary>An owner's jails would be given more together than they may.</summary>
/// <param name="quota">Which quota: <c>memory</c>.</param>
/// <param name="used">What is given already, for other jails and commands.</param>
/// <param name="asked">What was asked beside that.</param>
/// <param name="limit">What may be given.</param>
/// <param name="rule">By which rule: <c>role coder, policy.json:12</c>.</param>
public sealed class QuotaException(string quota, string used, string asked, string limit, string rule)
    : Exception($"quota {quota}: {asked} beside the {used} in use is above {limit} ({rule}); end what is not needed, ask for less, or have an administrator raise \"quotas\" of the role")
{
    /// <summary>Which quota.</summary>
    public string Quota { get; } = quota;

    /// <summary>What is given already.</summary>
    public string Used { get; } = used;

    /// <summary>What was asked beside that.</summary>
    public string Asked { get; } = asked;

    /// <summary>What may be given.</summary>
    public string Limit { get; } = limit;

    /// <summary>By which rule.</summary>
    public string Rule { get; } = rule;
}
