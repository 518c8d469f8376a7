using System.CommandLine;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Options and arguments that several commands of <c>sandboxctl workspace</c> have, each with the same words.</summary>
internal static class WorkspaceOptions
{
    /// <summary>A workspace's id.</summary>
    public static Argument<string> Workspace() => new("WORKSPACE") { Description = "The workspace's id: see 'sandboxctl workspace list'." };

    /// <summary>A snapshot's id.</summary>
    public static Argument<string> Snapshot() => new("SNAPSHOT") { Description = "The snapshot's id: see 'sandboxctl workspace snapshots WORKSPACE'." };

    /// <summary>A snapshot's id, which may be left out.</summary>
    public static Option<string?> SnapshotOption(string without) => new("--snapshot", "-s") { Description = $"The snapshot; without this {without}.", HelpName = "SNAPSHOT" };

    /// <summary><c>--size</c>.</summary>
    public static Option<ByteSize?> Size(string without) => OptionParsers.Size("--size", $"What its files may take: 1M or more. Without this {without}.");

    /// <summary><c>--files</c>.</summary>
    public static Option<long?> Files(string without) => OptionParsers.Count("--files", $"How many files, directories and links it may have: 16 or more. Without this {without}.");

    /// <summary><c>--label</c>.</summary>
    public static Option<string[]> Labels() => OptionParsers.Repeated("--label", "K=V", "Marks the workspace; 'sandboxctl workspace list --label K=V' finds it.", "-l");

    /// <summary><c>--path</c>.</summary>
    public static Option<string?> Path() => new("--path") { Description = "Only what is at this path of the workspace or beneath it.", HelpName = "PATH" };

    /// <summary>Puts the labels of the command line into <paramref name="labels"/>.</summary>
    /// <exception cref="UsageException">One is not NAME=VALUE.</exception>
    public static void AddLabels(IDictionary<string, string> labels, string[] given)
    {
        foreach ((string name, string value) in given.Select(text => OptionParsers.Pair("--label", text)))
        {
            labels[name] = value;
        }
    }
}
