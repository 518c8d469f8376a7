namespace AgentSandbox.Tests;

/// <summary>An unpacked <c>linux-libc-dev</c>: the kernel headers that the declarations are compared with.</summary>
/// <param name="Path">The folder that holds <c>usr</c>.</param>
/// <remarks>Made by tests/Unit/Kernel/fetch-headers.sh. The distribution's own headers are older than what the code uses.</remarks>
internal sealed record HeaderTree(string Path)
{
    /// <summary>What a skipped test says.</summary>
    public const string HowToGet = "needs newer kernel headers: tests/Unit/Kernel/fetch-headers.sh artifacts/headers";

    /// <summary>The tree at <c>SANDBOX_HEADERS</c>, else at artifacts/headers in the repository; null if there is none.</summary>
    public static HeaderTree? Find()
    {
        string path = Environment.GetEnvironmentVariable("SANDBOX_HEADERS") ?? System.IO.Path.Combine(Repository.Root, "artifacts", "headers");
        return File.Exists(System.IO.Path.Combine(path, "usr/include/linux/landlock.h")) ? new(path) : null;
    }

    /// <summary>The folders to search for <c>asm</c> and <c>linux</c>, in that order.</summary>
    /// <param name="kernelArchitecture">The kernel's name for it: <c>x86</c>, <c>arm64</c>.</param>
    public IEnumerable<string> IncludeFolders(string kernelArchitecture) =>
        [System.IO.Path.Combine(Path, "usr/lib/linux/uapi", kernelArchitecture), System.IO.Path.Combine(Path, "usr/include")];
}
