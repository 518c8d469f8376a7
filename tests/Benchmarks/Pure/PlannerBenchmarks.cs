using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel.Child;
using AgentSandbox.Tests.Unit.Plan;
using BenchmarkDotNet.Attributes;

namespace AgentSandbox.Benchmarks.Pure;

/// <summary>From a request to programs, and to the bytes that the stub reads. The host is an imagined one that has everything, so that every machine does the same work.</summary>
[MemoryDiagnoser]
public class PlannerBenchmarks
{
    private static readonly CommandSpec s_command = new() { Argv = ["python3", "agent.py"] };
    private JailSpec _spec = null!;
    private ChildProgram _program = null!;

    [Params("minimal", "python", "build")]
    public string Profile { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _spec = Specs.Resolve(Specs.Request(Profile));
        _program = CommandPlanner.Plan(_spec, s_command);
    }

    [Benchmark]
    public object PlanJail() => JailPlanner.Plan(_spec);

    [Benchmark]
    public object PlanCommand() => CommandPlanner.Plan(_spec, s_command);

    [Benchmark]
    public object LayOutCommand() => ProgramImage.Of(_program);

    [Benchmark]
    public string PrintAndHash() => PlanText.Hash(_spec);
}
