using System.Globalization;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>Whether this process's standard error goes to the journal.</summary>
/// <remarks>Source: systemd.exec(5), "$JOURNAL_STREAM".</remarks>
public static class JournalOutput
{
    private const int StandardError = 2;

    /// <summary>True if it does now: whoever redirected it since is found out.</summary>
    public static bool IsStandardError()
    {
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not { Length: > 0 } stream)
        {
            return false;
        }

        try
        {
            using SafeFileHandle error = InheritedFds.Duplicate(StandardError);
            return IsSame(stream, Files.Stat(error));
        }
        catch (SyscallException e) when (e.Errno == Errno.EBADF)
        {
            return false; // closed
        }
    }

    /// <summary>True if <paramref name="stream"/> (<c>device:inode</c>) names the file of <paramref name="status"/>.</summary>
    internal static bool IsSame(string stream, statx status) =>
        stream == string.Create(CultureInfo.InvariantCulture, $"{DeviceNumber(status.stx_dev_major, status.stx_dev_minor)}:{status.stx_ino}");

    // As makedev(3) joins them.
    private static ulong DeviceNumber(ulong major, ulong minor) => (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffUL) << 12) | ((major & ~0xfffUL) << 32);
}
