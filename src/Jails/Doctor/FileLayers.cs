using System.Globalization;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>Execution from memory, overlayfs, what workspaces need, and fscrypt.</summary>
internal static class FileLayers
{
    private static readonly DoctorLayer s_memfdExec = new("memfd-exec", "a jail's first process cannot be started from memory");
    private static readonly DoctorLayer s_overlay = new("overlay", "jails that write to their root cannot share an image directory", Required: false);
    private static readonly DoctorLayer s_workspaces = new("workspaces", "no workspace outlives its jail", Required: false);
    private static readonly DoctorLayer s_fscrypt = new("fscrypt", "workspaces cannot be encrypted", Required: false);

    /// <summary>One finding for each layer.</summary>
    public static IEnumerable<DoctorFinding> Examine(HostFeatures host)
    {
        yield return host.MemfdNoexec >= 2
            ? s_memfdExec.Missing(
                string.Create(CultureInfo.InvariantCulture, $"vm.memfd_noexec is {host.MemfdNoexec}"),
                "sysctl -w vm.memfd_noexec=1, and the same in /etc/sysctl.d")
            : s_memfdExec.Present();
        yield return host.Overlay switch
        {
            Presence.Present => s_overlay.Present(),
            Presence.Missing => s_overlay.Missing("/proc/filesystems does not name overlay", "modprobe overlay, and the name in /etc/modules-load.d"),
            _ => s_overlay.Unknown("/proc/filesystems cannot be read", "mount /proc"),
        };
        yield return VolumeNeeds.Missing(host) is (string lack, string remedy) ? s_workspaces.Missing(lack, remedy) : s_workspaces.Present(VolumeNeeds.Quota);
        yield return host.Fscrypt switch
        {
            Presence.Present => s_fscrypt.Present(),
            Presence.Missing => s_fscrypt.Missing("neither ext4 nor f2fs offers encryption", "use a kernel with CONFIG_FS_ENCRYPTION"),
            _ => s_fscrypt.Unknown("neither ext4 nor f2fs is loaded", "keep workspaces on ext4 or f2fs"),
        };
    }
}
