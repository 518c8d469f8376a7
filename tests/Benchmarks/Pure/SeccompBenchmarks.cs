using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Tests.Unit.Plan;
using BenchmarkDotNet.Attributes;

namespace AgentSandbox.Benchmarks.Pure;

/// <summary>The seccomp compiler: once for each profile that is loaded.</summary>
[MemoryDiagnoser]
public class SeccompBenchmarks
{
    private JailProfile _profile = null!;

    [Params("minimal", "python", "build")]
    public string Profile { get; set; } = "";

    [GlobalSetup]
    public void Prepare() => _profile = Specs.Request(Profile).Profile;

    [Benchmark]
    public int Compile() => FilterCompiler.Compile(_profile.Syscalls, Specs.CompleteHost.Syscalls).Length;
}
