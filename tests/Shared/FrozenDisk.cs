using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests;

/// <summary>A file system of our own, in a file, whose writers can be made to wait. Disposed, it goes on and is unmounted.</summary>
internal sealed class FrozenDisk : IDisposable
{
    private readonly string _image = Path.GetTempFileName();
    private bool _frozen;

    public FrozenDisk()
    {
        Run("truncate", "--size=16M", _image);
        Run("mke2fs", "-q", "-t", "ext4", _image);
        Run("mount", "-o", "loop", _image, MountPoint);
    }

    /// <summary>Where it is mounted.</summary>
    public string MountPoint { get; } = Directory.CreateTempSubdirectory("frozen-").FullName;

    /// <summary>From now on whoever writes to it waits, and cannot be killed.</summary>
    public void Freeze()
    {
        Run("fsfreeze", "--freeze", MountPoint);
        _frozen = true;
    }

    /// <summary>Writers go on.</summary>
    public void Thaw()
    {
        Run("fsfreeze", "--unfreeze", MountPoint);
        _frozen = false;
    }

    /// <summary>The pid of the <c>touch</c> that waits for the disk; null: none does.</summary>
    /// <param name="file">Its argument, as the jail sees it.</param>
    public static int? FindWaiting(string file) => Directory.GetDirectories("/proc").Select(process => int.TryParse(Path.GetFileName(process), out int pid) && IsWaiting(process, file) ? pid : (int?)null)
        .FirstOrDefault(pid => pid is not null);

    public void Dispose()
    {
        if (_frozen)
        {
            Thaw();
        }

        Run("umount", "--lazy", MountPoint); // jails may still hold it
        Directory.Delete(MountPoint);
        File.Delete(_image);
    }

    // proc_pid_stat(5): the state follows the name in parentheses. A process may end while we look.
    private static bool IsWaiting(string process, string file)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline") == $"touch\0{file}\0" && File.ReadAllText($"{process}/stat").Split(") ")[1].StartsWith('D');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Run(params string[] argv)
    {
        using Process process = Process.Start(new ProcessStartInfo(argv[0], argv[1..]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', argv)}: {error}");
    }
}
