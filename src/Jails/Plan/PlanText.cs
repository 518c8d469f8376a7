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

    /// <summary>The program of a command in the jail of <paramref name="spec"/>; and the same in parts, if it can be done ahead.</summary>
    public static string Print(JailSpec spec, CommandSpec command) => !ReadyCommandPlanner.Fits(spec) || command.Terminal
        ? $"{CommandPlanner.Plan(spec, command)}"
        : $"{CommandPlanner.Plan(spec, command)}\n{ReadyCommandPlanner.Plan(spec)}\n{ReadyCommandPlanner.PlanFilter(spec)}\n{ReadyCommandPlanner.PlanWords(spec, command)}";

    /// <summary>SHA-256 of the plan, in hexadecimal: equal hashes are jails that were made alike.</summary>
    public static string Hash(JailSpec spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Print(spec))));
}
