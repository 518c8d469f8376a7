using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>What is read from /proc and /sys, on made-up ones.</summary>
public sealed class HostFeaturesTests : IDisposable
{
    private const string Version1 = "30 20 0:28 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";

    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Probe_OfNothing_FindsNothing_AndDoesNotThrow()
    {
        HostFeatures features = Probe();

        Assert.All(features.Namespaces, support => Assert.Equal((false, null), (support.Present, support.Max)));
        Assert.Equal((null, null), (features.UserNamespaces.UnprivilegedClone, features.UserNamespaces.AppArmorRestrict));
        Assert.Equal((CgroupLayout.None, null, Presence.Missing), (features.Cgroup.Layout, features.Cgroup.MountPoint, features.Cgroup.Writable));
        Assert.Null(features.MemfdNoexec);
        Assert.Equal((Presence.Unknown, Presence.Unknown), (features.Overlay, features.Fscrypt));
        Assert.Equal(0UL, features.Capabilities.Bits);
    }

    [Fact]
    public void Namespaces_AreThoseOfProcSelfNs_WithTheirMax()
    {
        Write("self/ns/net", "");
        Write("sys/user/max_net_namespaces", "96551\n");

        Assert.Equal(new("net", Present: true, Max: 96551), Probe().Namespaces.Single(support => support.Kind == "net"));
    }

    [Fact]
    public void UserNamespaces_HaveTheSwitchesOfDistributions()
    {
        Write("sys/kernel/unprivileged_userns_clone", "0\n");
        Write("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        Assert.Equal(new(UnprivilegedClone: 0, AppArmorRestrict: 1), Probe().UserNamespaces);
    }

    [Theory]
    [InlineData("", CgroupLayout.Unified)]
    [InlineData(Version1, CgroupLayout.Hybrid)]
    public void Cgroup_IsTheVersion2Mount_OfMountinfo(string otherMounts, CgroupLayout layout)
    {
        MountCgroup(otherMounts);

        CgroupSupport cgroup = Probe().Cgroup;

        Assert.Equal((layout, _host.Cgroup, Presence.Present), (cgroup.Layout, cgroup.MountPoint, cgroup.Writable));
        Assert.Equal(["cpu", "memory"], cgroup.Controllers);
    }

    [Fact]
    public void Cgroup_WithVersion1Only_IsLegacy()
    {
        Write("self/mountinfo", Version1);

        CgroupSupport cgroup = Probe().Cgroup;

        Assert.Equal((CgroupLayout.Legacy, null), (cgroup.Layout, cgroup.MountPoint));
    }

    [Fact]
    public void CgroupFiles_AreLookedForInACgroupThatExists()
    {
        MountCgroup();
        _host.Write($"{_host.Cgroup}/init.scope/cgroup.procs", "").Write($"{_host.Cgroup}/init.scope/cgroup.kill", "");

        CgroupSupport cgroup = Probe().Cgroup;

        Assert.Equal((Presence.Present, Presence.Missing), (cgroup.Kill, cgroup.Freeze));
    }

    [Fact]
    public void CgroupFiles_WhereNoCgroupCanBeMade_AreUnknown_AndNothingIsLeft()
    {
        MountCgroup(); // a plain folder: what is made in it is no cgroup

        CgroupSupport cgroup = Probe().Cgroup;

        Assert.Equal((Presence.Unknown, Presence.Unknown), (cgroup.Kill, cgroup.Freeze));
        Assert.Empty(Directory.GetDirectories(_host.Cgroup));
    }

    [Theory]
    [InlineData("nodev\tproc\nnodev\toverlay\n\text4\n", Presence.Present)]
    [InlineData("nodev\tproc\n\text4\n", Presence.Missing)]
    public void Overlay_IsInProcFilesystems(string filesystems, Presence expected)
    {
        Write("filesystems", filesystems);

        Assert.Equal(expected, Probe().Overlay);
    }

    [Fact]
    public void Fscrypt_WithoutTheFeatureFile_IsMissing()
    {
        _host.Write($"{_host.Sys}/fs/ext4/features/lazy_itable_init", "supported\n");

        Assert.Equal(Presence.Missing, Probe().Fscrypt);
    }

    [Fact]
    public void Fscrypt_WithTheFeatureFile_IsPresent()
    {
        _host.Write($"{_host.Sys}/fs/f2fs/features/encryption", "supported\n");

        Assert.Equal(Presence.Present, Probe().Fscrypt);
    }

    [Fact]
    public void MemfdNoexec_IsTheSysctl()
    {
        Write("sys/vm/memfd_noexec", "2\n");

        Assert.Equal(2, Probe().MemfdNoexec);
    }

    [Fact]
    public void Capabilities_AreTheEffectiveOnes()
    {
        Write("self/status", "Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000200020\nCapBnd:\t000001ffffffffff\n");

        Assert.Equal([Capability.CAP_KILL, Capability.CAP_SYS_ADMIN], Probe().Capabilities.Members);
    }

    private void MountCgroup(string otherMounts = "")
    {
        _host.Write($"{_host.Cgroup}/cgroup.controllers", "memory cpu\n");
        Write(
            "self/mountinfo",
            "22 1 0:21 / /proc rw - proc proc rw\n" + otherMounts +
            $"41 31 0:38 / {_host.CgroupEscaped} rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw\n");
    }

    private void Write(string path, string text) => _host.Write(Path.Combine(_host.Proc, path), text);

    private HostFeatures Probe() => HostFeatures.Probe(_host.Proc, _host.Sys);
}
