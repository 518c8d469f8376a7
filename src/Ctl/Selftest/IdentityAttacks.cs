using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Part B of the threats: identity and capabilities.</summary>
internal static class IdentityAttacks
{
    /// <summary>The attacks.</summary>
    public static ImmutableArray<Attack> All { get; } =
    [
        new("status", "B36", "capabilities, groups, filter: what the kernel says", Attack.Itself),
        new("setuid-program", "B37", "a program of root's that is setuid, bound in", Attack.Itself) { Arguments = ["{setuid}"] },
        new("setuid-change", "B37", "setuid and setgid bits by every chmod", "EPERM"),
        new("setuid-create", "B37", "setuid and setgid bits by every call that makes a file", "EPERM"),
        new("setgid-directory", "B37", "setgid directories", "EPERM"),
        new("file-capabilities", "B38", "capabilities on a file", "EPERM") { Strict = "EOPNOTSUPP" },
        new("become-root", "B39", "uid and gid 0 by every call", "EPERM"),
        new("groups", "B39", "supplementary groups", "EPERM"),
        new("raise-capabilities", "B39", "capabilities by capset", "EPERM"),
        new("give-away", "B39", "files given to another user", "EPERM"),
        new("id-maps", "B39", "other id maps", "EPERM,EACCES,ENOENT"),
        new("forged-credentials", "B39", "a message in the name of root, and of PID 1", "EPERM"),
        new("kill-outside", "B42", "signals to a process of the host's", "ESRCH") { Arguments = ["{host-pid}"] },
        new("kill-init", "B42", "signals to PID 1 by every call", "EPERM"),
        new("kill-all", "B42", "a signal to all that there is", "ESRCH") { Alone = true },
    ];
}
