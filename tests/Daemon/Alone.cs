using Xunit;

namespace AgentSandbox.Tests.Daemon;

/// <summary>Tests that change what the whole process has, as its environment: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
