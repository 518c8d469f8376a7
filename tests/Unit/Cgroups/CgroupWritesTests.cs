using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Tests.Unit.Plan;
using Xunit;

namespace AgentSandbox.Tests.Unit.Cgroups;

public sealed class CgroupWritesTests
{
    private static readonly string[] s_controllers = ["cpu", "cpuset", "io", "memory", "pids"];

    [Fact]
    public void Limits_AreWrittenAsTheKernelShowsThem()
    {
        Assert.True(CpuSet.TryParse("0,1", out CpuSet? cpus));
        JailLimits limits = Specs.Resolve(Specs.Request("shell")).Limits with
        {
            Memory = new ByteSize(1_000_000_001),
            MemoryHigh = new ByteSize(64 << 20),
            Cpus = 0.25m,
            CpuWeight = 200,
            CpuSet = cpus,
            IoWriteBytes = new ByteSize(1 << 20),
            IoReads = 100,
            Pids = Limit<long>.Max,
        };

        Assert.Equal(
            """
            memory.max = 999997440
            memory.swap.max = 0
            memory.high = 67108864
            cpu.max = 25000 100000
            cpu.weight = 200
            cpuset.cpus = 0-1
            pids.max = max
            io.max 254:0 = rbps=max wbps=1048576 riops=100 wiops=max
            io.weight default = 100
            """,
            string.Join('\n', CgroupWrites.For(limits, s_controllers, ["254:0"]).Select(w => $"{w.Name} = {w.Value}")));
    }

    [Fact]
    public void Weight_AndCpuSet_ThatNobodyAskedFor_AreNotNeeded() => Assert.Equal(
        ["cpuset.cpus", "io.weight"],
        CgroupWrites.For(Specs.Resolve(Specs.Request("shell")).Limits, s_controllers, []).Where(w => w.IsOptional).Select(w => w.File));

    [Theory]
    [InlineData("cgroup.io")]
    [InlineData("cgroup.cpuset")]
    public void Controller_ThatTheHostLacks_IsRefused_OnlyIfAskedFor(string layer)
    {
        HostFacts host = Specs.CompleteHost with { Missing = Specs.CompleteHost.Missing.Add(layer, "not there") };
        Assert.True(CpuSet.TryParse("0", out CpuSet? cpus));
        JailRequest asking = Specs.Request("strict") with { IoWeight = layer == "cgroup.io" ? 50 : null, CpuSet = layer == "cgroup.cpuset" ? cpus : null };

        Assert.Contains($"cannot enforce {layer}: not there", Assert.Throws<PolicyException>(() => Specs.Resolve(asking, host)).Message, StringComparison.Ordinal);
        Assert.Empty(Specs.Resolve(Specs.Request("strict"), host).Degraded);
    }

    [Fact]
    public void DiskTraffic_ToAPlaceOnNoDisk_IsRefused()
    {
        JailRequest request = Specs.Request("shell") with { IoWriteBytes = new ByteSize(1 << 20), Binds = [new("/srv/project", "/workspace", Writable: true)] };

        Assert.Contains("/srv/project is on no disk of its own", Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message, StringComparison.Ordinal);
    }
}
