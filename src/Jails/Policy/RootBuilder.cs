using System.Collections.Immutable;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Jails.Policy;

/// <summary>Collects what a jail's root holds: each path once, parents first.</summary>
internal sealed class RootBuilder
{
    private static readonly ImmutableSortedDictionary<string, (uint Major, uint Minor)> s_devices = new Dictionary<string, (uint, uint)>
    {
        ["null"] = (1, 3), ["zero"] = (1, 5), ["full"] = (1, 7), ["random"] = (1, 8), ["urandom"] = (1, 9), ["tty"] = (5, 0),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private readonly SortedDictionary<string, RootEntry> _entries;

    /// <summary>Begins with <paramref name="entries"/>.</summary>
    internal RootBuilder(ImmutableArray<RootEntry> entries) =>
        _entries = new(entries.ToDictionary(e => e.Path), StringComparer.Ordinal);

    /// <summary>The entries, sorted by path: a parent stands before what it holds.</summary>
    internal ImmutableArray<RootEntry> Entries => [.. _entries.Values];

    /// <summary><c>/dev</c> with the named devices and the links that programs expect.</summary>
    internal void AddDevices(ImmutableArray<string> devices)
    {
        AddDirectory(MountSteps.EmptyDirectory);
        Add(new RootFile(MountSteps.EmptyFile, ""));
        Add(new RootSymlink("/dev/fd", "/proc/self/fd"));
        Add(new RootSymlink("/dev/stdin", "/proc/self/fd/0"));
        Add(new RootSymlink("/dev/stdout", "/proc/self/fd/1"));
        Add(new RootSymlink("/dev/stderr", "/proc/self/fd/2"));
        foreach (string name in devices)
        {
            if (name == "pts")
            {
                AddDirectory("/dev/pts");
                Add(new RootSymlink("/dev/ptmx", "pts/ptmx"));
            }
            else
            {
                (uint major, uint minor) = s_devices[name];
                Add(new RootDevice($"/dev/{name}", major, minor));
            }
        }
    }

    /// <summary>An empty directory, and those above it.</summary>
    internal void AddDirectory(string path) => Add(new RootDirectory(path));

    /// <summary>A place to mount a directory or a file on.</summary>
    /// <exception cref="PolicyException">The place lies in a part of the root that cannot be added to.</exception>
    internal void AddMountPoint(string field, string path, bool directory)
    {
        if (_entries.Values.FirstOrDefault(e => e is RootBind or RootSymlink && JailPath.IsWithin(path, e.Path)) is RootEntry taken)
        {
            throw new PolicyException(field, $"{path} lies in {taken.Path}, which the profile takes from the host: choose a path outside of it");
        }

        if (_entries.TryGetValue(path, out RootEntry? there) && !(there is RootDirectory && directory))
        {
            throw new PolicyException(field, $"{path} is there already: choose another path in the jail");
        }

        Add(directory ? new RootDirectory(path) : new RootFile(path, ""));
    }

    /// <summary>A host path of the profile, if the host has it.</summary>
    /// <exception cref="PolicyException">It is absent and not optional, or neither a file, a directory nor a link.</exception>
    internal void AddHostPath(BindPolicy bind, IHostPaths host)
    {
        switch (host.Open(bind.Source, followLink: false))
        {
            case { Kind: HostPathKind.Directory or HostPathKind.File } found:
                Add(new RootBind(bind.Target, bind.Source, found.Kind == HostPathKind.Directory));
                break;
            case { Kind: HostPathKind.Link, LinkTarget: string target }:
                Add(new RootSymlink(bind.Target, target));
                break;
            case null when bind.Optional:
                break;
            case null:
                throw new PolicyException("filesystem.binds", $"this host has no {bind.Source}: mark it optional in the profile, or install what brings it");
            default:
                throw new PolicyException("filesystem.binds", $"{bind.Source} is neither a file nor a directory");
        }
    }

    /// <summary>Adds <paramref name="entry"/> and the directories above it.</summary>
    internal void Add(RootEntry entry)
    {
        for (int slash = entry.Path.IndexOf('/', 1); slash > 0; slash = entry.Path.IndexOf('/', slash + 1))
        {
            _entries.TryAdd(entry.Path[..slash], new RootDirectory(entry.Path[..slash]));
        }

        _entries[entry.Path] = entry;
    }
}
