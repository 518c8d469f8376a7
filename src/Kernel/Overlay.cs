using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Makes overlay mounts whose layers are named by fd: what the jail reads in its mountinfo tells nothing of the host.</summary>
/// <remarks>Source: overlayfs.rst. The marks in layers are <c>trusted.</c> ones, which no jail can set.</remarks>
public static class Overlay
{
    private const int LongestOption = 255; // of FSCONFIG_SET_STRING: fs/fsopen.c
    private const int LongestText = 4095; // of mount(2): a page, with its NUL

    // A layer is to tell by itself what changed; and nothing in it is to depend on where the image lies.
    private static readonly (string, string?)[] s_options = [("index", "off"), ("metacopy", "off"), ("redirect_dir", "off"), ("xino", "off")];

    /// <summary>An overlay that is attached nowhere. The caller disposes it, and it goes unless it was attached.</summary>
    /// <param name="lowers">Directories that are not written, the lowest first; at least one.</param>
    /// <param name="upper">The directory that is written.</param>
    /// <param name="work">An empty directory beside it.</param>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <exception cref="SyscallException">E2BIG: too many layers for this kernel. As mount(2).</exception>
    public static SafeFileHandle New(IReadOnlyList<OverlayPart> lowers, OverlayPart upper, OverlayPart work, ulong attributes) =>
        Make(lowers, [upper, work], attributes, HostFeatures.Current.OverlayTakesLayers);

    /// <summary>An overlay that cannot be written, attached nowhere. The caller disposes it, and it goes.</summary>
    /// <param name="lowers">The lowest first; at least two.</param>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <exception cref="SyscallException">E2BIG: too many layers for this kernel. As mount(2).</exception>
    public static SafeFileHandle NewReadOnly(IReadOnlyList<OverlayPart> lowers, ulong attributes) => Make(lowers, [], attributes, HostFeatures.Current.OverlayTakesLayers);

    /// <summary>The path of the written directory in the mount that it is seen through, of an overlay as mountinfo shows it; null: the line is no such overlay's.</summary>
    /// <param name="superOptions">The last field of the line.</param>
    public static string? UpperOf(string superOptions)
    {
        const string Key = "upperdir=/proc/self/fd/";
        string? upper = superOptions.Split(',').FirstOrDefault(option => option.StartsWith(Key, StringComparison.Ordinal));
        return upper?[Key.Length..].Split('/', 2) is [_, string path] ? path : null;
    }

    /// <summary>Makes one by the options that the kernel knows.</summary>
    internal static SafeFileHandle Make(IReadOnlyList<OverlayPart> lowers, IReadOnlyList<OverlayPart> written, ulong attributes, bool oneByOne)
    {
        List<SafeFileHandle> held = [];
        try
        {
            foreach (OverlayPart part in (IEnumerable<OverlayPart>)[.. lowers, .. written])
            {
                bool added = false;
                part.Root.DangerousAddRef(ref added);
                held.Add(part.Root);
            }

            string[] layers = [.. lowers.Reverse().Select(PathOf)];
            (string, string?)[] rest = written is [OverlayPart upper, OverlayPart work] ? [("upperdir", PathOf(upper)), ("workdir", PathOf(work)), .. s_options] : s_options;
            string all = string.Join(':', layers);
            return oneByOne ? Mounts.New("overlay", attributes, [.. layers.Select(layer => ("lowerdir+", layer)), .. rest])
                : all.Length <= LongestOption ? Mounts.New("overlay", attributes, [("lowerdir", all), .. rest])
                : NewOfText(string.Join(',', (IEnumerable<string>)[$"lowerdir={all}", .. rest.Select(option => $"{option.Item1}={option.Item2}")]), lowers, attributes);
        }
        finally
        {
            held.ForEach(handle => handle.DangerousRelease());
        }
    }

    // The one who takes a longer text mounts it somewhere: on the lowest layer, which must be in our mount namespace.
    private static SafeFileHandle NewOfText(string text, IReadOnlyList<OverlayPart> lowers, ulong attributes) => text.Length <= LongestText
        ? Mounts.NewOfText("overlay", attributes, text, PathOf(lowers[0]))
        : throw new SyscallException("mount", Errno.E2BIG, string.Create(CultureInfo.InvariantCulture, $"{lowers.Count} layers: this kernel takes fewer"));

    private static string PathOf(OverlayPart part) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{part.Root.DangerousGetHandle()}/{part.Path}");
}
