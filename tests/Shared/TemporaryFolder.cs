namespace AgentSandbox.Tests;

/// <summary>A folder of a test's own, removed after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
