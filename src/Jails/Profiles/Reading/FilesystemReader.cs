using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Configuration;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads the section <c>filesystem</c>.</summary>
internal static partial class FilesystemReader
{
    private const long SmallestTmpfs = 4096;

    private static readonly string[] s_devices = ["full", "null", "pts", "random", "tty", "urandom", "zero"];

    public static FilesystemPolicy Read(ConfigNode section)
    {
        section.WithKeys("image", "binds", "tmpfs", "proc", "procMasks", "devices", "workspace");
        ConfigNode image = section.Get("image");
        ConfigNode workspace = section.Get("workspace");
        ImmutableArray<BindPolicy> binds = [.. section.Get("binds").Members().Select(Bind)];
        ImmutableArray<TmpfsPolicy> tmpfs = [.. section.Get("tmpfs").Members().Select(one => Tmpfs(one, binds))];
        return new()
        {
            Image = image.IsNull ? null : image.AsPath(),
            Binds = binds,
            Tmpfs = tmpfs,
            Proc = section.Get("proc") switch
            {
                { Text: "masked" } => ProcStyle.Masked,
                { Text: "pid-only" } => ProcStyle.PidOnly,
                ConfigNode other => throw other.Error("must be \"masked\" or \"pid-only\""),
            },
            ProcMasks = ProcMasks(section.Get("procMasks")),
            Devices = section.Get("devices").AsStringsOf(s_devices),
            Workspace = tmpfs.Any(one => one.Target == workspace.AsPath())
                ? workspace.Text
                : throw workspace.Error($"'{workspace.Text}' is not one of the tmpfs"),
        };
    }

    private static BindPolicy Bind(ConfigNode node)
    {
        node.WithKeys("source", "optional");
        string target = MountPoint(node);
        return new(node.Find("source")?.AsPath() ?? target, target, node.Find("optional")?.AsBoolean() ?? false);
    }

    private static TmpfsPolicy Tmpfs(ConfigNode node, ImmutableArray<BindPolicy> binds)
    {
        node.WithKeys("size", "inodes", "noExec");
        string target = MountPoint(node);
        return binds.Any(bind => bind.Target == target)
            ? throw node.Error("is a bind as well")
            : new(
                target,
                LimitReader.Size(node.Get("size"), SmallestTmpfs),
                node.Get("inodes").AsInteger(16, int.MaxValue),
                node.Get("noExec").AsBoolean());
    }

    private static string MountPoint(ConfigNode node) =>
        node.NameAsPath() is not "/" and string path && !path.StartsWith("/proc/", StringComparison.Ordinal) && path != "/proc"
            ? path
            : throw node.Error("the root and /proc cannot be mounted over");

    private static ImmutableArray<string> ProcMasks(ConfigNode node)
    {
        ImmutableArray<string> masks = node.AsStrings();
        foreach (ConfigNode one in node.Entries())
        {
            if (!MaskPattern().IsMatch(one.Text) || one.Text is "self" or "thread-self")
            {
                throw one.Error($"'{one.Text}' is not the name of a file in /proc that can be masked");
            }
        }

        return masks;
    }

    // One name, and no process's.
    [GeneratedRegex(@"^[a-z][a-z0-9._-]*\z")]
    private static partial Regex MaskPattern();
}
