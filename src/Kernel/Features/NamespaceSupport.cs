using System.Collections.Immutable;

namespace AgentSandbox.Kernel;

/// <summary>One kind of namespace.</summary>
/// <param name="Kind">Its name in /proc/self/ns: <c>mnt</c>, <c>net</c>.</param>
/// <param name="Present">Whether the kernel has it.</param>
/// <param name="Max">How many a user may have (<c>/proc/sys/user/max_*_namespaces</c>); null if there is no such file.</param>
/// <remarks>Source: namespaces(7).</remarks>
public readonly record struct NamespaceSupport(string Kind, bool Present, long? Max)
{
    /// <summary>Every kind that the kernel may have.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"];

    internal static ImmutableArray<NamespaceSupport> Probe(string proc) =>
    [
        .. from kind in Kinds
           let present = Path.Exists(Path.Combine(proc, "self/ns", kind))
           select new NamespaceSupport(kind, present, HostFile.ReadNumber(Path.Combine(proc, $"sys/user/max_{kind}_namespaces"))),
    ];
}
