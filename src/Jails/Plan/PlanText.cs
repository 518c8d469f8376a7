using System.Security.Cryptography;
using System.Text;
using AgentSandbox.Jails.Landlock;

namespace AgentSandbox.Jails.Plan;

/// <summary>All that is done to make a jail, as text: its programs and its Landlock ruleset. Which uid range the jail has is not in it.</summary>
public static class PlanText
{
    /// <summary>The plan of <paramref name="spec"/>, as <c>sandboxctl plan</c> prints it.</summary>
    public static string Print(JailSpec spec) =>
        $"{TemplatePlanner.Plan(spec)}\n{SitePlanner.Plan(spec.Loopback)}\n{JailPlanner.Plan(spec)}\n{RulesetText.Print(spec)}";

    /// <summary>SHA-256 of the plan, in hexadecimal: equal hashes are jails that were made alike.</summary>
    public static string Hash(JailSpec spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Print(spec))));
}
