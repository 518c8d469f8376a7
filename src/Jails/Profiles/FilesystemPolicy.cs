using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Profiles;

/// <summary>What a jail sees as its file system. All of it is read-only but the tmpfs mounts and the workspace.</summary>
public sealed record FilesystemPolicy
{
    /// <summary>An image directory that becomes the root, or null: the root is assembled from <see cref="Binds"/> and generated files.</summary>
    public required string? Image { get; init; }

    /// <summary>Host directories and files that appear read-only in the jail.</summary>
    public required ImmutableArray<BindPolicy> Binds { get; init; }

    /// <summary>The writable places.</summary>
    public required ImmutableArray<TmpfsPolicy> Tmpfs { get; init; }

    /// <summary>Which <c>/proc</c> the jail has.</summary>
    public required ProcStyle Proc { get; init; }

    /// <summary>Paths beneath <c>/proc</c> that are covered by an empty file or directory, or made read-only (<c>sys</c>).</summary>
    public required ImmutableArray<string> ProcMasks { get; init; }

    /// <summary>The nodes of <c>/dev</c>: any of null, zero, full, random, urandom, tty, pts.</summary>
    public required ImmutableArray<string> Devices { get; init; }

    /// <summary>The working directory and home of programs: a writable place inside the jail.</summary>
    public required string Workspace { get; init; }
}
