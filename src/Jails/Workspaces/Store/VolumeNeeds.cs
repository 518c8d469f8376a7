using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What a host needs for volumes.</summary>
internal static class VolumeNeeds
{
    /// <summary>By what a workspace is held to its size, in words.</summary>
    internal const string Quota = "each is held to its bytes and files by an ext4 image of its own, mounted by a loop device: not by project quotas, whatever the disk has";

    /// <summary>What <paramref name="host"/> lacks, and what gives it; null: nothing.</summary>
    internal static (string Lack, string Remedy)? Missing(HostFeatures host) =>
        host.Overlay == Presence.Missing ? ("there is no overlayfs", "modprobe overlay, and the name in /etc/modules-load.d")
        : !host.LoopDevices ? ("there is no /dev/loop-control", "modprobe loop, and the name in /etc/modules-load.d")
        : host.MakeExt4 is null ? ("there is no mkfs.ext4", "apt install e2fsprogs")
        : null;
}
