using System.Text.RegularExpressions;

namespace AgentSandbox.Daemon.Auth;

/// <summary>Which systemd unit a process belongs to, by its cgroup.</summary>
/// <remarks>Source: systemd.unit(5), "Unit names"; CGROUP_DELEGATION.md; cg_path_get_unit() and cg_unescape() in systemd.</remarks>
internal static partial class SystemdUnit
{
    private const string Unified = "0::";
    private const string Hybrid = ":name=systemd:";

    /// <summary>The unit in the lines of <c>/proc/PID/cgroup</c>: <c>agent.service</c>, or <c>user@1000.service/agent.service</c> if that user's own manager
    /// made it. Null if systemd made none. What lies below a unit is the unit's own affair and is not looked at.</summary>
    public static string? Find(IEnumerable<string> cgroups)
    {
        string[] lines = [.. cgroups];
        string? path = lines.Where(line => line.Contains(Hybrid, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(Hybrid, StringComparison.Ordinal) + Hybrid.Length)..]).FirstOrDefault()
            ?? lines.Where(line => line.StartsWith(Unified, StringComparison.Ordinal)).Select(line => line[Unified.Length..]).FirstOrDefault();
        string[] parts = path?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (parts.Contains(".."))
        {
            return null; // the process lives outside of our cgroup namespace: the path does not begin at its root
        }

        string[] below = [.. parts.SkipWhile(IsSlice)];
        string? unit = below.Length == 0 ? null : Unit(below[0]);
        if (unit is null || !ManagerPattern().IsMatch(unit))
        {
            return unit;
        }

        string[] own = [.. below.Skip(1).SkipWhile(IsSlice)];
        return own.Length > 0 && Unit(own[0]) is string users ? $"{unit}/{users}" : unit;
    }

    private static bool IsSlice(string part) => part.EndsWith(".slice", StringComparison.Ordinal);

    // A leading "_" was put there because the name would look like a file of the kernel's.
    private static string? Unit(string part)
    {
        string name = part.StartsWith('_') ? part[1..] : part;
        return UnitPattern().IsMatch(name) ? name : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@-]+\.(service|scope|socket|mount|swap)\z")]
    private static partial Regex UnitPattern();

    [GeneratedRegex(@"^user@[0-9]+\.service\z")]
    private static partial Regex ManagerPattern();
}
