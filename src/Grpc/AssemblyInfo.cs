using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AgentSandbox.Tests.Grpc")]
[assembly: InternalsVisibleTo("AgentSandbox.Benchmarks")]
