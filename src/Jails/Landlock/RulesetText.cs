using System.Text;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Jails.Landlock;

/// <summary>A jail's Landlock ruleset as text: what <c>fd:landlock</c> of a command's program holds.</summary>
public static class RulesetText
{
    /// <summary>The ruleset of <paramref name="spec"/>, a line for each rule.</summary>
    public static string Print(JailSpec spec)
    {
        if (spec.Landlock is not LandlockPolicy policy)
        {
            return "landlock: none, given up by name\n";
        }

        StringBuilder text = new($"landlock (ABI {spec.LandlockAbi}):\n");
        foreach (LandlockPathRule rule in policy.Paths)
        {
            text.Append($"  allow {rule.Path}: {rule.Access}\n");
        }

        text.Append(policy.Tcp is null
            ? "  TCP ports: not restricted, but for the network namespace\n"
            : $"  TCP ports: bind [{string.Join(", ", policy.Tcp.Bind)}], connect [{string.Join(", ", policy.Tcp.Connect)}], no other\n");
        text.Append(policy.ScopeAbstractUnixSocket ? "  no abstract Unix socket of others\n" : "");
        text.Append(policy.ScopeSignal ? "  no signal to others\n" : "");
        return text.ToString();
    }
}
