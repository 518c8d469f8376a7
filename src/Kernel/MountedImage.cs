using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Mounts a file that holds an ext4 file system, by a loop device that goes with its last user.</summary>
/// <remarks>Source: loop(4); LOOP_CONFIGURE since Linux 5.8.</remarks>
public static unsafe class MountedImage
{
    private const string Devices = "/sys/block";
    private const int Attempts = 64; // others take loop devices as well

    /// <summary>A mount of <paramref name="image"/> that is attached nowhere. The caller disposes it. An image that is in use is used once more, never twice.</summary>
    /// <param name="image">The file, open for reading and writing.</param>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <exception cref="SyscallException">ENOENT: the host has no loop devices. EINVAL: it holds no ext4. EUCLEAN: it is damaged.</exception>
    public static SafeFileHandle Mount(SafeHandle image, ulong attributes)
    {
        using SafeFileHandle device = Find(image, out string path) ?? Attach(image, out path);
        return Mounts.New("ext4", attributes, [("source", path), ("discard", null)]);
    }

    // Held open, it does not go while we look at it.
    private static SafeFileHandle? Find(SafeHandle image, out string path)
    {
        statx wanted = Files.Stat(image);
        foreach (string directory in Directory.GetDirectories(Devices, "loop*").Where(d => File.Exists(Path.Combine(d, "loop", "backing_file"))))
        {
            path = $"/dev/{Path.GetFileName(directory)}";
            SafeFileHandle device = Files.Open(path, Libc.O_RDWR);
            if (ReadStatus(device) is loop_info64 found && found.lo_inode == wanted.stx_ino && found.lo_device == DeviceOf(wanted))
            {
                return device;
            }

            device.Dispose();
        }

        path = "";
        return null;
    }

    private static SafeFileHandle Attach(SafeHandle image, out string path)
    {
        using FdLease file = new(image);
        using SafeFileHandle control = Files.Open("/dev/loop-control", Libc.O_RDWR);
        using FdLease controlFd = new(control);
        loop_config config = new() { fd = (uint)file.Value, info = new() { lo_flags = Libc.LO_FLAGS_AUTOCLEAR } };
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int number = Libc.ioctl(controlFd.Value, Libc.LOOP_CTL_GET_FREE, null);
            path = number < 0 ? throw SyscallException.Last("ioctl", "LOOP_CTL_GET_FREE") : string.Create(CultureInfo.InvariantCulture, $"/dev/loop{number}");
            SafeFileHandle device = Files.Open(path, Libc.O_RDWR);
            using FdLease fd = new(device);
            if (Libc.ioctl(fd.Value, Libc.LOOP_CONFIGURE, &config) == 0)
            {
                return device;
            }

            int errno = Marshal.GetLastPInvokeError(); // first: Dispose may overwrite it
            device.Dispose();
            if (errno != (int)Errno.EBUSY)
            {
                throw new SyscallException("ioctl", (Errno)errno, $"LOOP_CONFIGURE {path}");
            }
        }

        throw new SyscallException("ioctl", Errno.EBUSY, "LOOP_CONFIGURE");
    }

    private static loop_info64? ReadStatus(SafeFileHandle device)
    {
        using FdLease fd = new(device);
        loop_info64 status = default;
        return Libc.ioctl(fd.Value, Libc.LOOP_GET_STATUS64, &status) == 0 ? status
            : Marshal.GetLastPInvokeError() == (int)Errno.ENXIO ? null
            : throw SyscallException.Last("ioctl", "LOOP_GET_STATUS64");
    }

    // huge_encode_dev() of linux/kdev_t.h.
    private static ulong DeviceOf(statx file) =>
        (file.stx_dev_minor & 0xff) | (file.stx_dev_major << 8) | ((ulong)(file.stx_dev_minor & ~0xffu) << 12);
}
