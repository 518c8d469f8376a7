using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Client;

/// <summary>A jail as a tree.</summary>
internal static class JailTree
{
    private const string NotPermitted = "not permitted to you";

    /// <summary>The tree.</summary>
    /// <param name="jail">The jail, with its proof.</param>
    /// <param name="stats">What it uses; null: the caller may not see it.</param>
    /// <param name="commands">Its commands; null: the caller may not see them.</param>
    public static Tree Of(Jail jail, Stats? stats, ListCommandsResponse? commands)
    {
        Tree tree = new($"{jail.Id} ({jail.Profile}, {Names.Of(jail.State)})");
        tree.Add($"owner: {Names.Of(jail.Owner)}");
        tree.Add($"made: {Names.Of(jail.CreatedAt)} ({Figures.Age(jail.CreatedAt.ToDateTimeOffset())} ago){Ends(jail)}");
        tree.Add($"plan: {jail.PlanHash}");
        tree.Add($"goes without: {(jail.Degraded.Count == 0 ? "nothing" : string.Join(", ", jail.Degraded))}");
        if (jail.Labels.Count > 0)
        {
            tree.Add("labels").AddAll(jail.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
        }

        if (jail.Binds.Count > 0)
        {
            tree.Add("binds").AddAll(jail.Binds.Select(b => $"{b.Target} is {b.Source} of the host, {(b.Writable ? "writable" : "read-only")}"));
        }

        AddLimits(tree.Add(stats is null ? $"limits (usage: {NotPermitted})" : "limits, and what is used"), jail.Limits, stats?.Usage ?? new Usage());
        Tree running = tree.Add(commands is null ? $"commands: {NotPermitted}" : $"commands: {jail.RunningCommands} running");
        running.AddAll((commands?.Commands ?? []).Select(c => $"{c.Id} {VisibleText.OfCommand(c.Argv)}: {c.Ended?.Text ?? $"running for {Figures.Age(c.StartedAt.ToDateTimeOffset())}"}"));
        if (jail.Proof is Proof proof)
        {
            AddProof(tree.Add("proof: what the kernel says"), proof);
        }

        return tree;
    }

    private static string Ends(Jail jail) =>
        (jail.ExpiresAt is null ? "" : $", ends {Names.Of(jail.ExpiresAt)}") + (jail.IdleTimeout is null ? "" : $", ends when idle for {Names.Of(jail.IdleTimeout)}");

    private static void AddLimits(Tree tree, Limits limits, Usage usage)
    {
        tree.Add($"memory: {Names.OfSize(usage.HasMemoryBytes, usage.MemoryBytes)} of {Most(limits.HasMemoryBytes, limits.MemoryBytes, Figures.Size)}, peak {Names.OfSize(usage.HasMemoryPeakBytes, usage.MemoryPeakBytes)}");
        tree.Add($"swap: {Names.OfSize(usage.HasSwapBytes, usage.SwapBytes)} of {Most(limits.HasSwapBytes, limits.SwapBytes, Figures.Size)}");
        tree.Add($"CPU: {Names.OfCpu(usage)} used, at most {Most(limits.HasCpuMillicores, limits.CpuMillicores, Figures.Cores)} cores{(limits.HasCpuSet ? $" of {limits.CpuSet}" : "")}");
        tree.Add($"processes: {Names.OfCount(usage.HasPids, usage.Pids)} of {Most(limits.HasPids, limits.Pids, Figures.Number)}, peak {Names.OfCount(usage.HasPidsPeak, usage.PidsPeak)}");
        tree.Add($"disk: {Names.OfSize(usage.HasIoReadBytes, usage.IoReadBytes)} read, {Names.OfSize(usage.HasIoWrittenBytes, usage.IoWrittenBytes)} written");
        tree.Add($"pressure (10 s, %): CPU {Names.Of(usage.CpuPressure)}, memory {Names.Of(usage.MemoryPressure)}, disk {Names.Of(usage.IoPressure)}");
        tree.Add($"a command: time {Time(limits.CommandTimeout)}, CPU time {Time(limits.CommandCpuTime)}, silent {Time(limits.CommandIdleTimeout)}, output {Most(limits.HasOutputBytes, limits.OutputBytes, Figures.Size)}");
        tree.Add($"a process: file {Most(limits.HasFileSizeBytes, limits.FileSizeBytes, Figures.Size)}, open files {Most(limits.HasOpenFiles, limits.OpenFiles, Figures.Number)}");
    }

    private static void AddProof(Tree tree, Proof proof)
    {
        tree.Add("namespaces").AddAll(proof.Namespaces.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.Value));
        tree.Add($"uid map: {proof.UidMap}");
        tree.Add($"gid map: {proof.GidMap}");
        tree.Add("PID 1").AddAll(proof.Init.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => $"{i.Key}: {i.Value}"));
        tree.Add($"Landlock: {(proof.LandlockAbi == 0 ? "none" : $"ABI {proof.LandlockAbi}")}");
        if (proof.Cgroup.Count > 0)
        {
            tree.Add("cgroup").AddAll(proof.Cgroup.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} = {c.Value}"));
        }

        tree.Add("mounts").AddAll(proof.Mounts.Select(m => $"{m.Target}: {m.Type} ({m.Options})"));
    }

    private static string Most(bool isSet, long limit, Func<long, string> print) => isSet ? print(limit) : "no limit";

    private static string Time(Google.Protobuf.WellKnownTypes.Duration? limit) => limit is null ? "no limit" : Names.Of(limit);
}
