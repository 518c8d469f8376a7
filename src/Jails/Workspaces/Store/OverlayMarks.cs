using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What overlayfs writes into layers.</summary>
/// <remarks>Source: overlayfs.rst, "whiteouts and opaque directories", "redirect_dir".</remarks>
internal static class OverlayMarks
{
    /// <summary>The attribute of a directory that hides the one beneath.</summary>
    internal const string Opaque = "trusted.overlay.opaque";

    private const string Redirect = "trusted.overlay.redirect";

    /// <summary>True for what stands for a removed file.</summary>
    internal static bool IsWhiteout(statx file) => (file.stx_mode & Libc.S_IFMT) == Libc.S_IFCHR && file is { stx_rdev_major: 0, stx_rdev_minor: 0 };

    /// <summary>True for a directory.</summary>
    internal static bool IsDirectory(statx file) => (file.stx_mode & Libc.S_IFMT) == Libc.S_IFDIR;

    /// <summary>True if an open directory hides the one beneath.</summary>
    /// <exception cref="IOException">Its place is elsewhere: overlays of ours make no such directories.</exception>
    internal static bool IsOpaque(SafeFileHandle directory) => Files.GetAttribute(directory, Redirect) is null
        ? Files.GetAttribute(directory, Opaque) is not null
        : throw new IOException("a layer has a directory that is redirected");

    /// <summary>True if <paramref name="name"/> in <paramref name="parent"/> hides the directory beneath.</summary>
    internal static bool IsOpaque(SafeFileHandle parent, byte[] name)
    {
        using SafeFileHandle directory = Files.OpenBeneath(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY);
        return IsOpaque(directory);
    }

    /// <summary>Lets <paramref name="name"/> in <paramref name="parent"/> hide what is beneath.</summary>
    internal static void MakeOpaque(SafeFileHandle parent, byte[] name)
    {
        using SafeFileHandle directory = Files.OpenBeneath(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY);
        Files.SetAttribute(directory, Opaque, "y"u8);
    }
}
