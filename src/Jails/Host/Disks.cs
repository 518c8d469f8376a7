using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Host;

/// <summary>Finds the disk on which a file lies.</summary>
internal static class Disks
{
    private const string Devices = "/sys/dev/block";

    /// <summary>The disk of <paramref name="file"/> as <c>io.max</c> names it (<c>254:0</c>): of a partition the whole disk, for the kernel limits no
    /// parts of one. Null if its file system is on no block device of its own (tmpfs, overlay, btrfs, a network file system).</summary>
    /// <exception cref="SyscallException">As statx(2).</exception>
    /// <remarks>Source: cgroup-v2.rst, "IO Interface Files"; sysfs-block, "/sys/block/DISK/PARTITION/partition".</remarks>
    internal static string? Find(SafeFileHandle file)
    {
        statx stat = Files.Stat(file);
        string number = $"{stat.stx_dev_major}:{stat.stx_dev_minor}";
        string link = Path.Combine(Devices, number);
        if (!Directory.Exists(link) || Directory.ResolveLinkTarget(link, returnFinalTarget: true) is not FileSystemInfo device)
        {
            return null;
        }

        return File.Exists(Path.Combine(device.FullName, "partition"))
            ? File.ReadAllText(Path.Combine(Path.GetDirectoryName(device.FullName)!, "dev")).Trim()
            : number;
    }
}
