using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("AgentSandbox.Tests.Unit")]
[assembly: InternalsVisibleTo("AgentSandbox.Tests.Kernel")]
[assembly: InternalsVisibleTo("AgentSandbox.Benchmarks")]
