using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/landlock.h; libc has no wrappers for these calls.
public static partial class Libc
{
    public const uint LANDLOCK_CREATE_RULESET_VERSION = 1U << 0;
    public const uint LANDLOCK_CREATE_RULESET_ERRATA = 1U << 1; // Since Linux 6.15

    public const uint LANDLOCK_ADD_RULE_QUIET = 1U << 0; // Since ABI 10

    public const int LANDLOCK_RULE_PATH_BENEATH = 1;
    public const int LANDLOCK_RULE_NET_PORT = 2; // Since ABI 4 (Linux 6.7)

    public const uint LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF = 1U << 0; // Since ABI 7 (Linux 6.15), the next two as well
    public const uint LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON = 1U << 1;
    public const uint LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF = 1U << 2;
    public const uint LANDLOCK_RESTRICT_SELF_TSYNC = 1U << 3; // Since ABI 8

    public const ulong LANDLOCK_ACCESS_FS_EXECUTE = 1UL << 0;
    public const ulong LANDLOCK_ACCESS_FS_WRITE_FILE = 1UL << 1;
    public const ulong LANDLOCK_ACCESS_FS_READ_FILE = 1UL << 2;
    public const ulong LANDLOCK_ACCESS_FS_READ_DIR = 1UL << 3;
    public const ulong LANDLOCK_ACCESS_FS_REMOVE_DIR = 1UL << 4;
    public const ulong LANDLOCK_ACCESS_FS_REMOVE_FILE = 1UL << 5;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_CHAR = 1UL << 6;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_DIR = 1UL << 7;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_REG = 1UL << 8;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_SOCK = 1UL << 9;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_FIFO = 1UL << 10;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1UL << 11;
    public const ulong LANDLOCK_ACCESS_FS_MAKE_SYM = 1UL << 12;
    public const ulong LANDLOCK_ACCESS_FS_REFER = 1UL << 13; // Since ABI 2 (Linux 5.19)
    public const ulong LANDLOCK_ACCESS_FS_TRUNCATE = 1UL << 14; // Since ABI 3 (Linux 6.2)
    public const ulong LANDLOCK_ACCESS_FS_IOCTL_DEV = 1UL << 15; // Since ABI 5 (Linux 6.10)
    public const ulong LANDLOCK_ACCESS_FS_RESOLVE_UNIX = 1UL << 16; // Since ABI 9

    public const ulong LANDLOCK_ACCESS_NET_BIND_TCP = 1UL << 0; // Since ABI 4 (Linux 6.7), the next as well
    public const ulong LANDLOCK_ACCESS_NET_CONNECT_TCP = 1UL << 1;
    public const ulong LANDLOCK_ACCESS_NET_BIND_UDP = 1UL << 2; // Since ABI 10, the next as well
    public const ulong LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP = 1UL << 3;

    public const ulong LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1UL << 0; // Since ABI 6 (Linux 6.12), the next as well
    public const ulong LANDLOCK_SCOPE_SIGNAL = 1UL << 1;

    /// <summary>Makes a ruleset and returns its fd, or with <c>LANDLOCK_CREATE_RULESET_*</c> answers a question.</summary>
    /// <remarks>Source: landlock_create_ruleset(2). A kernel that knows a shorter structure accepts ours if the rest is zero.</remarks>
    internal static unsafe int landlock_create_ruleset(landlock_ruleset_attr* attr, nuint size, uint flags) =>
        (int)syscall(NumberOf(Syscall.landlock_create_ruleset), (nint)attr, (nint)size, (nint)flags, 0, 0, 0);

    /// <summary>Adds a <c>landlock_path_beneath_attr</c> or <c>landlock_net_port_attr</c> to a ruleset.</summary>
    /// <remarks>Source: landlock_add_rule(2).</remarks>
    internal static unsafe int landlock_add_rule(int ruleset_fd, int rule_type, void* rule_attr, uint flags) =>
        (int)syscall(NumberOf(Syscall.landlock_add_rule), ruleset_fd, rule_type, (nint)rule_attr, (nint)flags, 0, 0);

    /// <summary>Restricts the calling thread, for ever.</summary>
    /// <remarks>Source: landlock_restrict_self(2).</remarks>
    internal static int landlock_restrict_self(int ruleset_fd, uint flags) =>
        (int)syscall(NumberOf(Syscall.landlock_restrict_self), ruleset_fd, (nint)flags, 0, 0, 0, 0);
}

/// <summary>What a ruleset handles: what is handled and granted by no rule is refused.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct landlock_ruleset_attr
{
    public ulong handled_access_fs;
    public ulong handled_access_net; // Since ABI 4
    public ulong scoped; // Since ABI 6
    public ulong quiet_access_fs; // Since ABI 10, the next two as well
    public ulong quiet_access_net;
    public ulong quiet_scoped;
}

/// <summary>Grants rights on a file, or on everything beneath a directory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct landlock_path_beneath_attr
{
    public ulong allowed_access;
    public int parent_fd;
}

/// <summary>Grants rights on a port.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct landlock_net_port_attr
{
    public ulong allowed_access;
    public ulong port;
}
