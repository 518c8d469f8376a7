using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>Tests that count what the process and the host have: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
