using System.Collections.Immutable;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Policy;

/// <summary>What a profile comes to on this host, the same for every jail: made once, for it costs as much as a jail.</summary>
/// <param name="Root">What the root holds, without the mount points of binds.</param>
/// <param name="Filter">The compiled filter.</param>
public sealed record ResolvedProfile(ImmutableArray<RootEntry> Root, ImmutableArray<sock_filter> Filter)
{
    /// <summary>Resolves <paramref name="profile"/>.</summary>
    /// <exception cref="PolicyException">The host lacks a path that the profile needs.</exception>
    public static ResolvedProfile From(JailProfile profile, HostFacts host, IHostPaths paths)
    {
        FilesystemPolicy files = profile.Filesystem;
        RootBuilder root = new([]);
        root.AddDevices(files.Devices);
        if (files.Image is null)
        {
            AddFiles(root, profile, paths);
        }
        else if (paths.Open(files.Image, followLink: false) is not { Kind: HostPathKind.Directory })
        {
            throw new PolicyException("filesystem.image", $"the image {files.Image} is not a directory on this host");
        }

        foreach (string target in files.Tmpfs.Select(t => t.Target).Where(t => files.Image is null || JailPath.IsWithin(t, "/dev")))
        {
            root.AddMountPoint("filesystem.tmpfs", target, directory: true);
        }

        return new ResolvedProfile(
            files.Image is null ? root.Entries : [.. root.Entries.Where(e => e.Path != "/dev")],
            FilterCompiler.Compile(profile.Syscalls, host.Syscalls));
    }

    private static void AddFiles(RootBuilder root, JailProfile profile, IHostPaths paths)
    {
        root.AddDirectory("/proc");
        foreach (RootFile file in GeneratedEtc.Files(profile))
        {
            root.Add(file);
        }

        foreach (BindPolicy bind in profile.Filesystem.Binds)
        {
            root.AddHostPath(bind, paths);
        }
    }
}
