using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Landlock;

/// <summary>Makes a jail's ruleset, before any of its programs runs.</summary>
internal static class RulesetFactory
{
    private const int TcpAbi = 4;
    private const int ScopeAbi = 6;

    /// <summary>The ruleset of <paramref name="policy"/>. The caller disposes it.</summary>
    /// <param name="policy">What the profile grants.</param>
    /// <param name="abi">The ABI to use: 1 or more.</param>
    /// <param name="root">The jail's root directory; a path that leads out of it cannot be named, a link is followed inside.</param>
    /// <exception cref="SyscallException">The kernel refused a rule.</exception>
    internal static SafeFileHandle Create(LandlockPolicy policy, int abi, SafeFileHandle root)
    {
        ulong network = abi >= TcpAbi && policy.Tcp is not null ? LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP : 0;
        SafeFileHandle ruleset = LandlockRuleset.Create(LandlockRights.Handled(abi), network, abi >= ScopeAbi ? Scopes(policy) : 0);
        try
        {
            foreach (LandlockPathRule rule in policy.Paths)
            {
                AllowPath(ruleset, rule, abi, root);
            }

            if (network != 0)
            {
                AllowPorts(ruleset, policy.Tcp!);
            }

            return ruleset;
        }
        catch
        {
            ruleset.Dispose();
            throw;
        }
    }

    private static ulong Scopes(LandlockPolicy policy) =>
        (policy.ScopeAbstractUnixSocket ? LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET : 0) | (policy.ScopeSignal ? LANDLOCK_SCOPE_SIGNAL : 0);

    private static void AllowPath(SafeFileHandle ruleset, LandlockPathRule rule, int abi, SafeFileHandle root)
    {
        SafeFileHandle path;
        try
        {
            path = Files.OpenAt(root, rule.Path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            return; // what the jail does not have needs no right
        }

        using (path)
        {
            bool directory = (Files.Stat(path).stx_mode & S_IFMT) == S_IFDIR;
            LandlockRuleset.Allow(ruleset, path, LandlockRights.Of(rule.Access, abi, directory));
        }
    }

    private static void AllowPorts(SafeFileHandle ruleset, LandlockTcpRule tcp)
    {
        foreach (ushort port in tcp.Bind)
        {
            LandlockRuleset.Allow(ruleset, port, LANDLOCK_ACCESS_NET_BIND_TCP);
        }

        foreach (ushort port in tcp.Connect)
        {
            LandlockRuleset.Allow(ruleset, port, LANDLOCK_ACCESS_NET_CONNECT_TCP);
        }
    }
}
