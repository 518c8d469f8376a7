using System.Diagnostics;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>A tmpfs of a few kilobytes.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk(int kilobytes) => Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Path);

    public string Path => _folder.Path;

    public void Grow(int kilobytes) => Run("mount", "-o", $"remount,size={kilobytes}k", Path);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit status {process.ExitCode}");
        }
    }
}
