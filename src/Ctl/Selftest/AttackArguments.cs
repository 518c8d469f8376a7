using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Plan;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Puts facts of a jail and its host in the place of <c>{...}</c> in an attack's arguments.</summary>
internal static class AttackArguments
{
    /// <summary>The command that makes <paramref name="attack"/> in a jail of <paramref name="spec"/>.</summary>
    public static ImmutableArray<string> Command(Attack attack, JailSpec spec, AttackStage stage) =>
        [AttackStage.Program, attack.Name, attack.PlannedFor(spec.Profile), .. attack.Arguments.SelectMany(a => Expand(a, spec, stage))];

    private static IEnumerable<string> Expand(string argument, JailSpec spec, AttackStage stage) => argument switch
    {
        "{environment}" => spec.Environment.Keys,
        "{devices}" => spec.Root.Where(e => e.Path.StartsWith("/dev/", StringComparison.Ordinal)).Select(e => e.Path[5..]).Append("shm"),
        "{binds}" => spec.Binds.Select(b => b.Target),
        "{pids}" => [spec.Limits.Pids.Value.ToString(CultureInfo.InvariantCulture)],
        "{open-files}" => [spec.Limits.OpenFiles.ToString(CultureInfo.InvariantCulture)],
        "{stage}" => [AttackStage.Target],
        "{setuid}" => [AttackStage.SetuidProgram],
        "{abstract}" => [stage.AbstractName],
        "{port}" => [stage.Port.ToString(CultureInfo.InvariantCulture)],
        "{host-pid}" => [Environment.ProcessId.ToString(CultureInfo.InvariantCulture)],
        "{host-file}" => [stage.Directory],
        _ => [argument],
    };
}
