using System.Globalization;
using System.Text.Json;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads the section <c>limits</c>.</summary>
internal static class LimitReader
{
    private static readonly string[] s_keys = ["memory", "swap", "cpus", "pids", "fileSize", "openFiles", "stack", "output", "timeout"];

    public static LimitPolicy Read(ConfigNode section)
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
        Check("timeout", most.Timeout, least.Timeout);
        return new(least, most);

        void Check<T>(string name, Limit<T> ceiling, Limit<T> value)
            where T : struct, IComparable<T>
        {
            if (ceiling.IsBelow(value))
            {
                ConfigNode node = defaults.Get(name);
                throw node.Error($"{node.Text} is above the ceiling, {ceilings.Get(name).Text}");
            }
        }
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
            Cpus = LimitOf(node.Get("cpus"), Cpus),
            Pids = LimitOf(node.Get("pids"), one => one.AsInteger(2, 4_194_304)),
            FileSize = LimitOf(node.Get("fileSize"), one => Size(one, 0)),
            OpenFiles = node.Get("openFiles").AsInteger(16, 1_048_576),
            Stack = LimitOf(node.Get("stack"), one => Size(one, 64 << 10)),
            Output = LimitOf(node.Get("output"), one => Size(one, 0)),
            Timeout = LimitOf(node.Get("timeout"), Timeout),
        };
    }

    private static Limit<T> LimitOf<T>(ConfigNode node, Func<ConfigNode, T> read)
        where T : struct, IComparable<T> =>
        node is { Kind: JsonTokenType.String, Text: "max" } ? Limit<T>.Max : read(node);

    private static decimal Cpus(ConfigNode node) =>
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
