using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel;

/// <summary>Overlays of layers that are named one by one, and all in one text as kernels before Linux 6.7 want it.</summary>
public sealed class OverlayTests : IDisposable
{
    private const int Most = 200;

    private readonly TemporaryFolder _folder = new();
    private readonly SafeFileHandle _root;

    public OverlayTests()
    {
        Requires.Feature("root");
        Requires.Feature("overlay");
        for (int i = 0; i < Most; i++)
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, $"layer-{i}")).FullName, "file"), $"{i}");
        }

        _root = Files.Open(_folder.Path, Libc.O_RDONLY | Libc.O_DIRECTORY);
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 8)]
    [InlineData(true, 128)]
    [InlineData(false, 128)]
    public void Make_ByEitherForm_ShowsTheHighestLayerFirst(bool oneByOne, int layers)
    {
        Assert.SkipWhen(oneByOne && !HostFeatures.Current.OverlayTakesLayers, "needs lowerdir+: Linux 6.7");
        using SafeFileHandle overlay = Overlay.Make(Layers(layers), [], Libc.MOUNT_ATTR_RDONLY, oneByOne);
        using SafeFileHandle file = Files.OpenBeneath(overlay, "file"u8, Libc.O_RDONLY);
        byte[] content = new byte[16];

        Assert.Equal($"{layers - 1}", Encoding.ASCII.GetString(content, 0, Files.Read(file, content)));
        Assert.Equal(Errno.EROFS, Assert.Throws<SyscallException>(() => Files.MakeDirectory(overlay, "new"u8, 0)).Errno);
        Assert.DoesNotContain(_folder.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OfMoreLayersThanOneTextTakes_IsRefused_With_E2BIG()
    {
        Assert.Equal(Errno.E2BIG, Assert.Throws<SyscallException>(() => Overlay.Make(Layers(Most), [], Libc.MOUNT_ATTR_RDONLY, oneByOne: false)).Errno);
        Assert.SkipUnless(HostFeatures.Current.OverlayTakesLayers, "needs lowerdir+: Linux 6.7");
        Overlay.Make(Layers(Most), [], Libc.MOUNT_ATTR_RDONLY, oneByOne: true).Dispose();
    }

    [Fact]
    public void KnowsOption_OfOneThatDoesNotExist_IsFalse()
    {
        Assert.False(Mounts.KnowsOption("overlay", "lowerdir-", "/"));
        Assert.False(Mounts.KnowsOption("no-such-type", "lowerdir+", "/"));
    }

    private OverlayPart[] Layers(int count) => [.. Enumerable.Range(0, count).Select(i => new OverlayPart(_root, $"layer-{i}"))];
}
