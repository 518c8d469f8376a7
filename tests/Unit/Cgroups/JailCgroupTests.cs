using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Unit.Plan;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Unit.Cgroups;

/// <summary>The process that waits to be a command counts for nobody.</summary>
public sealed class JailCgroupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SafeFileHandle _parent;
    private readonly JailCgroup _jail;

    public JailCgroupTests()
    {
        _parent = Files.Open(_folder.Path, Libc.O_RDONLY | Libc.O_DIRECTORY);
        Cgroup cgroup = Cgroup.Create(_parent, "jail");
        Write("pids.max", "");
        Write("cpu.stat", "");
        Write("pids.events", "");
        _jail = new JailCgroup(cgroup, ["pids"]);
    }

    public void Dispose()
    {
        _jail.Cgroup.Handle.Dispose(); // a directory of files is not removed like a cgroup
        _parent.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Lend_WhileAProcessWaits_AllowsOneMore()
    {
        _jail.Set(Limits(10), []);

        _jail.Lend(1);
        Assert.Equal("11", Read("pids.max"));

        _jail.Lend(-1);
        Assert.Equal("10", Read("pids.max"));
        Assert.Equal("10", _jail.Planned["pids.max"]);
    }

    [Fact]
    public void Lend_WithoutALimit_WritesNothing()
    {
        _jail.Set(Limits(Limit<long>.Max), []);
        Write("pids.max", "untouched");

        _jail.Lend(1);

        Assert.Equal("untouched", Read("pids.max"));
    }

    [Fact]
    public void Usage_WhileAProcessWaits_DoesNotCountIt()
    {
        _jail.Set(Limits(10), []);
        Write("pids.current", "3");
        Write("pids.peak", "11");
        Assert.Equal(new PidsUsage(3, 11, 0), _jail.ReadUsage().Pids);

        _jail.Lend(1);
        Assert.Equal(new PidsUsage(2, 10, 0), _jail.ReadUsage().Pids);

        _jail.Lend(-1);
        Assert.Equal(new PidsUsage(3, 10, 0), _jail.ReadUsage().Pids);
    }

    private static JailLimits Limits(Limit<long> pids) => Specs.Resolve(Specs.Request("python")).Limits with { Pids = pids };

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.Path, "jail", file), text);

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.Path, "jail", file));
}
