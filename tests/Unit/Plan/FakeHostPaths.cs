using AgentSandbox.Jails.Host;

namespace AgentSandbox.Tests.Unit.Plan;

/// <summary>A merged-usr host with the usual files in /etc, and a few directories to bind.</summary>
internal sealed class FakeHostPaths : IHostPaths
{
    private readonly Dictionary<string, HostPath> _paths = new()
    {
        ["/usr"] = new(HostPathKind.Directory, null),
        ["/bin"] = new(HostPathKind.Link, "usr/bin"),
        ["/sbin"] = new(HostPathKind.Link, "usr/sbin"),
        ["/lib"] = new(HostPathKind.Link, "usr/lib"),
        ["/lib64"] = new(HostPathKind.Link, "usr/lib64"),
        ["/etc/alternatives"] = new(HostPathKind.Directory, null),
        ["/etc/ld.so.cache"] = new(HostPathKind.File, null),
        ["/etc/ssl"] = new(HostPathKind.Directory, null),
        ["/srv/data"] = new(HostPathKind.Directory, null),
        ["/srv/project"] = new(HostPathKind.Directory, null),
        ["/srv/file"] = new(HostPathKind.File, null),
        ["/srv/socket"] = new(HostPathKind.Other, null),
    };

    /// <inheritdoc/>
    public HostPath? Open(string path, bool followLink) => _paths.GetValueOrDefault(path);

    /// <inheritdoc/>
    public HostPath? OpenBind(string path, bool writable) => _paths.GetValueOrDefault(path);
}
