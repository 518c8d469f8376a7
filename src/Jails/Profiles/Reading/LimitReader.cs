using System.Globalization;
using System.Text.Json;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads the section <c>limits</c>.</summary>
public static class LimitReader
{
    private static readonly string[] s_keys = 
    [
        "memory", "memoryHigh", "swap", "cpus", "cpuWeight", "cpuSet", "ioReadBytes", "ioWriteBytes", "ioReads", "ioWrites", "ioWeight", "pids", "fileSize",
        "openFiles", "stack", "output", "timeout", "cpuTime", "idle",
    ];

    /// <summary>The section <c>limits</c> of a profile.</summary>
    internal static LimitPolicy Read(ConfigNode section)
    {
        section.WithKeys("defaults", "ceilings");
        ConfigNode defaults = section.Get("defaults");
        JailLimits least = Limits(defaults);
        ConfigNode ceilings = section.Get("ceilings");
        JailLimits most = Limits(ceilings);
        Check("memory", most.Memory, least.Memory);
        Check("swap", most.Swap, least.Swap);
        Check("cpus", most.Cpus, least.Cpus);
        Check("pids", most.Pids, least.Pids);
        Check("fileSize", most.FileSize, least.FileSize);
        Check<long>("openFiles", most.OpenFiles, least.OpenFiles);
        Check("stack", most.Stack, least.Stack);
        Check("output", most.Output, least.Output);
        Check("memoryHigh", most.MemoryHigh, least.MemoryHigh);
        Check("ioReadBytes", most.IoReadBytes, least.IoReadBytes);
        Check("ioWriteBytes", most.IoWriteBytes, least.IoWriteBytes);
        Check("ioReads", most.IoReads, least.IoReads);
        Check("ioWrites", most.IoWrites, least.IoWrites);
        Check<long>("cpuWeight", most.CpuWeight, least.CpuWeight);
        Check<long>("ioWeight", most.IoWeight, least.IoWeight);
        CheckCpuSet(defaults, most.CpuSet, least.CpuSet);
        Check("timeout", most.Timeout, least.Timeout);
        Check("cpuTime", most.CpuTime, least.CpuTime);
        Check("idle", most.Idle, least.Idle);
        return new(least, most);

        void Check<T>(string name, Limit<T> ceiling, Limit<T> value)
            where T : struct, IComparable<T>
        {
            if (ceiling.IsBelow(value))
            {
                ConfigNode? node = defaults.Find(name);
                throw (node ?? defaults).Error($"{node?.Text ?? $"{name}, not limited,"} is above the ceiling, {ceilings.Get(name).Text}");
            }
        }
    }

    /// <summary>Ceilings that stand alone, outside of a profile: what is not named is not limited.</summary>
    public static JailLimits Ceilings(ConfigNode node)
    {
        node.WithKeys(s_keys);
        return new()
        {
            Memory = OptionalOf(node, "memory", one => Size(one, 1 << 20)),
            Swap = OptionalOf(node, "swap", one => Size(one, 0)),
            MemoryHigh = OptionalOf(node, "memoryHigh", one => Size(one, 1 << 20)),
            CpuWeight = Weight(node, "cpuWeight", JailLimits.MaxWeight),
            CpuSet = ReadCpuSet(node),
            IoReadBytes = OptionalOf(node, "ioReadBytes", one => Size(one, 1)),
            IoWriteBytes = OptionalOf(node, "ioWriteBytes", one => Size(one, 1)),
            IoReads = OptionalOf(node, "ioReads", one => one.AsInteger(1, long.MaxValue)),
            IoWrites = OptionalOf(node, "ioWrites", one => one.AsInteger(1, long.MaxValue)),
            IoWeight = Weight(node, "ioWeight", JailLimits.MaxWeight),
            Cpus = OptionalOf(node, "cpus", Cpus),
            Pids = OptionalOf(node, "pids", one => one.AsInteger(2, 4_194_304)),
            FileSize = OptionalOf(node, "fileSize", one => Size(one, 0)),
            OpenFiles = node.Find("openFiles")?.AsInteger(16, JailLimits.MaxOpenFiles) ?? JailLimits.MaxOpenFiles,
            Stack = OptionalOf(node, "stack", one => Size(one, 64 << 10)),
            Output = OptionalOf(node, "output", one => Size(one, 0)),
            Timeout = OptionalOf(node, "timeout", Timeout),
        };
    }

    /// <summary>A size of at least <paramref name="least"/> bytes.</summary>
    public static ByteSize Size(ConfigNode node, long least) =>
        ByteSize.TryParse(node.AsString(), out ByteSize size) && size.Bytes >= least
            ? size
            : throw node.Error($"'{node.Text}' is not a size of {new ByteSize(least)} or more: write 512, 64K, 10M or 1.5G");

    private static JailLimits Limits(ConfigNode node)
    {
        node.WithKeys(s_keys);
        return new()
        {
            Memory = LimitOf(node.Get("memory"), one => Size(one, 1 << 20)),
            Swap = LimitOf(node.Get("swap"), one => Size(one, 0)),
            MemoryHigh = OptionalOf(node, "memoryHigh", one => Size(one, 1 << 20)),
            CpuWeight = Weight(node, "cpuWeight", JailLimits.DefaultWeight),
            CpuSet = ReadCpuSet(node),
            IoReadBytes = OptionalOf(node, "ioReadBytes", one => Size(one, 1)),
            IoWriteBytes = OptionalOf(node, "ioWriteBytes", one => Size(one, 1)),
            IoReads = OptionalOf(node, "ioReads", one => one.AsInteger(1, long.MaxValue)),
            IoWrites = OptionalOf(node, "ioWrites", one => one.AsInteger(1, long.MaxValue)),
            IoWeight = Weight(node, "ioWeight", JailLimits.DefaultWeight),
            Cpus = LimitOf(node.Get("cpus"), Cpus),
            Pids = LimitOf(node.Get("pids"), one => one.AsInteger(2, 4_194_304)),
            FileSize = LimitOf(node.Get("fileSize"), one => Size(one, 0)),
            OpenFiles = node.Get("openFiles").AsInteger(16, JailLimits.MaxOpenFiles),
            Stack = LimitOf(node.Get("stack"), one => Size(one, 64 << 10)),
            Output = LimitOf(node.Get("output"), one => Size(one, 0)),
            Timeout = LimitOf(node.Get("timeout"), Timeout),
            CpuTime = OptionalOf(node, "cpuTime", Timeout),
            Idle = OptionalOf(node, "idle", Timeout),
        };
    }

    /// <summary>A limit, or <c>"max"</c> for none.</summary>
    public static Limit<T> LimitOf<T>(ConfigNode node, Func<ConfigNode, T> read)
        where T : struct, IComparable<T> =>
        node is { Kind: JsonTokenType.String, Text: "max" } ? Limit<T>.Max : read(node);

    private static Limit<T> OptionalOf<T>(ConfigNode limits, string name, Func<ConfigNode, T> read)
        where T : struct, IComparable<T> =>
        limits.Find(name) is ConfigNode node ? LimitOf(node, read) : Limit<T>.Max;

    private static long Weight(ConfigNode limits, string name, long otherwise) => limits.Find(name)?.AsInteger(1, JailLimits.MaxWeight) ?? otherwise;

    private static CpuSet? ReadCpuSet(ConfigNode limits)
    {
        ConfigNode? node = limits.Find("cpuSet");
        return node is null ? null
            : CpuSet.TryParse(node.AsString(), out CpuSet? set) ? set
            : throw node.Error($"'{node.Text}' is not a set of CPUs: write 0-3,6");
    }

    private static void CheckCpuSet(ConfigNode defaults, CpuSet? ceiling, CpuSet? value)
    {
        if (ceiling is not null && (value is null || !ceiling.Contains(value)))
        {
            throw (defaults.Find("cpuSet") ?? defaults).Error($"{value?.Text ?? "every CPU"} is not within the ceiling, CPUs {ceiling}");
        }
    }

    /// <summary>A number of cores.</summary>
    public static decimal Cpus(ConfigNode node) =>
        node.Kind == JsonTokenType.Number
        && decimal.TryParse(node.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cores)
        && cores is >= 0.01m and <= 1024
            ? cores
            : throw node.Error("must be a number of cores from 0.01 to 1024, or \"max\"");

    private static TimeSpan Timeout(ConfigNode node) =>
        DurationText.TryParse(node.AsString(), out TimeSpan time) && time >= TimeSpan.FromMilliseconds(10) && time <= TimeSpan.FromDays(30)
            ? time
            : throw node.Error($"'{node.Text}' is not a time from 10ms to 30d: write 500ms, 30s, 5m, 2h or 1d");
}
