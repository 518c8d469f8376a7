using Xunit;

namespace AgentSandbox.Tests.Grpc.Hosting;

/// <summary>Tests that take the machine for themselves: they run one by one, after the others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public static class Alone;
