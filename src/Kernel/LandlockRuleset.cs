using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>A Landlock ruleset: what it handles and no rule grants is refused to whoever restricts itself with it.</summary>
/// <remarks>Source: landlock(7).</remarks>
public static unsafe class LandlockRuleset
{
    /// <summary>Makes a ruleset without rules. The caller disposes it.</summary>
    /// <param name="filesystem">The LANDLOCK_ACCESS_FS_* that it handles.</param>
    /// <param name="network">The LANDLOCK_ACCESS_NET_* that it handles; 0 below ABI 4.</param>
    /// <param name="scoped">The LANDLOCK_SCOPE_* that it enforces; 0 below ABI 6.</param>
    /// <exception cref="SyscallException">EINVAL: a bit that this kernel does not know. EOPNOTSUPP: Landlock is off.</exception>
    public static SafeFileHandle Create(ulong filesystem, ulong network, ulong scoped)
    {
        landlock_ruleset_attr attributes = new() { handled_access_fs = filesystem, handled_access_net = network, scoped = scoped };
        int fd = Libc.landlock_create_ruleset(&attributes, (nuint)sizeof(landlock_ruleset_attr), 0);
        return fd < 0 ? throw SyscallException.Last("landlock_create_ruleset") : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Grants <paramref name="access"/> on <paramref name="path"/> and all beneath it.</summary>
    /// <param name="ruleset">From <see cref="Create"/>.</param>
    /// <param name="path">A directory or file, opened with O_PATH.</param>
    /// <param name="access">LANDLOCK_ACCESS_FS_*, all of them handled.</param>
    /// <exception cref="SyscallException">EINVAL: a right that the ruleset does not handle, or one for directories on a file.</exception>
    public static void Allow(SafeFileHandle ruleset, SafeFileHandle path, ulong access)
    {
        using FdLease rules = new(ruleset);
        using FdLease parent = new(path);
        landlock_path_beneath_attr rule = new() { allowed_access = access, parent_fd = parent.Value };
        if (Libc.landlock_add_rule(rules.Value, Libc.LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        {
            throw SyscallException.Last("landlock_add_rule", "LANDLOCK_RULE_PATH_BENEATH");
        }
    }

    /// <summary>Grants <paramref name="access"/> on a TCP port.</summary>
    /// <param name="ruleset">From <see cref="Create"/>.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="access">LANDLOCK_ACCESS_NET_*, all of them handled.</param>
    /// <exception cref="SyscallException">EINVAL: a right that the ruleset does not handle.</exception>
    public static void Allow(SafeFileHandle ruleset, ushort port, ulong access)
    {
        using FdLease rules = new(ruleset);
        landlock_net_port_attr rule = new() { allowed_access = access, port = port };
        if (Libc.landlock_add_rule(rules.Value, Libc.LANDLOCK_RULE_NET_PORT, &rule, 0) != 0)
        {
            throw SyscallException.Last("landlock_add_rule", $"LANDLOCK_RULE_NET_PORT {port}");
        }
    }
}
