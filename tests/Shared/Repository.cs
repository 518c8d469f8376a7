namespace AgentSandbox.Tests;

/// <summary>Where the sources lie: found upwards from the test's own assembly.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>SandboxDaemon.sln</c>.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run from within the repository.</exception>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SandboxDaemon.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no SandboxDaemon.sln above {start}: run the tests from the repository");
    }
}
