using AgentSandbox.Jails.Cgroups.Usage;
using Xunit;

namespace AgentSandbox.Tests.Unit.Cgroups;

/// <summary>Texts in the formats of the cgroup files, and what is read from them.</summary>
public sealed class UsageTests
{
    [Fact]
    public void Cpu_IsReadFromCpuStat() => Assert.Equal(
        new CpuUsage(TimeSpan.FromMicroseconds(1_734_512), TimeSpan.FromMicroseconds(265_488), TimeSpan.FromMicroseconds(5_871_203), 79),
        CpuUsage.Parse("usage_usec 2000000\nuser_usec 1734512\nsystem_usec 265488\nnice_usec 0\ncore_sched.force_idle_usec 0\nnr_periods 80\nnr_throttled 79\nthrottled_usec 5871203\nnr_bursts 0\nburst_usec 0"));

    [Fact]
    public void Cpu_WithoutItsController_WasNeverThrottled() => Assert.Equal(
        new CpuUsage(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.Zero, 0),
        CpuUsage.Parse("usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000"));

    [Fact]
    public void Memory_IsReadByKind() => Assert.Equal(
        new MemoryUsage(67_108_864, 67_112_960, 41_943_040, 20_971_520, 16_777_216, 3_145_728, 4096, 8192, 2),
        MemoryUsage.Parse(
            "67108864",
            "67112960",
            "anon 41943040\nfile 20971520\nkernel 3145728\nkernel_stack 65536\npagetables 131072\nsec_pagetables 0\npercpu 0\nsock 4096\nvmalloc 0\nshmem 16777216\nfile_mapped 0",
            "8192",
            "low 0\nhigh 0\nmax 52\noom 3\noom_kill 2\noom_group_kill 1"));

    [Fact]
    public void Memory_OfAnOlderKernel_HasNoPeakAndNoSwap_AndItsKernelMemoryIsSummed() => Assert.Equal(
        new MemoryUsage(4096, null, 0, 0, 0, 15, 0, null, 0),
        MemoryUsage.Parse("4096", null, "anon 0\nfile 0\nkernel_stack 1\npagetables 2\npercpu 4\nsock 0\nshmem 0\nslab 8", null, "oom_kill 0"));

    [Fact]
    public void Pids_AreRead() => Assert.Equal(new PidsUsage(50, 51, 1234), PidsUsage.Parse("50", "51", "max 1234"));

    [Theory]
    [InlineData("", 0, 0, 0, 0)]
    [InlineData("8:0", 0, 0, 0, 0)]
    [InlineData("98:0 rbytes=1458176 wbytes=33554432 rios=11 wios=32 dbytes=0 dios=0\n254:16 rbytes=1000 wbytes=2000 rios=3 wios=4 dbytes=5 dios=6", 1_459_176, 33_556_432, 14, 36)]
    public void Io_IsSummedOverDevices(string stat, long read, long written, long reads, long writes) =>
        Assert.Equal(new IoUsage(read, written, reads, writes), IoUsage.Parse(stat));

    [Fact]
    public void Pressure_IsRead() => Assert.Equal(
        new Pressure(new Stall(12.34m, TimeSpan.FromMicroseconds(58_761_459)), new Stall(0.5m, TimeSpan.FromMicroseconds(12))),
        Pressure.Parse("some avg10=12.34 avg60=8.07 avg300=0.01 total=58761459\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=12"));

    [Fact]
    public void Pressure_WithoutTheLineFull_HasNone() =>
        Assert.Equal(default, Pressure.Parse("some avg10=1.00 avg60=0.00 avg300=0.00 total=7").Full);
}
