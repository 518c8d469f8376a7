namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>What the compiler says of one assertion.</summary>
internal enum Verdict
{
    /// <summary>It is true.</summary>
    Holds,

    /// <summary>It is false: the header has another value, size or offset.</summary>
    Differs,

    /// <summary>It names something that these headers do not declare.</summary>
    Undeclared,
}
